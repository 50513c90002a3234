/**
 * Somebody else's particle code: symmetric exclusion, in one plain file that shares nothing with this
 * project. It writes what such codes write, fields and occupations as NPY and CSV, for the worked example
 * of docs/bring-your-own-data.md.
 *
 *   deno run -A tools/foreign_ssep.ts [FOLDER]
 */
const SITES = 120, ELEMENTS = 6, REALIZATIONS = 680, FEW = 100, SEED = 20240501;
const TIMES = [0, 2.8e-4, 1.7e-3];
const PROFILES: Record<string, [mean: number, amplitude: number, phase: number]> = {
  middle: [0.5, 0.35, 0],
  low: [0.35, 0.25, 1],
  high: [0.65, 0.25, 2],
  steep: [0.5, 0.4, 3],
};

/** Mulberry32. */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = state + 0x6d2b79f5 >>> 0;
    let t = state;
    t = Math.imul(t ^ t >>> 15, t | 1);
    t ^= t + Math.imul(t ^ t >>> 7, t | 61);
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
}

/** One trajectory: every bond exchanges its two sites at rate SITES^2, by an exponential clock. */
function trajectory(density: (x: number) => number, random: () => number): Uint8Array[] {
  const sites = Uint8Array.from({ length: SITES }, (_, x) => random() < density(x / SITES) ? 1 : 0);
  const rate = SITES * SITES ** 2;
  let clock = -Math.log(1 - random()) / rate;
  return TIMES.map((time) => {
    while (clock <= time) {
      const x = Math.floor(random() * SITES), y = (x + 1) % SITES;
      [sites[x], sites[y]] = [sites[y], sites[x]];
      clock += -Math.log(1 - random()) / rate;
    }
    return sites.slice();
  });
}

/** Hat-function averages of one configuration. */
function fields(sites: Uint8Array): number[] {
  const width = SITES / ELEMENTS;
  const z = new Array<number>(ELEMENTS).fill(0);
  sites.forEach((eta, x) => {
    const node = Math.floor(x / width), weight = x % width / width;
    z[node] += eta * (1 - weight) / SITES;
    z[(node + 1) % ELEMENTS] += eta * weight / SITES;
  });
  return z;
}

/** NPY, version 1.0, of bytes or of little-endian float64. */
function npy(shape: number[], data: Uint8Array | Float64Array): Uint8Array {
  const descr = data instanceof Uint8Array ? "|u1" : "<f8";
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const header = text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11) + "\n";
  const file = new Uint8Array(10 + header.length + data.byteLength);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]);
  file.set(new TextEncoder().encode(header), 10);
  file.set(new Uint8Array(data.buffer), 10 + header.length);
  return file;
}

const folder = Deno.args[0] ?? new URL("../test-data/foreign-ssep", import.meta.url).pathname;
Deno.mkdirSync(`${folder}/small`, { recursive: true });
const random = uniform(SEED);
for (const [name, [mean, amplitude, phase]] of Object.entries(PROFILES)) {
  const density = (x: number) => mean + amplitude * Math.cos(2 * Math.PI * x + phase);
  const runs = Array.from({ length: REALIZATIONS }, () => trajectory(density, random));
  const z = Float64Array.from(runs.flatMap((snapshots) => snapshots.flatMap(fields)));
  Deno.writeFileSync(`${folder}/${name}.npy`, npy([REALIZATIONS, TIMES.length, ELEMENTS], z));
  if (name !== "middle") continue;
  // A few of the same runs in the other ways that codes write them: occupations; one CSV file a time.
  const few = runs.slice(0, FEW);
  Deno.writeFileSync(
    `${folder}/small/${name}-occupations.npy`,
    npy(
      [FEW, TIMES.length, SITES],
      Uint8Array.from(few.flatMap((snapshots) => snapshots.flatMap((s) => [...s]))),
    ),
  );
  TIMES.forEach((_, t) =>
    Deno.writeTextFileSync(
      `${folder}/small/${name}-${t}.csv`,
      `# z of ${ELEMENTS} nodes, one realization a line\n` +
        few.map((snapshots) => fields(snapshots[t]).map((v) => v.toFixed(12)).join(",") + "\n")
          .join(""),
    )
  );
}
