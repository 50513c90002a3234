import type { EpinetWeights } from "@spiediff/onnx-graph";
import type { GraphRunner } from "@spiediff/tensor-backend";
import type { CurvePoint, LoopOptions } from "@spiediff/diffusion-train";

/** Size and length of an epinet's training. */
export interface EpinetOptions extends LoopOptions {
  /** Dimension D of the epistemic index. */
  readonly indexDim: number;
  readonly hidden: readonly number[];
  readonly batch: number;
  /** Runs the steps natively; tfjs does without one. */
  readonly runner?: GraphRunner;
}

/** A trained epinet with its training curve. */
export interface TrainedEpinet {
  readonly weights: EpinetWeights;
  readonly curve: CurvePoint[];
}
