/** Single blocks of an ensemble, for whoever computes them apart and puts them together again. */
import type { EnsemblePlan } from "./ensemble.ts";
import { type EnsembleMoments, packedLength, packMoments, unpackMoments } from "./moments.ts";
import { prepareTasks, type RunTask } from "./tasks.ts";

/** An ensemble whose blocks can be had one by one; each depends on options and its index only. */
export interface EnsembleBlocks extends Pick<EnsemblePlan<unknown>, "count" | "head"> {
  /** Length of a packed block. */
  readonly packedLength: number;
  /** Simulates block `0 .. count - 1`; packed, `[packedLength]`. */
  readonly run: (index: number) => Float64Array;
  readonly unpack: (packed: Float64Array) => EnsembleMoments;
}

/** The blocks of {@link runEnsemble}, to the same bits. */
export function blocksOf<Process>(
  { simulator, job, count, head }: EnsemblePlan<Process>,
): EnsembleBlocks {
  const { elements, horizons } = head;
  let tasks: RunTask | undefined;
  return {
    count,
    head,
    packedLength: packedLength(elements, horizons.length),
    run(index) {
      tasks ??= prepareTasks(job, simulator.source);
      return packMoments(tasks(index).value as EnsembleMoments);
    },
    unpack: (packed) => unpackMoments(packed, elements, horizons.length),
  };
}
