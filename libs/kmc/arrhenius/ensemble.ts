/** Ensembles of the Arrhenius process: options checked, the engine chosen, the rest is `@spiediff/ensemble`. */
import {
  type EnsemblePlan,
  type EnsembleRecord,
  planEnsemble,
  runEnsemble,
  type RunHooks,
  runTrajectories,
  type Simulator,
  type TrajectoryEnsemble,
  type TrajectoryHooks,
  type TrajectoryStatistics,
  type Words,
} from "@spiediff/ensemble";
import { chooseEngine } from "./engine_choice.ts";
import { recordCapacity } from "./hop_record.ts";
import { configurationSampler } from "./initial_state.ts";
import { scalarAlgorithm } from "./lattice.ts";
import { loopsOf } from "./loops.ts";
import { REPLICAS } from "./replica_memory.ts";
import { arrheniusSource } from "./source.ts";
import type { ArrheniusRun, ArrheniusSystem, Engine, ParticleOptions } from "./types.ts";
import { checkEnsemble } from "./validate.ts";

/** Short-time sampling of fluctuations. */
export interface SampleOptions extends ParticleOptions, RunHooks {
  /** `t0`, macroscopic time before the first record; 0 allowed. */
  readonly burnIn: number;
  /** The `h` of `z(t0 + h)`, ascending, positive: all recorded in the same realizations. */
  readonly horizons: readonly number[];
  /** Keep compensators and brackets (about 15 % of the cost); true when absent. */
  readonly controlVariates?: boolean;
  /** Blocks to aim at where `blockSize` is absent; 128 when absent. */
  readonly blocks?: number;
  /** Realizations per block, whole words of replicas; `R / blocks`, rounded up to these, when absent. */
  readonly blockSize?: number;
}

/** Direct simulation to long times. By itself it takes lanes from 32 realizations on, bits from 256. */
export interface TrajectoryOptions extends ParticleOptions, TrajectoryHooks {
  /** Macroscopic times of the records, ascending; 0 is allowed first. */
  readonly times: readonly number[];
}

const ARRHENIUS: Simulator<ArrheniusRun> = {
  source: arrheniusSource,
  worker: new URL("./worker.ts", import.meta.url),
};

/** Least number of words for replicas to be chosen by themselves, and so of blocks. */
const WORDS = 32;

/**
 * Simulates `R` realizations of a profile: {@link runEnsemble}.
 *
 * @throws {RangeError} naming the field at fault; the abort signal's reason; Error if a file to be resumed
 * belongs to another ensemble.
 */
export async function sampleEnsemble(options: SampleOptions): Promise<EnsembleRecord> {
  return await runEnsemble(planWindows(options), options);
}

/**
 * Simulates `R` realizations to the last time and averages `z / Delta` at each time: {@link runTrajectories}.
 *
 * With one engine, realization `r` is the same whatever `R`. Realizations of one word share the attempted
 * bonds: see `replicas.ts` for why errors may treat them as independent.
 *
 * @throws {RangeError} naming the field at fault; the abort signal's reason.
 */
export async function simulateTrajectories(
  options: TrajectoryOptions,
): Promise<TrajectoryStatistics & { engine: Engine }> {
  const { engine, ensemble } = trajectoriesOf(options);
  return { engine, ...await runTrajectories(ensemble, options) };
}

/** The trajectories as data, and the engine that runs them. @throws {RangeError} naming the field at fault. */
export function trajectoriesOf(
  options: ParticleOptions & { readonly times: readonly number[] },
): { readonly engine: Engine; readonly ensemble: TrajectoryEnsemble<ArrheniusRun> } {
  checkEnsemble(options);
  const { system, elements, realizations, times } = options;
  // Half a word of lanes pays already; bits only where there are as many words of lanes as workers.
  const engine = chooseEngine(options.engine ?? "auto", system, 2 * realizations, 1);
  const process = runOf(options, engine), words = wordsOf(options, engine);
  return {
    engine,
    ensemble: { simulator: ARRHENIUS, process, elements, realizations, words, times },
  };
}

/** The ensemble of {@link sampleEnsemble} as data. @throws {RangeError} naming the field at fault. */
export function planWindows(options: SampleOptions): EnsemblePlan<ArrheniusRun> {
  checkEnsemble(options);
  const { system, elements, profile, initialState, realizations } = options;
  const { burnIn, horizons, controlVariates = true, blocks, blockSize } = options;
  // Blocks hold whole words: enough words for honest errors, or none.
  const engine = chooseEngine(options.engine ?? "auto", system, realizations, WORDS);
  return planEnsemble({
    simulator: ARRHENIUS,
    process: runOf(options, engine),
    describe: {
      system,
      profileName: profile.name,
      initialState,
      engine,
      algorithm: algorithmName(engine, system, controlVariates ? horizons : null),
    },
    words: wordsOf(options, engine),
    ...{ elements, realizations, burnIn, horizons, controlVariates, blocks, blockSize },
  });
}

function runOf(options: ParticleOptions, engine: Engine): ArrheniusRun {
  const { system, elements, profile, initialState, loops } = options;
  // Throws here, not in a worker, if the start does not suit the system, or there are no such loops.
  configurationSampler(initialState, system, profile);
  loopsOf(loops);
  // Absent, unless asked for: it is a part of what checkpoints are known by.
  return { system, elements, profile, initialState, engine, ...(loops && { loops }) };
}

function wordsOf({ seed, profile }: ParticleOptions, engine: Engine): Words {
  const streams = [seed, "kmc", profile.name] as const;
  return engine === "scalar"
    ? { width: 1, streams }
    : { width: REPLICAS[engine], streams, prefix: engine };
}

function algorithmName(
  engine: Engine,
  system: ArrheniusSystem,
  controlled: readonly number[] | null,
): string {
  const scalar = scalarAlgorithm(system);
  if (engine === "scalar") return scalar;
  const word = engine === "bits" ? "bit-sliced replicas" : "byte-lane replicas";
  if (controlled === null) return word;
  return recordCapacity(system, engine, controlled[controlled.length - 1]) > 0
    ? `${word}, ${scalar} of their hops from t0 on`
    : `${word}, then ${scalar} from t0 on`;
}
