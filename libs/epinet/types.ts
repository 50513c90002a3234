import type { EpinetWeights } from "@spiediff/onnx-graph";
import type { CurvePoint } from "@spiediff/diffusion-train";

/** Settings of an epinet's distillation; one set serves every case. */
export interface EpinetOptions {
  /** Dimension D of the epistemic index. */
  readonly indexDim: number;
  /** Diffusion states at which each datum is visited. */
  readonly visits: number;
}

/** A distilled epinet. */
export interface TrainedEpinet {
  readonly weights: EpinetWeights;
  /** The distillation loss of the prior alone and after the solution. */
  readonly curve: CurvePoint[];
}
