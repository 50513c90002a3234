/** How short simulations are recorded block by block, and read: by the mesh that they are on. */
import type { Experiment, SimulatedExperiment } from "@spiediff/experiment";
import type { RingEstimate } from "@spiediff/fdt-operators";
import type { PackedRecord, RecordHead } from "../record_file.ts";

/** The blocks of one profile's realizations; each depends on experiment and index only. */
export interface RecordedBlocks {
  readonly count: number;
  readonly head: RecordHead;
  /** Numbers of one block. */
  readonly packedLength: number;
  /** Simulates block `0 .. count - 1`. */
  run(index: number): Promise<Float64Array>;
  /** Takes in blocks, in their order, and gives what all leave together. */
  summed(): BlockSum;
}

/** Of the blocks so far. */
export interface BlockSum {
  add(block: Float64Array): void;
  total(): Float64Array;
}

/** What a mesh makes of short simulations. */
export interface Recording {
  /** @throws {RangeError} naming the field at fault. */
  blocks(
    experiment: SimulatedExperiment,
    profile: SimulatedExperiment["profiles"][number],
  ): RecordedBlocks;
  /** What a profile's record says of the law: one estimate for each ring of nodes. */
  estimate(record: PackedRecord, experiment: Experiment): RingEstimate[];
}
