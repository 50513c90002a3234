/**
 * Accepted events per second of the particle engines, beside plain C where there is a compiler; prototypes
 * and SPPARKS (1.6 to 3.1 million events/s at L = 1 on such a machine) are in docs/performance.md.
 *
 * Single-thread figures are per second of processor time, which other programs on the machine disturb less
 * than wall time; the C peers measure themselves the same way, in the same run.
 */
import process from "node:process";
import {
  advance,
  advanceWord,
  configurationSampler,
  createLattice,
  createWord,
  type Engine,
  type Kernel,
  latticeProfile,
  loadOccupation,
  sampleEnsemble,
  startWord,
} from "@spiediff/kmc";
import { randomStream } from "@spiediff/random";
import { ROOT } from "../root.ts";
import type { BenchLine } from "./types.ts";

const SITES = 2000;
const BETA_J0 = 2;
const ATTEMPTS = 3_000_000;
/** Attempts of a realization in ensembles: t0 = 0.98e-5, h = 1.4e-6 and 4.2e-6 at L = 40. */
const ENSEMBLE_ATTEMPTS = 112_000;
const density = (x: number) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x);

interface Case {
  readonly name: string;
  readonly halfWidth: number;
  readonly kernel?: Kernel;
  /** The engine that `"auto"` takes for large ensembles without control variates. */
  readonly engine: Engine;
  /** Goal of {@link engine} over the C peer, whole ensembles. */
  readonly goal: number;
  /** Realizations that {@link engine} makes in 3 to 4 s. */
  readonly realizations: number;
}
const cases: Case[] = [
  { name: "L=1", halfWidth: 1, engine: "bits", goal: 5, realizations: 65_536 },
  { name: "L=40", halfWidth: 40, engine: "lanes", goal: 4, realizations: 38_400 },
  { name: "L=400", halfWidth: 400, engine: "lanes", goal: 4, realizations: 22_528 },
  {
    name: "Gaussian L=40",
    halfWidth: 40,
    kernel: { name: "gaussian" },
    engine: "scalar",
    goal: 0.9,
    realizations: 2176,
  },
];

/** Seconds of processor time of this process so far. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Median over calls of `run`, the first left out, of what each returns per second of processor time. */
async function perSecond(rounds: number, run: () => number | Promise<number>): Promise<number> {
  const rates: number[] = [];
  for (let i = 0; i <= rounds; i++) {
    const before = processorTime();
    const amount = await run();
    rates.push(amount / (processorTime() - before));
  }
  return rates.slice(1).sort((a, b) => a - b)[rounds >> 1];
}

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

/** Runs an ensemble at t0 and two windows, of {@link ENSEMBLE_ATTEMPTS} attempts a realization. */
function ensemble(
  { halfWidth, kernel }: Case,
  { burnIn = 0.7, ...options }: {
    engine: Engine;
    realizations: number;
    controlVariates: boolean;
    workers?: number;
    burnIn?: number;
  },
) {
  const system = { sites: SITES, halfWidth, betaJ0: BETA_J0, kernel };
  const unit = ENSEMBLE_ATTEMPTS / (SITES * createLattice(system).attemptRate);
  return sampleEnsemble({
    system,
    elements: 25,
    profile: latticeProfile("bench", SITES, density),
    initialState: "bernoulli",
    seed: 1,
    burnIn: burnIn * unit,
    horizons: [0.1 * unit, 0.3 * unit],
    ...options,
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
  million("scalar", scalar);
  const best = c.engine === "scalar" ? scalar : await wordRate(c);
  if (c.engine !== "scalar") million(c.engine, best);
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
  million(`${c.engine}, whole ensembles`, recorded);
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

/** Least wall and processor time of ensembles by one worker and by two. */
async function bestOfAlternating(
  rounds: number,
  run: (workers: number) => Promise<unknown>,
): Promise<{ wall: number; processor: number }[]> {
  const best = [1, 2].map(() => ({ wall: Infinity, processor: Infinity }));
  // Alternating, so that what else the machine does hits both alike.
  for (let i = 0; i < rounds; i++) {
    for (const workers of [1, 2]) {
      const wall = performance.now(), processor = processorTime(), least = best[workers - 1];
      await run(workers);
      least.wall = Math.min(least.wall, performance.now() - wall);
      least.processor = Math.min(least.processor, processorTime() - processor);
    }
  }
  return best;
}

/**
 * Ensembles of 3 to 4 s in one thread. Each worker that starts costs 0.05 s of processor time, 0.1 s with control
 * variates, whose loop the runtime has yet to compile there: in ensembles of 1 s that alone takes 1.8.
 */
async function workerLines(): Promise<BenchLine[]> {
  const classic = cases.map((c) => ({
    c,
    what: "classic",
    rounds: c.name === "L=40" ? 5 : 3,
    engine: c.engine,
    realizations: c.realizations,
    controlVariates: false,
  }));
  const runs = [...classic, {
    c: cases[1],
    what: "control variates",
    rounds: 5,
    engine: "lanes" as const,
    realizations: 7680,
    controlVariates: true,
  }];
  const lines: BenchLine[] = [];
  for (const { c, what, rounds, ...options } of runs) {
    const [one, two] = await bestOfAlternating(
      rounds,
      (workers) => ensemble(c, { ...options, workers }),
    );
    lines.push(
      {
        name: `kmc ${c.name} speed-up by 2 workers, ${what}`,
        value: one.wall / two.wall,
        min: 1.8,
      },
      {
        // What the speed-up can be at most is 2 over this; other programs disturb it less.
        name: `kmc ${c.name} processor time of 2 workers over 1, ${what}`,
        value: two.processor / one.processor,
        max: 2 / 1.8,
      },
    );
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
