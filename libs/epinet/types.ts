import type { EpinetWeights } from "@spiediff/onnx-graph";
import type { CurvePoint } from "@spiediff/diffusion-train";
import type { Matrix } from "ml-matrix";

/** Settings of an epinet's distillation; one set serves every case. */
export interface EpinetOptions {
  /** Dimension D of the epistemic index: directions that are kept of many. */
  readonly indexDim: number;
  /** Latents with which the data are visited. */
  readonly visits: number;
  /** Size of the prior, 0 for none: 1 when absent, and then the spread is a posterior's. */
  readonly priorScale?: number;
}

/** A distilled epinet. */
export interface TrainedEpinet {
  readonly weights: EpinetWeights;
  /** The distillation loss of the prior alone and after the solution. */
  readonly curve: CurvePoint[];
  readonly calibration: Calibration;
}

/** How far a distilled epinet's spread is to be believed (docs/theory.md section 6.8). */
export interface Calibration {
  /** Standard deviation that the random part of the epistemic index is to be drawn with. */
  readonly indexScale: number;
  /** Size of the data's errors over what they are stated to be. */
  readonly noise: number;
  /** Left-out data that say so; 0 if there was one profile only, and nothing is known. */
  readonly components: number;
}

/** What the epinet of the mobility says at one profile's elements; 0 at those that were held out. */
export interface MobilityAtData {
  /** `[M]` the posterior mean of the mobility over elements. */
  readonly mean: Float64Array;
  /** `[M][random indices]` what each random index does to it. */
  readonly response: Matrix;
}
