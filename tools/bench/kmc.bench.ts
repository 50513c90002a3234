/**
 * Accepted events per second of the particle engines, beside plain C where there is a compiler; prototypes
 * and SPPARKS (1.6 to 3.1 million events/s at L = 1 on such a machine) are in docs/performance.md.
 *
 * Single-thread figures are per second of processor time, which other programs on the machine disturb less
 * than wall time; the C peers measure themselves the same way, in the same run.
 */
import {
  advance,
  advanceWord,
  configurationSampler,
  createLattice,
  createWord,
  latticeProfile,
  loadOccupation,
  loopsOf,
  startWord,
} from "@spiediff/kmc";
import { randomStream } from "@spiediff/random";
import { ROOT } from "../root.ts";
import {
  BETA_J0,
  type Case,
  cases,
  density,
  ensemble,
  ENSEMBLE_ATTEMPTS,
  perSecond,
  SITES,
} from "./kmc_cases.ts";
import { workerLines } from "./kmc_workers.ts";
import type { BenchLine } from "./types.ts";

const ATTEMPTS = 3_000_000;

/** Events per second of one realization at a time. */
function scalarRate({ halfWidth, kernel }: Case, sites = SITES, betaJ0 = BETA_J0): Promise<number> {
  const lattice = createLattice({ sites, halfWidth, betaJ0, kernel });
  const stream = randomStream(1, "bench", sites, halfWidth);
  const profile = latticeProfile("bench", sites, density);
  loadOccupation(lattice, Uint8Array.from(profile.density, (p) => stream.uniform() < p ? 1 : 0));
  return perSecond(5, () => {
    const before = lattice.hops;
    advance(lattice, ATTEMPTS / (sites * lattice.attemptRate), stream);
    return lattice.hops - before;
  });
}

/** Events per second of a word of replicas. */
function wordRate({ halfWidth, engine }: Case, sites = SITES): Promise<number> {
  if (engine === "scalar") throw new RangeError("No replicas in the scalar engine.");
  const system = { sites, halfWidth, betaJ0: BETA_J0 };
  const word = createWord(system, engine);
  const profile = latticeProfile("bench", sites, density);
  const sample = configurationSampler("bernoulli", system, profile, "words");
  startWord(word, sample, randomStream(1, "bench", engine));
  return perSecond(5, () => {
    const before = word.hops;
    advanceWord(word, ATTEMPTS / (sites * word.replicas.attemptRate));
    return word.hops - before;
  });
}

/** A C peer's median of three: events per second, and per attempt; `undefined` without a compiler. */
function peer(
  { halfWidth, kernel }: Case,
  attempts: number,
  realizations: number,
): { rate: number; eventsPerAttempt: number } | undefined {
  const folder = Deno.makeTempDirSync();
  const name = kernel === undefined ? "window_counts" : "pair_energies";
  try {
    const program = `${folder}/${name}`;
    const compiled = new Deno.Command("gcc", {
      args: [
        "-O3",
        "-march=native",
        "-o",
        program,
        `${ROOT}/tools/bench/c/${name}.c`,
        "-lm",
      ],
    }).outputSync();
    if (!compiled.success) throw new Error(new TextDecoder().decode(compiled.stderr));
    const runs = Array.from({ length: 3 }, () => {
      const { stdout } = new Deno.Command(program, {
        args: [SITES, halfWidth, BETA_J0, attempts, realizations].map(String),
      }).outputSync();
      const [events, made, seconds] = new TextDecoder().decode(stdout).trim().split(" ")
        .map(Number);
      return { rate: events / seconds, eventsPerAttempt: events / made };
    });
    return runs.sort((a, b) => a.rate - b.rate)[1];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function caseLines(c: Case): Promise<BenchLine[]> {
  const lines: BenchLine[] = [];
  const million = (name: string, rate: number) =>
    lines.push({ name: `kmc ${c.name}, million events/s, ${name}`, value: rate / 1e6 });
  const scalar = await scalarRate(c);
  million(`scalar (${loopsOf()})`, scalar);
  const best = c.engine === "scalar" ? scalar : await wordRate(c);
  if (c.engine !== "scalar") million(`${c.engine} (${loopsOf()})`, best);
  const plain = peer(c, 10_000_000, 1);
  const whole = peer(c, ENSEMBLE_ATTEMPTS, 60);
  if (plain === undefined || whole === undefined) return lines;
  million("C", plain.rate);
  million("C, whole ensembles", whole.rate);
  const realizations = c.engine === "scalar" ? 200 : 16_384;
  const events = realizations * ENSEMBLE_ATTEMPTS * whole.eventsPerAttempt;
  const recorded = await perSecond(2, async () => {
    await ensemble(c, { engine: c.engine, realizations, controlVariates: false });
    return events;
  });
  million(`${c.engine}, whole ensembles (${loopsOf()})`, recorded);
  lines.push(
    { name: `kmc ${c.name} scalar vs C`, value: scalar / plain.rate },
    { name: `kmc ${c.name} ${c.engine}, events vs C`, value: best / plain.rate },
    {
      name: `kmc ${c.name} ${c.engine}, whole ensembles vs C`,
      value: recorded / whole.rate,
      min: c.goal,
    },
  );
  return lines;
}

/** Cost per event at larger N over that at {@link SITES}, scalar and in words. */
async function sizeLines(): Promise<BenchLine[]> {
  const lines: BenchLine[] = [];
  const sizes = [20_000, 200_000, 2_000_000];
  for (const c of cases) {
    const engines: [string, (sites: number) => Promise<number>][] = [
      ["scalar", (sites) => scalarRate(c, sites)],
    ];
    if (c.engine !== "scalar") engines.push([c.engine, (sites) => wordRate(c, sites)]);
    for (const [engine, rate] of engines) {
      const small = await rate(SITES);
      for (const sites of c.name === "L=40" ? sizes : [2_000_000]) {
        lines.push({
          name: `kmc ${c.name} ${engine}, cost per event N=${sites} over N=${SITES}`,
          value: small / await rate(sites),
          max: 2,
        });
      }
    }
  }
  return lines;
}

async function controlVariateLines(): Promise<BenchLine[]> {
  const lines: BenchLine[] = [];
  for (const c of [cases[0], cases[1], cases[3]]) {
    // One realization at a time on both sides: what the ledger costs during windows, start to end.
    const rate = (controlVariates: boolean, burnIn: number) =>
      perSecond(3, async () => {
        await ensemble(c, { engine: "scalar", realizations: 100, controlVariates, burnIn });
        return 100;
      });
    for (const [what, burnIn] of [["ensembles", 0.7], ["windows alone", 0]] as const) {
      lines.push({
        name: `kmc ${c.name} control-variate cost ratio, scalar ${what}`,
        value: await rate(false, burnIn) / await rate(true, burnIn),
        max: 2,
      });
    }
    if (c.engine === "scalar") continue;
    const hybrid = await perSecond(2, async () => {
      await ensemble(c, { engine: "lanes", realizations: 512, controlVariates: true });
      return 512;
    });
    lines.push(
      {
        name: `kmc ${c.name} ms per realization, control variates after lanes`,
        value: 1e3 / hybrid,
      },
    );
  }
  return lines;
}

export default async function kmc(): Promise<BenchLine[]> {
  const lines: BenchLine[] = [];
  for (const c of cases) lines.push(...await caseLines(c));
  lines.push(...await sizeLines(), ...await controlVariateLines(), ...await workerLines());
  return lines;
}
