/** A model of a square, trained as any is, and what it predicts beside the heat equation. */
import { parseSimulation, preset } from "@spiediff/experiment";
import { type LineEstimate, linesAsRings } from "@spiediff/fdt-operators";
import { nodalDensity, projectTorusField } from "@spiediff/mesh";
import { loadModel, predictSpace } from "@spiediff/predictor";
import { randomStream } from "@spiediff/random";
import { codeIdentity, exportModel, learn, trainingData } from "@spiediff/train";
import { trainingEngine } from "../_learning.ts";

const TAU = 2 * Math.PI;
const NODES = 32, MEMBERS = 100;
/** Wave numbers along both axes, amplitude and phase. */
const WAVES: readonly (readonly [number, number, number, number])[] = [
  [1, 0, 0.08, 0],
  [1, 1, 0.06, 1],
  [1, -2, 0.05, 2],
];
const TIMES = [0.002, 0.005, 0.01];

/** The field that diffuses, at a time, exactly. */
const exactAt = (t: number) => ([x, y]: readonly number[]) =>
  WAVES.reduce(
    (rho, [k, l, amplitude, phase]) =>
      rho +
      amplitude * Math.exp(-(TAU ** 2) * (k * k + l * l) * t) *
        Math.cos(TAU * (k * x + l * y) + phase),
    0.5,
  );

/** How a prediction of exclusion on a square compares with the heat equation. */
export interface SquareAgreement {
  /** Share of nodes and times inside of the 95 % band. */
  readonly inside: number;
  /** Root mean square of the deviation, over the initial field's. */
  readonly deviation: number;
  readonly maxMassDrift: number;
  /** Steps that the integrator did not take, since the free energy of a member would have risen. */
  readonly refusedSteps: number;
  readonly trainingSeconds: number;
  readonly predictionSeconds: number;
}

/** Trains mobility, free energy and epinets on the lines of profiles of exclusion, and predicts by them. */
export async function squareAgainstHeatEquation(
  lines: readonly (readonly LineEstimate[])[],
  seed: number,
): Promise<SquareAgreement> {
  const base = preset("quick", seed), { profiles } = preset("exclusion-2d");
  const experiment = parseSimulation({
    ...base,
    ...{ profiles, prediction: preset("exclusion-2d").prediction },
    particles: preset("exclusion-2d").particles,
    elements: preset("exclusion-2d").elements,
  });
  const data = trainingData(
    lines.flatMap((some, p) => linesAsRings(profiles[p].name, some)),
    experiment,
  );
  const { tf, runner } = await trainingEngine();
  const start = performance.now();
  const stream = randomStream(seed, "train");
  const models = await learn(tf, data, experiment.training, stream, { runner });
  const trainingSeconds = (performance.now() - start) / 1000;
  const densities = data.flatMap(({ density }) => density);
  const folder = Deno.makeTempDirSync();
  try {
    await exportModel(`${folder}/model`, experiment, models, {
      code: codeIdentity(),
      nodalDensityRule: "fourth-order",
      coverage: [Math.min(...densities), Math.max(...densities)],
      madeFrom: {},
      training: {},
    });
    return { ...await predicted(`${folder}/model`, seed), trainingSeconds };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function predicted(
  folder: string,
  seed: number,
): Promise<Omit<SquareAgreement, "trainingSeconds">> {
  const model = await loadModel(folder);
  try {
    const { density, initial, invariants, steps, seconds } = await predictSpace(
      model,
      exactAt(0),
      TIMES,
      { seed, members: MEMBERS, elements: NODES },
    );
    let inside = 0, square = 0;
    TIMES.forEach((t, k) => {
      const exact = nodalDensity(projectTorusField(exactAt(t), NODES, 2), "lumped", 2);
      const { mean, lower, upper } = density[k];
      exact.forEach((rho, i) => {
        if (rho >= lower[i] && rho <= upper[i]) inside++;
        square += (mean[i] - rho) ** 2;
      });
    });
    const count = TIMES.length * initial.length;
    const start = initial.reduce((sum, rho) => sum + (rho - 0.5) ** 2, 0) / initial.length;
    const { maxMassDrift } = invariants;
    return {
      inside: inside / count,
      deviation: Math.sqrt(square / count / start),
      maxMassDrift,
      refusedSteps: steps.rejectedForInvariant,
      predictionSeconds: seconds,
    };
  } finally {
    await model.close();
  }
}
