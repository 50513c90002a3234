import {
  drivingForceGraph,
  epinetGraph,
  type EpinetWeights,
  freeEnergyGraph,
  mobilityDenoiserGraph,
  type Perceptron,
  randomDenoiser,
  randomPerceptron,
} from "@spiediff/onnx-graph";
import { type ModelContent, type ModelFiles, writeModel } from "@spiediff/model-artifact";
import { randomStream } from "@spiediff/random";

/** How a model for tests is made: untrained networks, but thermodynamically sane unless told otherwise. */
export interface FixtureOptions {
  readonly seed?: number;
  /** Size of the epinets' corrections; 0 and one latent make all members equal. */
  readonly epinetScale?: number;
  /** Multiplies the last layer of the mobility's denoiser: large values are a hostile network. */
  readonly mobilityGain?: number;
  readonly change?: (content: ModelContent, files: ModelFiles) => void;
}

const HIDDEN = 16;
const INDEX = 4;
const STEPS = 50;

/** Content and files of a test model of 25 elements with f'' of about 4 and a mobility of about 0.12. */
export function fixtureModel(
  options: FixtureOptions = {},
): { content: ModelContent; files: ModelFiles } {
  const { seed = 1, epinetScale = 0.05, mobilityGain = 0.3 } = options;
  const stream = randomStream(seed, "predictor-fixture");
  const mobility = randomDenoiser(1, [HIDDEN, HIDDEN], STEPS, 8, stream.split("k1").normal);
  scaleLayer(mobility.perceptron, -1, mobilityGain);
  const force = randomDenoiser(1, [2 * HIDDEN], STEPS, 8, stream.split("f").normal);
  makeConvex(force.perceptron);
  const mobilityEpinet = epinet(HIDDEN + 1, 1, epinetScale, stream.split("mobility-epinet").normal);
  const forceEpinet = epinet(2 * HIDDEN + 1, 1, epinetScale, stream.split("f-epinet").normal);
  const single = { offset: 0.5, scale: 4 };
  const files: ModelFiles = {
    "mobility-denoiser.onnx": mobilityDenoiserGraph(mobility, single),
    "mobility-epinet.onnx": epinetGraph("mobility-epinet", mobilityEpinet),
    "free-energy-denoiser.onnx": freeEnergyGraph(force, single, 1),
    "driving-force-denoiser.onnx": drivingForceGraph(force, single, 1),
    "driving-force-epinet.onnx": epinetGraph("driving-force-epinet", forceEpinet),
  };
  const content = fixtureContent();
  options.change?.(content, files);
  return { content, files };
}

/** Writes a test model. */
export async function writeFixture(folder: string, options: FixtureOptions = {}): Promise<void> {
  const { content, files } = fixtureModel(options);
  await writeModel(folder, content, files);
}

function fixtureContent(): ModelContent {
  return {
    code: { name: "spiediff", version: "0.1.0", commit: null },
    seed: 1,
    config: { note: "untrained networks for tests" },
    system: {
      particles: "arrhenius-exclusion",
      dimension: 1,
      sites: 2000,
      elements: 25,
      halfWidth: 40,
      kernel: "constant",
      betaJ0: 1,
      beta: 1,
      drive: 0,
    },
    units: { energy: "1/beta", length: "domain", time: "diffusive" },
    nodalDensityRule: "fourth-order",
    coverage: { density: [0.15, 0.85] },
    diffusion: {
      schedule: { name: "cosine", steps: STEPS, offset: 0.008 },
      predictionType: "sample",
      timestepSpacing: "trailing",
    },
    sampler: { kind: "ddim", steps: 2 },
    mobility: {
      scale: 0.16,
      state: { mean: 0.12, std: 0.024 },
      denoiser: "mobility-denoiser.onnx",
      epinet: "mobility-epinet.onnx",
      featureDim: HIDDEN + 1,
      indexDim: INDEX,
    },
    drivingForce: {
      state: { mean: 0, std: 0.7 },
      freeEnergy: "free-energy-denoiser.onnx",
      denoiser: "driving-force-denoiser.onnx",
      epinet: "driving-force-epinet.onnx",
      featureDim: 2 * HIDDEN + 1,
      indexDim: INDEX,
    },
    gauge: { text: "f and f' vanish at the reference density", referenceDensity: 0.5 },
    madeFrom: {},
    training: { steps: 0 },
  };
}

/**
 * One hidden layer `sum_k c_k silu(w_k n + ..)` with `c_k > 0` and moderate `w_k` is convex in n, so
 * the fixture diffuses; state and time act weakly.
 */
function makeConvex(net: Perceptron): void {
  const [first, last] = net.layers;
  for (let i = 0; i < first.inputs; i++) {
    for (let j = 0; j < first.outputs; j++) {
      const k = i * first.outputs + j;
      first.weight[k] *= i === 0 ? 0.7 * Math.sqrt(first.inputs) : 0.15;
    }
  }
  for (let j = 0; j < last.weight.length; j++) {
    last.weight[j] = (0.5 + Math.abs(last.weight[j])) / last.weight.length;
  }
}

function scaleLayer(net: Perceptron, which: number, factor: number): void {
  const layer = net.layers.at(which)!;
  for (let k = 0; k < layer.weight.length; k++) layer.weight[k] *= factor;
}

function epinet(
  featureDim: number,
  conditionDim: number,
  outputScale: number,
  normal: () => number,
): EpinetWeights {
  const draw = () =>
    Float32Array.from({ length: (featureDim + 8 + 1) * INDEX }, () => 0.3 * normal());
  return {
    featureDim,
    conditionDim,
    indexDim: INDEX,
    randomLayer: randomPerceptron([conditionDim, 8], "tanh", normal, 1).layers[0],
    randomScale: 1,
    prior: draw(),
    learnable: draw(),
    outputScale,
  };
}
