/** All answers of one estimator at one horizon, as one jackknife. */
import type { EnsembleMoments, EnsembleRecord } from "@spiediff/ensemble";
import { closedBand, closedCurrents, nodalBand } from "./current_covariance.ts";
import type { CovarianceEstimator } from "./covariance_estimators.ts";
import { jackknife, standardError } from "./jackknife.ts";
import type { Jackknife } from "./jackknife.ts";
import { momentumShare } from "./momentum.ts";
import { unsmooth } from "./smooth_flux.ts";
import type { Estimated, HorizonEstimate } from "./types.ts";

/** Which mean and covariance of the currents an estimator uses. */
export interface CurrentEstimator {
  readonly name: "classic" | "control-variate";
  /** Mean current `[M]`: of the currents themselves, or of their compensator. */
  readonly mean: "current" | "compensator";
  readonly covariance: CovarianceEstimator;
  /** Whether currents (or node differences only) enter the closed `K1`. */
  readonly closed: "currents" | "snapshots";
}

/** The quantities of {@link HorizonEstimate}. */
export const QUANTITIES = [
  "diagonal",
  "K1",
  "outOfBand",
  "closedK1",
  "flux",
  "drift",
  "smoothFlux",
  "smoothDrift",
] as const;

/** Jackknives `[M]` of every quantity of {@link HorizonEstimate}. */
export type HorizonJackknives = Record<typeof QUANTITIES[number], Jackknife>;

/** An estimator and the window that it is evaluated on. */
export interface EstimatorOfWindow {
  readonly estimator: CurrentEstimator;
  readonly window: number;
}

/** Evaluates estimators on windows of a record, all in one pass over its blocks. */
export function horizonJackknives(
  record: EnsembleRecord,
  wanted: readonly EstimatorOfWindow[],
  beta: number,
): HorizonJackknives[] {
  const { elements } = record;
  const each = QUANTITIES.length * elements;
  const all = jackknife(record.total, record.blocks, (moments) => {
    const values = new Float64Array(wanted.length * each);
    wanted.forEach((one, k) => values.set(quantities(record, moments, one, beta), k * each));
    return values;
  });
  const cut = (from: number): Jackknife => ({
    value: all.value.slice(from, from + elements),
    deviations: all.deviations.map((d) => d.slice(from, from + elements)),
  });
  return wanted.map((_, k) =>
    Object.fromEntries(
      QUANTITIES.map((name, p) => [name, cut(k * each + p * elements)]),
    ) as HorizonJackknives
  );
}

/** All quantities of a window, one after another `[QUANTITIES * M]`. */
function quantities(
  { elements, horizons, system }: EnsembleRecord,
  moments: EnsembleMoments,
  { estimator, window: w }: EstimatorOfWindow,
  beta: number,
): Float64Array {
  const h = horizons[w], window = moments.windows[w];
  const scale = beta * system.sites / (2 * h * momentumShare(h, system.momentumRelaxation));
  const covariance = estimator.covariance(window, moments.count);
  const flux = window[estimator.mean].mean.map((q) => q / h);
  // Without compensators there is nothing to smooth: the element fluxes stand in.
  const smoothFlux = estimator.mean === "compensator"
    ? unsmooth(window.smoothCompensator.mean).map((q) => q / h)
    : flux;
  const closed = estimator.closed === "currents" ? closedCurrents : closedBand;
  const parts = [
    nodalBand(covariance, elements, 0, scale),
    nodalBand(covariance, elements, 1, scale),
    nodalBand(covariance, elements, 2, scale),
    closed(covariance, elements, scale),
    flux,
    divergence(flux),
    smoothFlux,
    divergence(smoothFlux),
  ];
  const all = new Float64Array(parts.length * elements);
  parts.forEach((part, p) => all.set(part, p * elements));
  return all;
}

/** `dz_i/dt = J_{i-1} - J_i`. */
export function divergence(flux: Float64Array): Float64Array {
  return flux.map((j, i) => flux[(i + flux.length - 1) % flux.length] - j);
}

/** Values and standard errors as plain arrays. */
export function estimated(jack: Jackknife): Estimated {
  return {
    value: [...jack.value],
    standardError: Array.from(jack.value, (_, i) => standardError(jack, i)),
  };
}

/** All quantities as plain arrays. */
export function horizonEstimate(jacks: HorizonJackknives): HorizonEstimate {
  return Object.fromEntries(
    QUANTITIES.map((name) => [name, estimated(jacks[name])]),
  ) as unknown as HorizonEstimate;
}
