/** Smooth made-up data of the right shapes, for this package's tests and for looking at the pages. */
import type { RunReportData } from "./run_report_data.ts";
import type { LearnedFunction, ProfileSeries } from "./types.ts";

const grid = (n: number, low: number, high: number) =>
  Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
/** A fixed wiggle in place of noise. */
const wiggle = (i: number) => Math.sin(12.9898 * i) * Math.cos(78.233 * i + 1);

function learned(truth: (rho: number) => number, scale: number): LearnedFunction {
  const density = grid(81, 0.05, 0.95);
  const mean = density.map((rho, i) => truth(rho) + 0.004 * scale * Math.sin(i / 6));
  const width = density.map((rho) => scale * (0.01 + 0.6 * Math.max(0, 0.2 - rho, rho - 0.8) ** 2));
  return {
    density,
    learned: {
      level: 0.95,
      mean,
      lower: mean.map((v, i) => v - width[i]),
      upper: mean.map((v, i) => v + width[i]),
      wholeCurve: {
        lower: mean.map((v, i) => v - 1.5 * width[i]),
        upper: mean.map((v, i) => v + 1.5 * width[i]),
      },
    },
    references: [
      { label: "exact, L = 40", values: density.map(truth), style: "solid" },
      { label: "L → ∞", values: density.map((rho) => truth(rho) * 0.985), style: "dashed" },
    ],
    covered: [0.18, 0.82],
  };
}

function prediction(): ProfileSeries {
  const times = [0, 0.01, 0.02, 0.04, 0.08];
  const x = grid(25, 0, 0.96);
  const at = (t: number, xi: number) => 0.5 + 0.3 * Math.exp(-24 * t) * Math.cos(2 * Math.PI * xi);
  const mean = times.map((t) => x.map((xi) => at(t, xi)));
  const width = (t: number) => 0.002 + 0.08 * t;
  return {
    times,
    x,
    level: 0.95,
    mean,
    lower: mean.map((row, k) => row.map((v) => v - width(times[k]))),
    upper: mean.map((row, k) => row.map((v) => v + width(times[k]))),
    wholeCurve: {
      lower: mean.map((row, k) => row.map((v) => v - 1.6 * width(times[k]))),
      upper: mean.map((row, k) => row.map((v) => v + 1.6 * width(times[k]))),
    },
    members: 2000,
    parts: [
      { label: "the data leave open", deviation: times.map((t) => t * 1e-3) },
      { label: "the mesh", deviation: times.map((_, t) => t === 1 ? null : 2e-5) },
    ],
    kmc: {
      realizations: 400,
      mean: mean.map((row, k) => row.map((v, i) => v + 0.003 * wiggle(i + 100 * k))),
      standardError: mean.map((row) => row.map(() => 0.0018)),
    },
  };
}

/** K1 with measured points. */
function sampleK1(): LearnedFunction {
  const truth = (rho: number) => -25 * rho * (1 - rho) * Math.exp(-rho);
  const x = grid(60, 0.2, 0.8);
  return {
    ...learned(truth, 4),
    points: {
      label: "estimated entries, ± 1.96 standard errors",
      x,
      value: x.map((rho, i) => truth(rho) + 0.05 * wiggle(i)),
      standardError: x.map(() => 0.04),
    },
  };
}

/** The system, and how near to it the law is. */
function sampleFigures(): Pick<RunReportData, "system" | "metrics"> {
  return {
    system: {
      particles: "Arrhenius exclusion process",
      dimension: 1,
      sites: 2000,
      elements: 25,
      halfWidth: 40,
      betaJ0: 1,
      beta: 1,
    },
    metrics: {
      level: 0.95,
      reference: {
        kind: "expansion",
        label: "equilibrium (expansion)",
        name: "ring-expansion",
        source: "expansion in the inverse range",
        error: {
          ...{
            k1: 6e-5,
            freeEnergyAffineGauge: 1e-7,
            freeEnergyGaugeFree: 1e-6,
            diffusivity: 1e-4,
          },
        },
        limit: 0.0166,
        agreement: {
          mobility: { inside: 0.97, outside: 0, errorOverBand: 0.02, deviation: 0.9 },
          curvature: { inside: 0.91, outside: 0, errorOverBand: 0.001, deviation: 1.1 },
          diffusivity: { inside: 0.94, outside: 0, errorOverBand: 0.5, deviation: 1.2 },
        },
      },
      k1: 0.0042,
      k1AgainstLimit: 0.0139,
      freeEnergyAffineGauge: 0.0011,
      freeEnergyGaugeFree: 0.061,
      diffusivity: null,
      bandCoverage: 0.91,
      bandCoverageWithKmcError: 0.972,
      simulationDeviation: 1.1,
      relativeMassDrift: 4.4e-16,
      relativeFreeEnergyRise: 0,
      positiveSemiDefinite: { evaluations: 320000, violations: 0, smallestEigenvalueRatio: -3e-17 },
    },
  };
}

function sampleCourse() {
  const times = grid(33, 0, 0.08), x = grid(25, 0, 0.96);
  return {
    ...{ times, x },
    mean: times.map((t) =>
      x.map((at) => 0.5 + 0.3 * Math.exp(-24 * t) * Math.cos(2 * Math.PI * at))
    ),
  };
}

/** The law and what it predicts. */
function sampleCurves() {
  const times = grid(41, 0, 0.08);
  const free = times.map((t) => -0.71 + 0.03 * Math.exp(-48 * t));
  return {
    mobility: learned((rho) => rho * (1 - rho) * Math.exp(-rho), 0.2),
    diffusivity: learned((rho) => 1 - rho * (1 - rho), 1),
    curvature: learned((rho) => 1 / (rho * (1 - rho)) - 1, 2),
    k1: sampleK1(),
    drivingForce: learned((rho) => Math.log(rho / (1 - rho)) - rho, 2),
    freeEnergyDensity: learned(
      (rho) => rho * Math.log(rho) + (1 - rho) * Math.log(1 - rho) - rho * rho / 2,
      0.5,
    ),
    windows: {
      hopTimes: [1, 3, 10, 30],
      groups: [0.25, 0.5].map((density) => ({
        density,
        instantaneous: density * (1 - density),
        ratio: [0.985, 0.975, 0.963, 0.962],
        standardError: [0.001, 0.001, 0.002, 0.003],
        reference: 0.96,
      })),
      fall: { value: 0.038, standardError: 0.002 },
      instantaneousBelow: 10,
    },
    prediction: prediction(),
    course: sampleCourse(),
    trainedProfiles: ["cos1", "cos2"].map((name, k) => ({
      name,
      x: grid(25, 0, 0.96),
      density: grid(25, 0, 0.96).map((x) => 0.5 + 0.3 * Math.cos(2 * Math.PI * (k + 1) * x)),
    })),
    freeEnergy: {
      times,
      level: 0.95,
      mean: free,
      lower: free.map((v, i) => v - 0.0002 - 0.00003 * i),
      upper: free.map((v, i) => v + 0.0002 + 0.00003 * i),
    },
    massDeviation: { times, values: times.map((_, i) => 1.1e-16 * Math.round(3 * wiggle(i))) },
    sampledWindow: 1e-4,
  };
}

function sampleTraining(): RunReportData["training"] {
  const steps = grid(60, 50, 3000);
  const decay = (floor: number) =>
    steps.map((s, i) => floor + Math.exp(-s / 400) + 0.01 * floor * wiggle(i));
  return [
    { name: "K₁ denoiser", steps, loss: decay(0.02), heldOut: { steps, loss: decay(0.024) } },
    { name: "f denoiser", steps, loss: decay(0.11), heldOut: { steps, loss: decay(0.12) } },
    { name: "K₁ epinet", steps, loss: decay(0.005) },
    { name: "f′ epinet", steps, loss: decay(0.05) },
  ];
}

/** A complete input of `runReport`. The numbers mean nothing. */
export function sampleRunData(): RunReportData<ProfileSeries> {
  return {
    title: "SPIEDiff run: long-range exclusion, L = 40",
    createdAt: "2000-01-01T00:00:00Z",
    command: "deno task demo --seed 1",
    seed: 1,
    versions: { spiediff: "0.0.0", deno: "0.0.0" },
    config: { sites: 2000, profiles: ["cos1", "cos2"] },
    warnings: ["This page shows made-up numbers."],
    ...sampleFigures(),
    ...sampleCurves(),
    training: sampleTraining(),
    stages: [
      { stage: "simulate", seconds: 71 },
      { stage: "estimate operators", seconds: 0.6 },
      { stage: "train K₁", seconds: 38 },
      { stage: "train f", seconds: 64 },
      { stage: "train epinets", seconds: 31 },
      { stage: "predict", seconds: 8.3 },
      { stage: "simulate for comparison", seconds: 96 },
    ],
    wallClock: {
      predictionSeconds: 8.3,
      kmcSeconds: 96,
      note: "2000 members against 400 realizations",
    },
    claims: [{ name: "macroscopic time over sampled window", value: 800, min: 50 }],
  };
}
