import process from "node:process";
import { type Experiment, isSimulated } from "@spiediff/experiment";
import { type Claim, formatNumber, type RunMetrics, type RunReportData } from "@spiediff/report";
import { codeIdentity, startText } from "@spiediff/train";
import type { RunResult } from "./run_result.ts";
import { learnedFunctions, trainingCurves } from "./report_curves.ts";

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
    relativeFreeEnergyRise: invariants.maxFreeEnergyRise / scale,
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

/** Tests of the law that need no reference, as claims. */
function testClaims({ run: { training: { tests } } }: RunResult): Claim[] {
  if (tests === undefined) return [];
  const { goodnessOfFit: fit, leftOutProfiles: left } = tests;
  const of = ({ chiSquare, degreesOfFreedom }: typeof fit) =>
    `χ² = ${formatNumber(chiSquare)} for ${formatNumber(degreesOfFreedom)} degrees of freedom`;
  return [
    { name: `p-value of the fit to all fluxes, ${of(fit)}`, value: fit.pValue, min: LEAST_P_VALUE },
    ...left.map((one) => ({
      name: `p-value of profile "${one.profileName}" as predicted by the others, ${of(one)}`,
      value: one.pValue,
      min: LEAST_P_VALUE / left.length,
    })),
  ];
}

/** Fills the report's data from a run. */
export function reportData(
  experiment: Experiment,
  command: string,
  result: RunResult,
): RunReportData {
  const { run, law, prediction, truth, seconds, predictionSeconds } = result;
  const { particles, elements, sampling } = experiment;
  const code = codeIdentity();
  const M = elements;
  const rows = (values: ArrayLike<number>) =>
    prediction.times.map((_, k) => Array.from({ length: M }, (_, i) => values[k * M + i]));
  const bands = (key: "mean" | "lower" | "upper") =>
    prediction.density.map((band) => [...band[key]]);
  return {
    title: `spiediff run: ${experiment.name}`,
    createdAt: new Date().toISOString(),
    command,
    seed: experiment.seed,
    versions: {
      spiediff: code.version + (code.commit ? ` (${code.commit.slice(0, 12)})` : ""),
      "training backend": run.training.backend.replace(", ", " and "),
      ...runtimeVersion(),
    },
    system: {
      dimension: 1,
      sites: particles.sites,
      elements,
      beta: particles.beta,
      ...(particles.system === "foreign" ? { particles: "Particles of another code" } : {
        particles: "Arrhenius exclusion process",
        halfWidth: particles.halfWidth,
        betaJ0: particles.betaJ0,
      }),
    },
    ...(isSimulated(experiment) ? { start: startText(experiment) } : {}),
    config: experiment,
    warnings: runWarnings(result),
    metrics: runMetrics(result),
    ...learnedFunctions(law, run.estimates),
    prediction: {
      times: [...prediction.times],
      x: [...prediction.x],
      level: prediction.level,
      mean: bands("mean"),
      lower: bands("lower"),
      upper: bands("upper"),
      wholeCurve: {
        lower: prediction.density.map(({ wholeCurve }) => [...wholeCurve.lower]),
        upper: prediction.density.map(({ wholeCurve }) => [...wholeCurve.upper]),
      },
      members: prediction.memberCount,
      ...(prediction.fluctuation
        ? { fluctuation: prediction.fluctuation.map((row) => [...row]) }
        : {}),
      ...(truth
        ? {
          kmc: {
            mean: rows(truth.statistics.mean),
            standardError: rows(truth.statistics.standardError),
            realizations: truth.statistics.realizations,
          },
        }
        : {}),
    },
    freeEnergy: {
      times: [...prediction.times],
      level: prediction.level,
      mean: [...prediction.freeEnergy.mean],
      lower: [...prediction.freeEnergy.lower],
      upper: [...prediction.freeEnergy.upper],
    },
    massDeviation: { times: [...prediction.times], values: [...prediction.massDrift] },
    sampledWindow: sampling.burnIn + Math.max(...sampling.h),
    training: trainingCurves(run.training.curves),
    claims: testClaims(result),
    ...(result.baseline
      ? {
        baseline: {
          label: `deterministic networks (Stat-PINN), ensemble of ${result.baseline.members}`,
          ...result.baseline.errors,
        },
      }
      : {}),
    stages: Object.entries(seconds).map(([stage, s]) => ({ stage, seconds: s })),
    ...(truth
      ? {
        wallClock: {
          predictionSeconds,
          kmcSeconds: truth.seconds,
          note: `prediction: ${prediction.memberCount} members, from loading the model to the ` +
            `last band; direct simulation: ${truth.statistics.realizations} realizations to the ` +
            `same times, all threads`,
        },
      }
      : {}),
  };
}

function runtimeVersion(): Record<string, string> {
  const { deno, node } = process.versions as { deno?: string; node: string };
  return deno === undefined ? { Node: node } : { Deno: deno };
}
