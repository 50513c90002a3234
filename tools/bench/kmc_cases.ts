/** What bench kmc measures: the kernels, whole ensembles of each, and how time is taken. */
import process from "node:process";
import {
  createLattice,
  type Engine,
  type Kernel,
  latticeProfile,
  sampleEnsemble,
} from "@spiediff/kmc";

export const SITES = 2000;
export const BETA_J0 = 2;
/** Attempts of a realization in ensembles: t0 = 0.98e-5, h = 1.4e-6 and 4.2e-6 at L = 40. */
export const ENSEMBLE_ATTEMPTS = 112_000;
export const density = (x: number) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x);

export interface Case {
  readonly name: string;
  readonly halfWidth: number;
  readonly kernel?: Kernel;
  /** The engine that `"auto"` takes for large ensembles without control variates. */
  readonly engine: Engine;
  /** Goal of {@link engine} over the C peer, whole ensembles. */
  readonly goal: number;
  /** Realizations that {@link engine} makes in 3 to 4 s in native code. */
  readonly realizations: number;
}
export const cases: Case[] = [
  { name: "L=1", halfWidth: 1, engine: "bits", goal: 5, realizations: 327_680 },
  { name: "L=40", halfWidth: 40, engine: "lanes", goal: 4, realizations: 131_072 },
  { name: "L=400", halfWidth: 400, engine: "lanes", goal: 4, realizations: 114_688 },
  {
    name: "Gaussian L=40",
    halfWidth: 40,
    kernel: { name: "gaussian" },
    engine: "scalar",
    goal: 0.9,
    realizations: 4096,
  },
];

/** Seconds of processor time of this process so far. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Median over calls of `run`, the first left out, of what each returns per second of processor time. */
export async function perSecond(
  rounds: number,
  run: () => number | Promise<number>,
): Promise<number> {
  const rates: number[] = [];
  for (let i = 0; i <= rounds; i++) {
    const before = processorTime();
    const amount = await run();
    rates.push(amount / (processorTime() - before));
  }
  return rates.slice(1).sort((a, b) => a - b)[rounds >> 1];
}

/** Runs an ensemble at t0 and two windows, of {@link ENSEMBLE_ATTEMPTS} attempts a realization. */
export function ensemble(
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
