/** All answers of one estimator at one horizon, as one jackknife. */
import type { EnsembleMoments, EnsembleRecord } from "@spiediff/ensemble";
import { closedBand, closedCurrents, nodalBand } from "./current_covariance.ts";
import type { CovarianceEstimator } from "./covariance_estimators.ts";
import { jackknife, standardError } from "./jackknife.ts";
import type { Jackknife } from "./jackknife.ts";
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

const QUANTITIES = [
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

/** Evaluates an estimator on window `w` of a record. */
export function horizonJackknives(
  record: EnsembleRecord,
  w: number,
  estimator: CurrentEstimator,
  beta: number,
): HorizonJackknives {
  const { elements } = record;
  const h = record.horizons[w];
  const scale = beta * record.system.sites / (2 * h);
  const statistic = (moments: EnsembleMoments) => {
    const window = moments.windows[w];
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
  };
  const all = jackknife(record.total, record.blocks, statistic);
  const cut = (p: number): Jackknife => ({
    value: all.value.slice(p * elements, (p + 1) * elements),
    deviations: all.deviations.map((d) => d.slice(p * elements, (p + 1) * elements)),
  });
  return Object.fromEntries(QUANTITIES.map((name, p) => [name, cut(p)])) as HorizonJackknives;
}

/** `dz_i/dt = J_{i-1} - J_i`. */
function divergence(flux: Float64Array): Float64Array {
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
