/** What tells a user that the data cannot carry the answer. */
import type { EnsembleRecord } from "@spiediff/ensemble";
import { bandIndex, chiSquarePValue } from "@spiediff/numerics";
import { insideWindow, shortestText } from "./horizon_window.ts";
import { percent, short, timeText } from "./number_text.ts";
import { LEAST_P_VALUE } from "./least_p_value.ts";
import { memoryWarnings } from "./mobility_memory.ts";
import { jackknife, mapJackknife, standardError } from "./jackknife.ts";
import type { Jackknife } from "./jackknife.ts";
import type { ChiSquare, EstimateDiagnostics, OperatorEstimate } from "./types.ts";

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
  estimate: Omit<OperatorEstimate, "warnings">,
  record: EnsembleRecord,
  targetError: number,
): string[] {
  return [
    ...precisionWarnings(estimate, record, targetError),
    ...windowWarnings(estimate.diagnostics, record),
    ...refutedModels(estimate.diagnostics),
    ...driftWarnings(estimate.diagnostics, record),
    ...potentialWarnings(estimate.diagnostics),
    ...memoryWarnings(
      estimate.diagnostics.mobilityMemory,
      insideWindow(record.horizons, estimate.diagnostics.window),
    ),
  ];
}

function potentialWarnings({ potential }: EstimateDiagnostics): string[] {
  if (potential === undefined || potential.chiSquare.pValue >= LEAST_P_VALUE) return [];
  return [
    `The known potential of the start does not agree with the fluxes (p = ${
      potential.chiSquare.pValue.toExponential(1)
    }); it has no part in them. Is the start in equilibrium under it, and does it go off there?`,
  ];
}

function precisionWarnings(
  estimate: Omit<OperatorEstimate, "warnings">,
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
  return warnings;
}

function windowWarnings(
  { window, diffusivity }: EstimateDiagnostics,
  { horizons, system }: EnsembleRecord,
): string[] {
  const { shortest, longest } = window;
  if (diffusivity !== undefined) return measuredWindowWarnings(diffusivity, longest, horizons);
  const inside = insideWindow(horizons, window);
  const bounds = `from ${short(shortest)} (${shortestText(system)}) to ${
    short(longest)
  } (fluctuations cross a quarter of an element)`;
  if (shortest > longest) {
    return [
      `There is no window between microscopic and macroscopic times; it would run ${bounds}. Use more sites per element.`,
    ];
  }
  if (inside.length >= 2) return [];
  return inside.length === 1
    ? [
      `Only ${timeText(horizons[inside[0]])} of the horizons ${
        horizons.map(timeText).join(", ")
      } lies in the window ${bounds}: the estimate rests on it alone, and nothing tests the window.`,
    ]
    : [
      `None of the horizons ${
        horizons.map(timeText).join(", ")
      } lies in the window ${bounds}: K1 may be biased beyond its errors; choose h inside of it.`,
    ];
}

/** Of particles that no lattice counts: their measured diffusivity says how long windows may be. */
function measuredWindowWarnings(
  diffusivity: NonNullable<EstimateDiagnostics["diffusivity"]>,
  longest: number,
  horizons: readonly number[],
): string[] {
  if (diffusivity.value <= 0) {
    return [
      `The diffusivity as measured is ${
        diffusivity.value.toPrecision(2)
      }: nothing says how long windows may be.`,
    ];
  }
  return horizons[0] <= longest ? [] : [
    `No window is within ${
      longest.toPrecision(3)
    }, in which fluctuations cross a quarter of an element ` +
    `(D = ${
      diffusivity.value.toPrecision(3)
    } as measured): K1 may be biased beyond its errors; take shorter ones.`,
  ];
}

/** What the data refute, by chi-square. */
function refutedModels(diagnostics: EstimateDiagnostics): string[] {
  const shown = ({ value, degreesOfFreedom }: ChiSquare) =>
    `(chi-square ${value.toFixed(1)} for ${degreesOfFreedom} degrees of freedom)`;
  const sentences: [ChiSquare | null | undefined, (fit: ChiSquare) => string][] = [
    [
      diagnostics.extrapolated?.chiSquare,
      (fit) =>
        `The extrapolation in sqrt(h) fits badly ${
          shown(fit)
        }: there may be no window between microscopic and macroscopic times.`,
    ],
    [
      diagnostics.closureChiSquare,
      (fit) =>
        `The closed K1 depends on h ${
          shown(fit)
        }: the shortest horizon may not be microscopically long.`,
    ],
    [
      diagnostics.smoothnessChiSquare,
      (fit) =>
        `The profile is not smooth on the scale of three elements ${
          shown(fit)
        }: fluxes come from the elements' own, noisier windows.`,
    ],
  ];
  return sentences.flatMap(([fit, sentence]) =>
    fit && fit.pValue <= LEAST_P_VALUE ? [sentence(fit)] : []
  );
}

function driftWarnings(
  { mobilityDrift: drift }: EstimateDiagnostics,
  { burnIn }: EnsembleRecord,
): string[] {
  const changes = drift && Math.abs(drift.value) > Math.max(3 * drift.standardError, 1e-3);
  return !changes ? [] : [
    `The mobility still changes by ${percent(drift.value)} (+- ${
      percent(drift.standardError)
    }) within the record: the burn-in of ${
      timeText(burnIn)
    } may be too short for local equilibrium.`,
  ];
}
