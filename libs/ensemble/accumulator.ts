/** Moments of the records of a block, added one after the other. */
import {
  addRecord,
  createMoments,
  type EnsembleMoments,
  martingalesAreCurrents,
} from "./moments.ts";
import type { RealizationRecord } from "./record.ts";

/** Adds records to moments. */
export interface MomentsAccumulator {
  add(record: RealizationRecord): void;
  /** The moments of the records since the last call, in arrays of the caller's. */
  take(): EnsembleMoments;
}

/** Prepares an accumulator; without control variates, compensators and brackets do not count. */
export type CreateAccumulator = (
  elements: number,
  windows: number,
  controlVariates: boolean,
) => MomentsAccumulator;

/** By the loops of moments.ts. */
export const plainAccumulator: CreateAccumulator = (elements, windows, controlVariates) => {
  let moments = createMoments(elements, windows);
  return {
    add: (record) => addRecord(moments, record, controlVariates),
    take() {
      const taken = moments;
      if (!controlVariates) martingalesAreCurrents(taken);
      moments = createMoments(elements, windows);
      return taken;
    },
  };
};
