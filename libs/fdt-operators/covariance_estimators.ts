/** Unbiased estimators of the covariance of element currents over one window. */
import type { WindowMoments } from "@spiediff/ensemble";

/** From moments over `count` realizations to the covariance of the currents, a band `[M, bandWidth(M)]`. */
export type CovarianceEstimator = (window: WindowMoments, count: number) => Float64Array;

/** The classic one: sample covariance, mean removed, divided by `R - 1`. */
export const sampleCovariance: CovarianceEstimator = (window, count) =>
  window.current.comoment.map((sum) => sum / (count - 1));

/**
 * Martingale control variate: `Q = A + Mart`, and `Mart_e Mart_f - <Mart_e, Mart_f>` has exactly the
 * expectation zero, so its sample mean (mean of `Mart` removed, divided by `R - 1`) may be subtracted
 * with coefficient 1 and leaves the estimator unbiased. Source: docs/theory.md section 4.
 */
export const controlVariateCovariance: CovarianceEstimator = (window, count) =>
  window.current.comoment.map((sum, i) =>
    (sum - window.martingale.comoment[i]) / (count - 1) + window.bracket[i]
  );
