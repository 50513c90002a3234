import type { Band } from "@spiediff/law";
import type { FieldSeries } from "@spiediff/report";
import type { TrajectoryStatistics } from "@spiediff/ensemble";
import type { PredictedRun } from "./predicted_run.ts";

/** A prediction over a square or cube; arrays over nodes have the first axis fastest. */
export interface PredictedField extends
  Pick<
    PredictedRun,
    "times" | "level" | "freeEnergy" | "massDrift" | "invariants" | "warnings" | "memberCount"
  > {
  readonly dimension: 2 | 3;
  /** To each axis. */
  readonly elements: number;
  /** Densities at each time. */
  readonly density: readonly Band[];
}

/** Whether a prediction is one over a square or cube. */
export const isField = (prediction: PredictedRun | PredictedField): prediction is PredictedField =>
  "dimension" in prediction;

/** The predicted densities, with those of direct simulations where there are any. */
export function fieldSeries(
  { dimension, elements, times, level, memberCount, density }: PredictedField,
  truth: TrajectoryStatistics | undefined,
): FieldSeries {
  const nodes = elements ** dimension;
  const rows = (values: Float64Array) =>
    times.map((_, t) => [...values.subarray(t * nodes, (t + 1) * nodes)]);
  const bands = (key: "mean" | "lower" | "upper") => density.map((band) => [...band[key]]);
  return {
    ...{ dimension, elements, level, members: memberCount, times: [...times] },
    ...{ mean: bands("mean"), lower: bands("lower"), upper: bands("upper") },
    ...(truth
      ? {
        kmc: {
          mean: rows(truth.mean),
          standardError: rows(truth.standardError),
          realizations: truth.realizations,
        },
      }
      : {}),
  };
}
