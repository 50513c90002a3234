/**
 * Somebody else's particle code: symmetric exclusion, in one plain file that shares nothing with this
 * project. It writes what such codes write, fields and occupations as NPY and CSV, for the worked example
 * of docs/bring-your-own-data.md.
 *
 *   deno run -A tools/foreign_ssep.ts [FOLDER [CROWDING]]
 */
const SITES = 120, ELEMENTS = 6, FEW = 100, SEED = 20240501;
export const REALIZATIONS = 680;
export const TIMES = [0, 2.8e-4, 1.7e-3];
/** Other runs, to hold a model against: from other profiles, and much later. */
export const LATER = { times: [0, 0.006, 0.015], realizations: 250, seed: 20240502 };

type Wave = [mean: number, amplitude: number, phase: number];
export const PROFILES: Record<string, Wave> = {
  middle: [0.5, 0.35, 0],
  low: [0.35, 0.25, 1],
  high: [0.65, 0.25, 2],
  steep: [0.5, 0.4, 3],
};
export const LATER_PROFILES: Record<string, Wave> = {
  "middle-later": [0.5, 0.35, 2.5],
  "low-later": [0.4, 0.3, 4],
};

/** Mulberry32. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = state + 0x6d2b79f5 >>> 0;
    let t = state;
    t = Math.imul(t ^ t >>> 15, t | 1);
    t ^= t + Math.imul(t ^ t >>> 7, t | 61);
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
}

/**
 * One trajectory: every bond exchanges its two sites at rate SITES^2, by an exponential clock. Crowding adds
 * as much to the rate for each occupied site beside the bond, which is another law: a diffusivity of
 * 1 + 2 crowding density.
 */
function trajectory(
  density: (x: number) => number,
  random: () => number,
  times: readonly number[],
  crowding: number,
): Uint8Array[] {
  const sites = Uint8Array.from({ length: SITES }, (_, x) => random() < density(x / SITES) ? 1 : 0);
  const most = 1 + 2 * crowding, rate = most * SITES * SITES ** 2;
  let clock = -Math.log(1 - random()) / rate;
  return times.map((time) => {
    while (clock <= time) {
      const x = Math.floor(random() * SITES), y = (x + 1) % SITES;
      const beside = crowding && sites[(x + SITES - 1) % SITES] + sites[(y + 1) % SITES];
      if (crowding === 0 || random() * most < 1 + crowding * beside) {
        [sites[x], sites[y]] = [sites[y], sites[x]];
      }
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

/** Realizations of one profile, `[realizations][times]`. */
export function runsOf(
  [mean, amplitude, phase]: Wave,
  { realizations, times, crowding = 0 }: {
    realizations: number;
    times: readonly number[];
    crowding?: number;
  },
  random: () => number,
): Uint8Array[][] {
  const density = (x: number) => mean + amplitude * Math.cos(2 * Math.PI * x + phase);
  return Array.from({ length: realizations }, () => trajectory(density, random, times, crowding));
}

/** Fields of realizations as a file, `[realizations, times, ELEMENTS]`. */
export function fieldsFile(runs: readonly Uint8Array[][]): Uint8Array {
  const z = Float64Array.from(runs.flatMap((snapshots) => snapshots.flatMap(fields)));
  return npy([runs.length, runs[0].length, ELEMENTS], z);
}

function writeAll(folder: string, crowding: number): void {
  Deno.mkdirSync(`${folder}/small`, { recursive: true });
  const random = uniform(SEED);
  for (const [name, wave] of Object.entries(PROFILES)) {
    const runs = runsOf(wave, { realizations: REALIZATIONS, times: TIMES, crowding }, random);
    Deno.writeFileSync(`${folder}/${name}.npy`, fieldsFile(runs));
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
  const later = uniform(LATER.seed);
  for (const [name, wave] of Object.entries(LATER_PROFILES)) {
    Deno.writeFileSync(
      `${folder}/${name}.npy`,
      fieldsFile(runsOf(wave, { ...LATER, crowding }, later)),
    );
  }
}

if (import.meta.main) {
  const [folder, crowding = "0"] = Deno.args;
  writeAll(
    folder ?? new URL("../test-data/foreign-ssep", import.meta.url).pathname,
    Number(crowding),
  );
}
