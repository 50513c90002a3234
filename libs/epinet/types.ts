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
  readonly calibration: Calibration;
}

/** How far a distilled epinet's spread is to be believed (docs/theory.md section 6.7). */
export interface Calibration {
  /** Standard deviation that the epistemic index is to be drawn with. */
  readonly indexScale: number;
  /** Most likely ratio of the errors at left-out profiles to the spread there. */
  readonly jackknife: number;
  /** Distance of the base network from its readout's posterior mean, in spreads, rms over the data. */
  readonly gap: number;
  /** Mean square of the left-out residuals in their own standard deviations; 1 is expected. */
  readonly leftOutChiSquare: number;
}
