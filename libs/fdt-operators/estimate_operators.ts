/** From an ensemble's moments to operator entries and currents with errors. */
import type { EnsembleRecord } from "@spiediff/ensemble";
import { BAND_WIDTH, bandWidth, firstColumn } from "@spiediff/numerics";
import { nodalDensity } from "@spiediff/mesh";
import type { NodalDensityRule } from "@spiediff/mesh";
import { controlVariateCovariance, sampleCovariance } from "./covariance_estimators.ts";
import {
  closureChiSquare,
  collectWarnings,
  mobilityDrift,
  smoothnessChiSquare,
} from "./diagnostics.ts";
import { LEAST_P_VALUE } from "./least_p_value.ts";
import { extrapolate } from "./extrapolation.ts";
import { forceFlux } from "./force_flux.ts";
import { divergence, estimated, horizonEstimate, horizonJackknives } from "./horizon_estimate.ts";
import type { CurrentEstimator, HorizonJackknives } from "./horizon_estimate.ts";
import { instantaneousK1, mobilityMemory } from "./mobility_memory.ts";
import { type HorizonWindow, horizonWindow, insideWindow } from "./horizon_window.ts";
import { errorCovariance, jackknife, mapJackknife, standardError } from "./jackknife.ts";
import type { Jackknife } from "./jackknife.ts";
import {
  diffusivityOfFluctuations,
  type MeasuredDiffusivity,
  measuredDiffusivity,
} from "./measured_diffusivity.ts";
import type { KnownStart } from "./statics/known_start.ts";
import { withPotential } from "./statics/potential_flux.ts";
import { ofSmallWave } from "./statics/wave_flux.ts";
import { type SnapshotMobility, snapshotMobility } from "./snapshot_mobility.ts";
import { type FluxSource, samplingCovariance, unexplainedVariance } from "./sampling_covariance.ts";
import type {
  ChiSquare,
  Estimated,
  EstimateDiagnostics,
  EstimateOptions,
  HorizonEstimate,
  OperatorEstimate,
  VarianceReduction,
} from "./types.ts";

/** Eq. (6) of the paper from snapshots alone. */
export const classicEstimator: CurrentEstimator = {
  name: "classic",
  mean: "current",
  covariance: sampleCovariance,
  closed: "snapshots",
};

/** With martingale control variates and currents. */
export const controlVariateEstimator: CurrentEstimator = {
  name: "control-variate",
  mean: "compensator",
  covariance: controlVariateCovariance,
  closed: "currents",
};

/**
 * Estimates `K` and the element currents of one profile.
 *
 * Best values: with control variates, the closed `K1` at the horizon of least error among the
 * microscopically long ones, and the compensator's currents at the horizon of least error (through
 * smooth windows unless the data say that the profile is not smooth enough for them); without,
 * `K1` of Eq. (6) extrapolated in `sqrt(h)` (or as it stands, if there is one horizon) and the mean
 * currents; with windows of their own for mobility and fluxes, `K1` of {@link snapshotMobility}.
 *
 * @throws {RangeError} naming the option at fault.
 */
export function estimateOperators(
  record: EnsembleRecord,
  options: EstimateOptions = {},
): OperatorEstimate {
  const { beta = 1, nodalDensityRule = "fourth-order", targetError = 0.05, start } = options;
  for (const [name, value] of Object.entries({ beta, targetError })) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new RangeError(`${name} must be positive and finite, not ${value}.`);
    }
  }
  const { horizons } = record;
  const answers = answersOf(record, beta, options.windows);
  const K1 = chooseK1(record, answers);
  const flux = chooseFlux(record, answers);
  const sampling = samplingCovariance(
    record.total,
    flux.window,
    flux.source,
    horizons[flux.window],
  );
  const [density, elementDensity] = densities(record, [nodalDensityRule, "consistent"]);
  const diagnostics = diagnosticsOf(record, answers, beta);
  const best: Omit<OperatorEstimate, "warnings"> = {
    profileName: record.profileName,
    realizations: record.realizations,
    t0: record.burnIn,
    hs: [...horizons],
    nodalDensityRule,
    density: density.value,
    densityStandardError: density.standardError,
    elementDensity: elementDensity.value,
    elementDensityStandardError: elementDensity.standardError,
    ...named("K1", K1.jack),
    K1Covariance: covarianceBand(K1.jack),
    ...named("flux", flux.jack),
    fluxCovariance: covarianceBand(flux.jack),
    circulationVariance: 0,
    samplingCovariance: sampling,
    ...named("drift", flux.drift),
    estimator: K1.name,
    fluxEstimator: answers.smooth
      ? "smooth windows"
      : answers.offLattice && flux.source === "compensator"
      ? "forces"
      : "element windows",
    K1Horizon: K1.horizon,
    fluxHorizon: horizons[flux.window],
    diagnostics,
  };
  const known = withKnownStart(best, record, K1.jack, start, beta);
  return { ...known, warnings: collectWarnings(known, record, targetError) };
}

/** The estimate with what is known of the start, on rings whose covariances are kept whole. */
function withKnownStart(
  best: Omit<OperatorEstimate, "warnings">,
  record: EnsembleRecord,
  K1: Jackknife,
  start: KnownStart | undefined,
  beta: number,
): Omit<OperatorEstimate, "warnings"> {
  if (start === undefined || record.elements > BAND_WIDTH) return best;
  if (start.kind === "homogeneous") {
    return ofSmallWave(best, diffusivityOfFluctuations(record, K1, beta));
  }
  const { flux, samplingCovariance: sampling } = best;
  const { chiSquare, weight, ...both } = withPotential(
    record,
    { flux: Float64Array.from(flux), sampling },
    K1,
    start,
  );
  const diagnostics = { ...best.diagnostics, potential: { weight, chiSquare } };
  // Of fluxes that disagree one is not what it is said to be, and the measured ones assume nothing.
  if (chiSquare.pValue < LEAST_P_VALUE) return { ...best, diagnostics };
  const M = flux.length;
  return {
    ...best,
    flux: [...both.flux],
    fluxStandardError: flux.map((_, e) => Math.sqrt(both.sampling.flux[e * (M + 1)])),
    fluxCovariance: both.sampling.flux,
    samplingCovariance: both.sampling,
    diagnostics,
  };
}

/** All estimators at all horizons, and what follows for the choice among them. */
interface Answers {
  readonly classic: readonly HorizonJackknives[];
  /** Empty without control variates. */
  readonly controlled: readonly HorizonJackknives[];
  /** The better of both. */
  readonly source: readonly HorizonJackknives[];
  readonly window: HorizonWindow;
  /** Horizons inside the window. */
  readonly inside: readonly number[];
  /** Those that answers are compared over: the same, or all where none is inside. */
  readonly fitted: readonly number[];
  readonly extrapolated: ReturnType<typeof extrapolate> | null;
  readonly smoothness: ChiSquare | null;
  /** Whether the profile is smooth enough for smooth windows. */
  readonly smooth: boolean;
  /** Of particles that no lattice counts. */
  readonly offLattice?: OffLattice;
}

/** What windows of their own for mobility and fluxes give. */
interface OffLattice {
  readonly diffusivity: MeasuredDiffusivity;
  readonly mobility: SnapshotMobility;
  /** Horizons for the fluxes, by index. */
  readonly fluxes: readonly number[];
}

function answersOf(
  record: EnsembleRecord,
  beta: number,
  windows: EstimateOptions["windows"],
): Answers {
  const { elements, horizons, controlVariates } = record;
  const estimators = controlVariates ? [classicEstimator, controlVariateEstimator] : [
    classicEstimator,
  ];
  const all = horizonJackknives(
    record,
    estimators.flatMap((estimator) => horizons.map((_, window) => ({ estimator, window }))),
    beta,
  );
  const classic = all.slice(0, horizons.length), controlled = all.slice(horizons.length);
  const source = controlVariates ? controlled : classic;
  if (windows !== undefined) {
    const { window, inside, ...offLattice } = offLatticeAnswers(record, classic, windows, beta);
    const none = { extrapolated: null, smoothness: null, smooth: false };
    return { classic, controlled, source, window, inside, fitted: inside, ...none, offLattice };
  }
  const window = horizonWindow(record.system, elements);
  const inside = insideWindow(horizons, window);
  // Those inside, if only one, are what there is; with none inside, all are as good as any: warned of below.
  const fitted = inside.length > 0 ? inside : [...horizons.keys()];
  const extrapolated = fitted.length < 2 ? null : extrapolate(
    fitted.map((w) => source[w].K1),
    fitted.map((w) => horizons[w]),
  );
  const smoothness = controlVariates ? smoothnessChiSquare(controlled[horizons.length - 1]) : null;
  const smooth = smoothness !== null && smoothness.pValue > LEAST_P_VALUE;
  const fits = { extrapolated, smoothness, smooth };
  return { classic, controlled, source, window, inside, fitted, ...fits };
}

function offLatticeAnswers(
  record: EnsembleRecord,
  classic: readonly HorizonJackknives[],
  { mobility, fluxes }: NonNullable<EstimateOptions["windows"]>,
  beta: number,
): OffLattice & Pick<Answers, "window" | "inside"> {
  const { horizons, elements } = record;
  const indices = (of: readonly number[]) =>
    [...horizons.keys()].filter((w) => of.includes(horizons[w]));
  const ofMobility = indices(mobility), ofFluxes = indices(fluxes);
  const [shortest] = ofMobility;
  const longest = ofFluxes.at(-1) ?? ofMobility.at(-1)!;
  const diffusivity = measuredDiffusivity(record, longest, classic[shortest].closedK1, beta);
  const drive = Math.abs(diffusivity.jack.value[0]);
  const window = horizonWindow({ ...record.system, drive, shortest: 0 }, elements);
  const inside = insideWindow(horizons, window).filter((w) => ofMobility.includes(w));
  const used = inside.length > 0 ? inside : [shortest];
  return {
    diffusivity,
    mobility: snapshotMobility(record, classic, used, diffusivity.jack),
    fluxes: ofFluxes.length > 0 ? ofFluxes : [longest],
    ...{ window, inside },
  };
}

function diagnosticsOf(
  record: EnsembleRecord,
  answers: Answers,
  beta: number,
): EstimateDiagnostics {
  const { classic, controlled, extrapolated, offLattice } = answers;
  const plain = classic.map(horizonEstimate), better = controlled.map(horizonEstimate);
  return {
    classic: plain,
    controlVariate: better,
    varianceReduction: better.map((cv, w) => varianceReduction(plain[w], cv)),
    optimalCoefficient: controlled.map((jacks, w) => ({
      K1: optimalCoefficient(classic[w].K1, jacks.K1),
      flux: optimalCoefficient(classic[w].flux, jacks.flux),
    })),
    window: { ...answers.window },
    ...(offLattice && {
      diffusivity: {
        value: offLattice.diffusivity.jack.value[0],
        standardError: standardError(offLattice.diffusivity.jack, 0),
        from: offLattice.diffusivity.from,
      },
    }),
    extrapolated: extrapolated &&
      { ...estimated(extrapolated.estimate), chiSquare: extrapolated.chiSquare },
    closureChiSquare: record.controlVariates
      ? closureChiSquare(answers.fitted.map((w) => controlled[w].closedK1))
      : offLattice?.mobility.chiSquare ?? null,
    smoothnessChiSquare: answers.smoothness,
    mobilityDrift: record.controlVariates ? mobilityDrift(record) : null,
    mobilityMemory: mobilityMemory(record),
    instantaneousK1: instantaneousK1(record, beta),
  };
}

/** Nodal densities by several rules. */
function densities(record: EnsembleRecord, rules: readonly NodalDensityRule[]): Estimated[] {
  const { total, blocks, elements } = record;
  const { value, standardError } = estimated(jackknife(total, blocks, ({ start }) => {
    const values = new Float64Array(rules.length * elements);
    rules.forEach((rule, k) => values.set(nodalDensity(start.mean, rule), k * elements));
    return values;
  }));
  return rules.map((_, k) => {
    const [from, to] = [k * elements, (k + 1) * elements];
    return { value: value.slice(from, to), standardError: standardError.slice(from, to) };
  });
}

/** Values and standard errors under a quantity's names. */
function named<Name extends "K1" | "flux" | "drift">(name: Name, jack: Jackknife) {
  const { value, standardError } = estimated(jack);
  return { [name]: value, [`${name}StandardError`]: standardError } as Record<
    Name | `${Name}StandardError`,
    readonly number[]
  >;
}

function chooseK1(
  { horizons, controlVariates }: EnsembleRecord,
  { source, extrapolated, inside, offLattice }: Answers,
): { jack: Jackknife; name: string; horizon: number } {
  if (offLattice) {
    const { jack, name, horizons: [horizon] } = offLattice.mobility;
    return { jack, name, horizon };
  }
  if (controlVariates) {
    const candidates = inside.length > 0 ? inside : [horizons.length - 1];
    const w = leastError(source, "closedK1", candidates);
    return {
      jack: source[w].closedK1,
      name: "closed control-variate covariation",
      horizon: horizons[w],
    };
  }
  if (extrapolated !== null) {
    const jack = extrapolated.estimate;
    return { jack, name: "classic covariation, h -> 0 in sqrt(h)", horizon: 0 };
  }
  // One horizon has no line to 0; the closed combination is without the bias that the line would remove.
  const [w = 0] = inside;
  return { jack: source[w].closedK1, name: "closed classic covariation", horizon: horizons[w] };
}

function chooseFlux(
  record: EnsembleRecord,
  { source, smooth, inside, offLattice }: Answers,
): { jack: Jackknife; drift: Jackknife; window: number; source: FluxSource } {
  const name = smooth ? "smoothFlux" : "flux";
  const from = record.controlVariates ? smooth ? "smoothCompensator" : "compensator" : "current";
  const window = fluxHorizon(record, source, name, from, offLattice?.fluxes ?? inside);
  const byForces = offLattice ? forceFlux(record, window) : null;
  if (byForces) {
    const drift = mapJackknife(byForces, divergence);
    return { jack: byForces, drift, window, source: "compensator" };
  }
  const { [name]: jack, [smooth ? "smoothDrift" : "drift"]: drift } = source[window];
  return { jack, drift, window, source: from };
}

function leastError(
  source: readonly HorizonJackknives[],
  quantity: "flux" | "smoothFlux" | "closedK1",
  candidates: readonly number[],
): number {
  const error = (w: number) => meanSquare(estimated(source[w][quantity]).standardError);
  return candidates.reduce((best, w) => error(w) < error(best) ? w : best);
}

/** Realizations per field from which a regression of fluxes on fields is worth its name. */
const LEAST_REALIZATIONS = 4;

/**
 * The horizon whose fluxes scatter least at given densities, or at all with few realizations; of those inside
 * the window where there are any.
 */
function fluxHorizon(
  { total, elements, horizons }: EnsembleRecord,
  source: readonly HorizonJackknives[],
  fluxName: "flux" | "smoothFlux",
  fluxSource: FluxSource,
  inside: readonly number[],
): number {
  const windows = inside.length > 0 ? inside : [...horizons.keys()];
  if (total.count < LEAST_REALIZATIONS * bandWidth(elements)) {
    return leastError(source, fluxName, windows);
  }
  const variance = new Map(windows.map((w) => {
    const covariance = samplingCovariance(total, w, fluxSource, horizons[w]);
    return [w, unexplainedVariance(covariance, elements)];
  }));
  return windows.reduce((best, w) => variance.get(w)! < variance.get(best)! ? w : best);
}

/** Covariance of all errors, a band. */
function covarianceBand(jack: Jackknife): number[] {
  const n = jack.value.length, width = bandWidth(n);
  return Array.from({ length: n * width }, (_, at) => {
    const i = Math.floor(at / width);
    return errorCovariance(jack, i, (firstColumn(n, i) + at % width) % n);
  });
}

/**
 * `Cov(plain, control) / Var(control)`, pooled over the elements, where `control` is what the control
 * variate with coefficient 1 subtracts.
 */
function optimalCoefficient(plain: Jackknife, controlled: Jackknife): number {
  let covariance = 0, variance = 0;
  plain.deviations.forEach((d, b) =>
    d.forEach((v, e) => {
      const control = v - controlled.deviations[b][e];
      covariance += v * control;
      variance += control * control;
    })
  );
  return covariance / variance;
}

function varianceReduction(classic: HorizonEstimate, cv: HorizonEstimate): VarianceReduction {
  const ratio = (name: keyof VarianceReduction) =>
    meanSquare(classic[name].standardError) / meanSquare(cv[name].standardError);
  return {
    K1: ratio("K1"),
    closedK1: ratio("closedK1"),
    flux: ratio("flux"),
    drift: ratio("drift"),
    smoothFlux: ratio("smoothFlux"),
    smoothDrift: ratio("smoothDrift"),
  };
}

function meanSquare(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v * v, 0) / values.length;
}
