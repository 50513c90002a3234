/** Single blocks of an ensemble, for whoever computes them apart and puts them together again. */
import { type EnsemblePlan, planEnsemble, type SampleOptions } from "./ensemble.ts";
import { copyMoments, mergeMoments, packedLength, packMoments, unpackMoments } from "./moments.ts";
import type { EnsembleMoments } from "./moments.ts";
import { prepareTasks } from "./tasks.ts";

/** An ensemble whose blocks can be had one by one; each depends on options and its index only. */
export interface EnsembleBlocks extends Pick<EnsemblePlan, "count" | "head"> {
  /** Length of a packed block. */
  readonly packedLength: number;
  /** Simulates block `0 .. count - 1`; packed, `[packedLength]`. */
  readonly run: (index: number) => Float64Array;
  readonly unpack: (packed: Float64Array) => EnsembleMoments;
}

/**
 * The blocks of {@link sampleEnsemble}, to the same bits.
 *
 * @throws {RangeError} naming the field at fault.
 */
export function ensembleBlocks(options: SampleOptions): EnsembleBlocks {
  const { job, count, head } = planEnsemble(options);
  const { elements, horizons } = head;
  let tasks: ReturnType<typeof prepareTasks> | undefined;
  return {
    count,
    head,
    packedLength: packedLength(elements, horizons.length),
    run(index) {
      tasks ??= prepareTasks(job);
      return packMoments(tasks(index).value as EnsembleMoments);
    },
    unpack: (packed) => unpackMoments(packed, elements, horizons.length),
  };
}

/** The total of blocks that come in order: the first is copied, the others merged into it. */
export function totalOf(
  total: EnsembleMoments | undefined,
  block: EnsembleMoments,
): EnsembleMoments {
  if (total === undefined) return copyMoments(block);
  mergeMoments(total, block);
  return total;
}
