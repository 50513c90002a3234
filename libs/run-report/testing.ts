/** A made-up run of known values, for tests. */
import { longRangeFinite, longRangeLimit } from "@spiediff/exact-reference";
import { parseExperiment } from "@spiediff/experiment";
import type { OperatorEstimate } from "@spiediff/fdt-operators";
import { curveBandOver } from "@spiediff/law";
import { compareLaw, type LearnedCurves } from "./compare_law.ts";
import { densityGrid, LEVEL } from "./density_grid.ts";
import type { PredictedRun } from "./predicted_run.ts";
import type { RunResult } from "./run_result.ts";

export const ELEMENTS = 10;
export const COVERED = [0.2, 0.8] as const;

export const laws = {
  reference: longRangeFinite({ betaJ0: 1, halfWidth: 4 }),
  limit: longRangeLimit({ betaJ0: 1 }),
};

export const experiment = parseExperiment({
  name: "made up",
  seed: 5,
  particles: { sites: 200, halfWidth: 4, betaJ0: 1 },
  elements: ELEMENTS,
  profiles: [{ name: "wide", mean: 0.5, modes: [{ k: 1, amplitude: 0.3 }] }],
  sampling: { realizations: 200, burnIn: 1e-5, h: [1e-5, 1e-4] },
  prediction: {
    profile: { name: "target", mean: 0.5, modes: [{ k: 1, amplitude: 0.2 }] },
    times: [0, 0.01],
  },
  groundTruth: { realizations: 6 },
});

/**
 * Members whose mobilities are the exact one times each of `factors`, and whose f is the exact one plus a
 * line of each member's own.
 */
export function learnedCurves(factors: readonly number[]): LearnedCurves {
  const density = densityGrid(COVERED), n = density.length;
  const { mobility, drivingForce, freeEnergy } = laws.reference;
  const members = (value: (rho: number, m: number) => number) =>
    Float64Array.from(
      { length: factors.length * n },
      (_, k) => value(density[k % n], Math.floor(k / n)),
    );
  const band = (value: (rho: number, m: number) => number) =>
    curveBandOver(members(value), n, LEVEL);
  const mobilities = (rho: number, m: number) => factors[m] * mobility(rho);
  return {
    mobility: band(mobilities),
    K1: band((rho, m) => -ELEMENTS * mobilities(rho, m)),
    diffusivity: band(mobilities),
    curvature: band((rho) => 1 / (rho * (1 - rho))),
    freeEnergy: band((rho, m) => freeEnergy(rho) + m - 2 * m * rho),
    members: {
      freeEnergy: members((rho, m) => freeEnergy(rho) + m - 2 * m * rho),
      drivingForce: members((rho, m) => drivingForce(rho) - 2 * m),
    },
  };
}

const row = (value: number) => new Float64Array(ELEMENTS).fill(value);
const band = (half: number) => ({
  ...{ level: LEVEL, mean: row(0.5), lower: row(0.5 - half), upper: row(0.5 + half) },
  wholeCurve: { lower: row(0.5 - 2 * half), upper: row(0.5 + 2 * half) },
});
const prediction: PredictedRun = {
  times: [0, 0.01],
  x: Float64Array.from({ length: ELEMENTS }, (_, i) => i / ELEMENTS),
  level: LEVEL,
  memberCount: 40,
  density: [band(0.001), band(0.01)],
  parts: [0, 0.003].map((data) => ({
    ...{
      data: row(data),
      mesh: row(1e-5),
      step: null,
      law: null,
      correlations: row(2e-5),
      inputs: null,
    },
  })),
  fluctuation: null,
  freeEnergy: {
    level: LEVEL,
    mean: Float64Array.of(-0.6, -0.7),
    lower: Float64Array.of(-0.61, -0.71),
    upper: Float64Array.of(-0.59, -0.69),
  },
  massDrift: Float64Array.of(0, 1e-16),
  invariants: {
    maxMassDrift: 1e-16,
    maxFreeEnergyRise: 7e-15,
    operatorsChecked: 800,
    operatorsNotPSD: 0,
  },
  warnings: ["far"],
};

const estimate = (profileName: string, warnings: string[]) =>
  ({
    profileName,
    warnings,
    elementDensity: [0.2, 0.4, 0.6],
    K1: [-1, -2, -3],
    K1StandardError: [0.1, 0.2, 0.3],
    flux: [-1, -1, 2],
    fluxStandardError: [0.1, 0.1, 0.1],
    realizations: 4,
    density: [0.2, 0.4, 0.6],
    diagnostics: { controlVariate: [] },
  }) as unknown as OperatorEstimate;

/** A run without a direct simulation and a baseline. */
export const result: RunResult<PredictedRun> = {
  run: {
    estimates: [estimate("wide", ["odd", "odd"]), estimate("low", ["odd"])],
    training: {
      backend: "wasm",
      curves: { k1: [1, 2, 3].map((step) => ({ step, loss: 1 / step })) },
    },
  },
  law: compareLaw(densityGrid(COVERED), COVERED, learnedCurves([1.01, 1.01]), laws, ELEMENTS),
  prediction,
  predictionSeconds: 2,
  seconds: { Simulate: 3, Train: 4 },
};
