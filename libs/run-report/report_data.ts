import {
  conservedField,
  describeParticles,
  dimensionOf,
  type Experiment,
  externalFieldOf,
  isSimulated,
} from "@spiediff/experiment";
import { deviationsOfParts } from "@spiediff/law";
import type { RingEstimate } from "@spiediff/fdt-operators";
import type {
  Claim,
  ProfileSeries,
  RunMetrics,
  RunReportData,
  SpaceTime,
  SystemDescription,
  TimeSeries,
  TrainedProfile,
} from "@spiediff/report";
import { formatLevel, formatNumber } from "@spiediff/report/text";
import type { GoodnessOfFit } from "@spiediff/numerics";
import type { TrajectoryStatistics } from "@spiediff/ensemble";
import { fieldSeries, isField } from "./predicted_field.ts";
import type { Course, PredictedRun } from "./predicted_run.ts";
import { mobilityWindows } from "./mobility_windows.ts";
import { interpolated, learnedFunctions, trainingCurves } from "./report_curves.ts";
import type { Origin, RunResult } from "./run_result.ts";

/** Without exact answers nothing can be held against them. */
const NO_ERRORS = {
  k1: null,
  k1AgainstLimit: null,
  freeEnergyAffineGauge: null,
  freeEnergyGaugeFree: null,
  diffusivity: null,
};

/** Headline figures of a run. */
export function runMetrics({ law, prediction, coverage }: RunResult): RunMetrics {
  const { invariants, freeEnergy } = prediction;
  const scale = Math.max(...freeEnergy.mean.map(Math.abs));
  return {
    level: prediction.level,
    reference: law.reference,
    ...law.errors ?? NO_ERRORS,
    bandCoverage: coverage?.plain ?? null,
    bandCoverageWithKmcError: coverage?.withKmcError ?? null,
    simulationDeviation: coverage?.rmsDeviation ?? null,
    relativeMassDrift: invariants.maxMassDrift,
    relativeFreeEnergyRise: invariants.maxFreeEnergyRise === null
      ? null
      : invariants.maxFreeEnergyRise / scale,
    positiveSemiDefinite: {
      evaluations: invariants.operatorsChecked,
      violations: invariants.operatorsNotPSD,
    },
  };
}

/** What to know before trusting a run, of all its stages, each once. */
export function runWarnings({ run, prediction }: RunResult): string[] {
  const ofEstimates = run.estimates.flatMap((e) =>
    e.warnings.map((text) => `${e.profileName}: ${text}`)
  );
  return [...new Set([...ofEstimates, ...prediction.warnings])];
}

/** Below this probability a law is held to be refuted. */
const LEAST_P_VALUE = 1e-3;

/** What is exact, as claims: of squares and cubes the equation's own solution. */
function exactClaims({ exact, prediction: { level } }: RunResult): Claim[] {
  return exact === undefined ? [] : [
    {
      name: `nodes and times of the exact law's equation inside of the ${formatLevel(level)} band`,
      value: exact.inside,
    },
    { name: "predicted mean beside the exact law's equation, relative L2", value: exact.deviation },
  ];
}

/** Tests of the law that need no reference, as claims. */
function testClaims({ run: { estimates, training: { tests } } }: RunResult): Claim[] {
  if (tests === undefined) return [];
  const { goodnessOfFit: fit, leftOutProfiles: left } = tests;
  const of = ({ chiSquare, degreesOfFreedom }: GoodnessOfFit) =>
    `χ² = ${formatNumber(chiSquare)} for ${formatNumber(degreesOfFreedom)} degrees of freedom`;
  return [
    { name: `p-value of the fit to all fluxes, ${of(fit)}`, value: fit.pValue, min: LEAST_P_VALUE },
    ...estimates.some(({ line }) => line) ? leastOf(left) : left.map((one) => ({
      name: `p-value of profile "${one.profileName}" as predicted by the others, ${of(one)}`,
      value: one.pValue,
      min: LEAST_P_VALUE / left.length,
    })),
  ];
}

/** Of the many lines of nodes of squares and cubes the one that fits worst. */
const leastOf = (left: readonly GoodnessOfFit[]): Claim[] => [{
  name: `least p-value of ${left.length} lines of nodes as predicted by the others`,
  value: Math.min(...left.map(({ pValue }) => pValue)),
  min: LEAST_P_VALUE / left.length,
}];

/** Fills the report's data from a run. */
export function reportData(
  experiment: Experiment,
  origin: Origin,
  result: RunResult<PredictedRun>,
): RunReportData<ProfileSeries>;
export function reportData(
  experiment: Experiment,
  origin: Origin,
  result: RunResult,
): RunReportData;
export function reportData(
  experiment: Experiment,
  origin: Origin,
  result: RunResult,
): RunReportData {
  const { run, law, prediction, course, seconds } = result;
  const { sampling } = experiment;
  const { name, unit } = conservedField(experiment), quantity = { name, unit };
  return {
    title: `spiediff run: ${experiment.name}`,
    ...origin,
    seed: experiment.seed,
    system: systemDescription(experiment),
    config: experiment,
    warnings: runWarnings(result),
    metrics: runMetrics(result),
    ...learnedFunctions(law, run.estimates, quantity),
    ...windowsOf(experiment, result),
    prediction: {
      ...(isField(prediction)
        ? fieldSeries(prediction, result.truth?.statistics)
        : profileSeries(prediction, result.truth?.statistics)),
      quantity,
    },
    ...(course ? { course: spaceTime(course) } : {}),
    trainedProfiles: run.estimates.filter(({ line }) => line === undefined).map(trainedProfile),
    freeEnergy: freeEnergyOver(course ?? prediction),
    massDeviation: { times: [...prediction.times], values: [...prediction.massDrift] },
    sampledWindow: sampling.burnIn + Math.max(...sampling.h),
    training: trainingCurves(run.training.curves),
    claims: [...exactClaims(result), ...testClaims(result)],
    ...baselineOf(result),
    stages: Object.entries(seconds).map(([stage, s]) => ({ stage, seconds: s })),
    ...wallClockOf(result),
    ...(result.design ? { design: result.design } : {}),
  };
}

/** The mobility against the window, of particles that are simulated here. */
function windowsOf(
  experiment: Experiment,
  { run, law: { density, mobility: { reference } } }: RunResult,
): Pick<RunReportData, "windows"> {
  if (!isSimulated(experiment)) return {};
  const { sites, drive } = experiment.particles;
  const known = reference && ((rho: number) => interpolated(density, reference, rho));
  const windows = mobilityWindows(run.estimates, 1 / (drive * sites ** 2), known);
  return windows ? { windows } : {};
}

function systemDescription(experiment: Experiment): SystemDescription {
  const { particles: { sites, beta }, elements } = experiment;
  const externalField = externalFieldOf(experiment);
  const place = { dimension: dimensionOf(experiment), sites, elements, beta };
  return {
    ...place,
    ...(externalField !== 0 && { externalField }),
    ...describeParticles(experiment),
  };
}

/** The predicted densities, with those of direct simulations where there are any. */
function profileSeries(
  prediction: PredictedRun,
  truth: TrajectoryStatistics | undefined,
): ProfileSeries {
  const { times, x, level, density, fluctuation } = prediction;
  const rows = (values: ArrayLike<number>) =>
    times.map((_, k) => Array.from(x, (_, i) => values[k * x.length + i]));
  const bands = (key: "mean" | "lower" | "upper") => density.map((band) => [...band[key]]);
  return {
    times: [...times],
    x: [...x],
    level,
    mean: bands("mean"),
    lower: bands("lower"),
    upper: bands("upper"),
    wholeCurve: {
      lower: density.map(({ wholeCurve }) => [...wholeCurve.lower]),
      upper: density.map(({ wholeCurve }) => [...wholeCurve.upper]),
    },
    members: prediction.memberCount,
    parts: deviationsOfParts(prediction.parts),
    ...(fluctuation ? { fluctuation: fluctuation.map((row) => [...row]) } : {}),
    ...(truth
      ? {
        kmc: {
          mean: rows(truth.mean),
          standardError: rows(truth.standardError),
          realizations: truth.realizations,
        },
      }
      : {}),
  };
}

function spaceTime({ times, x, density }: Course): SpaceTime {
  return { times: [...times], x: [...x], mean: density.map(({ mean }) => [...mean]) };
}

function freeEnergyOver({ times, freeEnergy }: Pick<Course, "times" | "freeEnergy">): TimeSeries {
  const { level, mean, lower, upper } = freeEnergy;
  return { times: [...times], level, mean: [...mean], lower: [...lower], upper: [...upper] };
}

function trainedProfile({ profileName, density }: RingEstimate): TrainedProfile {
  return { name: profileName, x: density.map((_, i) => i / density.length), density: [...density] };
}

function baselineOf({ baseline }: RunResult): Pick<RunReportData, "baseline"> {
  return baseline === undefined ? {} : {
    baseline: {
      label: `deterministic networks (Stat-PINN), ensemble of ${baseline.members}`,
      ...baseline.errors,
    },
  };
}

function wallClockOf(
  { prediction, predictionSeconds, truth }: RunResult,
): Pick<RunReportData, "wallClock"> {
  return truth === undefined ? {} : {
    wallClock: {
      predictionSeconds,
      kmcSeconds: truth.seconds,
      note: `prediction: ${prediction.memberCount} members, from loading the model to the ` +
        `last band; direct simulation: ${truth.statistics.realizations} realizations to the ` +
        `same times, all threads`,
    },
  };
}
