/** Single blocks of an ensemble, for whoever computes them apart and puts them together again. */
import type { EnsemblePlan } from "./ensemble.ts";
import { type EnsembleMoments, packedLength, packMoments, unpackMoments } from "./moments.ts";
import type { Job } from "./job.ts";
import type { Simulator } from "./simulator.ts";
import { prepareTasks, type RunTask } from "./tasks.ts";
import { runTasks } from "./worker_pool.ts";

/** An ensemble whose blocks can be had one by one; each depends on options and its index only. */
export interface EnsembleBlocks extends Pick<EnsemblePlan<unknown>, "count" | "head"> {
  /** Length of a packed block. */
  readonly packedLength: number;
  /** Simulates block `0 .. count - 1`; packed, `[packedLength]`. */
  readonly run: (index: number) => Promise<Float64Array>;
  readonly unpack: (packed: Float64Array) => EnsembleMoments;
}

/** The blocks of {@link runEnsemble}, to the same bits. */
export function blocksOf<Process>(
  { simulator, job, count, head }: EnsemblePlan<Process>,
): EnsembleBlocks {
  const { elements, horizons } = head;
  const runOne = simulator.isolated ? isolatedTask(simulator, job) : ownTask(simulator, job);
  return {
    count,
    head,
    packedLength: packedLength(elements, horizons.length),
    run: async (index) => packMoments(await runOne(index)),
    unpack: (packed) => unpackMoments(packed, elements, horizons.length),
  };
}

type RunBlock = (index: number) => Promise<EnsembleMoments>;

function ownTask<Process>(simulator: Simulator<Process>, job: Job<Process>): RunBlock {
  let tasks: Promise<RunTask> | undefined;
  return async (index) => {
    tasks ??= prepareTasks(job, (process) => simulator.source(process));
    return (await tasks)(index).value as EnsembleMoments;
  };
}

/** A thread a block: foreign code keeps nothing from one to the next. */
function isolatedTask<Process>(simulator: Simulator<Process>, job: Job<Process>): RunBlock {
  return async (index) => {
    let moments: EnsembleMoments | undefined;
    await runTasks(simulator, job, [index], {
      workers: 1,
      onResult: (_, value) => moments = value as EnsembleMoments,
    });
    return moments!;
  };
}
