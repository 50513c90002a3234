import type { EpinetWeights } from "@spiediff/onnx-graph";
import type { CurvePoint, TrainingProgress } from "@spiediff/diffusion-train";

/** Size and length of an epinet's training. */
export interface EpinetOptions {
  /** Dimension D of the epistemic index. */
  readonly indexDim: number;
  readonly hidden: readonly number[];
  readonly batch: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly onProgress?: TrainingProgress;
  readonly signal?: AbortSignal;
}

/** A trained epinet with its training curve. */
export interface TrainedEpinet {
  readonly weights: EpinetWeights;
  readonly curve: CurvePoint[];
}
