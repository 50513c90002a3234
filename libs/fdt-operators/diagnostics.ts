/** What tells a user that the data cannot carry the answer. */
import type { EnsembleRecord } from "@spiediff/ensemble";
import { bandIndex } from "@spiediff/numerics";
import { chiSquarePValue } from "./chi_square.ts";
import { insideWindow } from "./horizon_window.ts";
import { jackknife, mapJackknife, standardError } from "./jackknife.ts";
import type { Jackknife } from "./jackknife.ts";
import type { ChiSquare, OperatorEstimate } from "./types.ts";

/** Below this probability a model is held to be refuted. */
export const LEAST_P_VALUE = 1e-3;

/** Realizations that would bring a mean relative error down to `target`, everything else equal. */
export function realizationsFor(
  estimate: Pick<OperatorEstimate, "K1" | "K1StandardError" | "realizations">,
  target: number,
): number {
  return Math.ceil(estimate.realizations * (relativeError(estimate) / target) ** 2);
}

/** Root mean square of the standard errors of `K1` over its root mean square. */
export function relativeError(
  { K1, K1StandardError }: Pick<OperatorEstimate, "K1" | "K1StandardError">,
): number {
  const norm = (v: readonly number[]) => Math.hypot(...v);
  return norm(K1StandardError) / norm(K1);
}

/**
 * Whether the closed `K1` at the shortest and longest horizon agree within the error of their
 * difference, summed over the elements; null with one horizon.
 *
 * They differ if the shortest horizon is not microscopically long, or the longest not
 * macroscopically short.
 */
export function closureChiSquare(perHorizon: readonly Jackknife[]): ChiSquare | null {
  return perHorizon.length < 2 ? null : agreement(perHorizon[0], perHorizon[perHorizon.length - 1]);
}

/**
 * Whether fluxes through smooth windows agree with those through the elements' own, summed over the
 * elements in the norm of nodal potentials (`P_e - P_{e+1} = J_e`), in which errors are nearly white.
 */
export function smoothnessChiSquare({ flux, smoothFlux }: {
  flux: Jackknife;
  smoothFlux: Jackknife;
}): ChiSquare {
  return agreement(mapJackknife(flux, potentials), mapJackknife(smoothFlux, potentials));
}

/** Cumulative sums of fluxes with the mean removed. */
function potentials(flux: Float64Array): Float64Array {
  let sum = 0;
  const p = flux.map((j) => sum -= j);
  const mean = p.reduce((a, b) => a + b, 0) / p.length;
  return p.map((v) => v - mean);
}

/** Chi-square of the difference of two estimates from the same blocks, entries as independent. */
function agreement(a: Jackknife, b: Jackknife): ChiSquare {
  const difference: Jackknife = {
    value: a.value.map((v, e) => v - b.value[e]),
    deviations: a.deviations.map((d, k) => d.map((v, e) => v - b.deviations[k][e])),
  };
  const value = difference.value.reduce(
    (sum, d, e) => sum + (d / standardError(difference, e)) ** 2,
    0,
  );
  const degreesOfFreedom = difference.value.length;
  return { value, degreesOfFreedom, pValue: chiSquarePValue(value, degreesOfFreedom) };
}

/**
 * Relative change of the instantaneous mobility (the martingales' predictable variation per time,
 * summed over the elements) from the first window to the rest of the record; null with one horizon.
 *
 * In local equilibrium it changes at the macroscopic pace only; a faster change says that the
 * burn-in was too short.
 */
export function mobilityDrift(
  record: EnsembleRecord,
): { value: number; standardError: number } | null {
  const { horizons, elements } = record;
  if (horizons.length < 2) return null;
  const last = horizons.length - 1;
  const trace = (bracket: Float64Array) => {
    let sum = 0;
    for (let e = 0; e < elements; e++) sum += bracket[bandIndex(elements, e, e)];
    return sum;
  };
  const jack = jackknife(record.total, record.blocks, ({ windows }) => {
    const first = trace(windows[0].bracket) / horizons[0];
    const rest = (trace(windows[last].bracket) - trace(windows[0].bracket)) /
      (horizons[last] - horizons[0]);
    return Float64Array.of(rest / first - 1);
  });
  return { value: jack.value[0], standardError: standardError(jack, 0) };
}

/** One full sentence per doubt. */
export function collectWarnings(
  estimate: OperatorEstimate,
  record: EnsembleRecord,
  targetError: number,
): string[] {
  const warnings: string[] = [];
  const error = relativeError(estimate);
  if (error > targetError) {
    warnings.push(
      `K1 has a relative standard error of ${percent(error)}, above the target of ${
        percent(targetError)
      }; about ${realizationsFor(estimate, targetError)} realizations would reach it.`,
    );
  }
  if (record.blocks.length < 16) {
    warnings.push(
      `Standard errors rest on ${record.blocks.length} blocks only; use 16 or more.`,
    );
  }
  const { shortest, longest } = estimate.window;
  const inside = insideWindow(record.horizons, estimate.window).length;
  if (shortest > longest) {
    warnings.push(
      `There is no window between microscopic and macroscopic times: 4 hop times last ${shortest}, and fluctuations cross a quarter of an element in ${longest}; use more sites per element.`,
    );
  } else if (inside < 2) {
    warnings.push(
      `Only ${inside} of ${record.horizons.length} horizons lie in the window from ${shortest} (4 hop times) to ${longest} (fluctuations cross a quarter of an element).`,
    );
  }
  const fit = estimate.extrapolated?.chiSquare;
  if (fit && fit.pValue < LEAST_P_VALUE) {
    warnings.push(
      `The extrapolation in sqrt(h) fits badly (chi-square ${
        fit.value.toFixed(1)
      } for ${fit.degreesOfFreedom} degrees of freedom): there may be no window between microscopic and macroscopic times.`,
    );
  }
  const closure = estimate.closureChiSquare;
  if (closure && closure.pValue < LEAST_P_VALUE) {
    warnings.push(
      `The closed K1 depends on h (chi-square ${
        closure.value.toFixed(1)
      } for ${closure.degreesOfFreedom} degrees of freedom): the shortest horizon may not be microscopically long.`,
    );
  }
  const smoothness = estimate.smoothnessChiSquare;
  if (smoothness && smoothness.pValue <= LEAST_P_VALUE) {
    warnings.push(
      `The profile is not smooth on the scale of three elements (chi-square ${
        smoothness.value.toFixed(1)
      } for ${smoothness.degreesOfFreedom} degrees of freedom): fluxes come from the elements' own, noisier windows.`,
    );
  }
  const drift = estimate.mobilityDrift;
  if (drift && Math.abs(drift.value) > 3 * drift.standardError && Math.abs(drift.value) > 1e-3) {
    warnings.push(
      `The mobility still changes by ${percent(drift.value)} (+- ${
        percent(drift.standardError)
      }) within the record: the burn-in of ${record.burnIn} may be too short for local equilibrium.`,
    );
  }
  return warnings;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toPrecision(2)} %`;
}
