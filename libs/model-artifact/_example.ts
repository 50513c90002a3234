import type { ModelContent, ModelFiles } from "./types.ts";

/** A small valid content for tests; the files are not networks. */
export function exampleContent(): ModelContent {
  return {
    code: { name: "spiediff", version: "0.1.0", commit: null },
    seed: 7,
    config: { profiles: [{ name: "cos", mean: 0.5 }], note: "é" },
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
    units: { time: "diffusive", length: "domain" },
    nodalDensityRule: "fourth-order",
    coverage: { density: [0.2, 0.8] },
    diffusion: {
      schedule: { name: "cosine", steps: 50, offset: 0.008 },
      predictionType: "sample",
      timestepSpacing: "trailing",
    },
    sampler: { kind: "ddim", steps: 2 },
    mobility: {
      scale: 0.12,
      state: { mean: 0.12, std: 0.02 },
      denoiser: "mobility-denoiser.onnx",
      epinet: "mobility-epinet.onnx",
      featureDim: 18,
      indexDim: 8,
    },
    drivingForce: {
      state: { mean: 0, std: 0.5 },
      freeEnergy: "free-energy-denoiser.onnx",
      denoiser: "driving-force-denoiser.onnx",
      epinet: "driving-force-epinet.onnx",
      featureDim: 17,
      indexDim: 8,
    },
    gauge: { text: "f'(0.5) = 0", referenceDensity: 0.5 },
    madeFrom: { training: "0123456789abcdef".repeat(4) },
    training: { steps: 100, loss: 0.25, seconds: 1.5, history: [1, 0.5] },
  };
}

/** Five files of different lengths. */
export function exampleFiles(): ModelFiles {
  const names = [
    "mobility-denoiser.onnx",
    "mobility-epinet.onnx",
    "free-energy-denoiser.onnx",
    "driving-force-denoiser.onnx",
    "driving-force-epinet.onnx",
  ];
  return Object.fromEntries(
    names.map((
      name,
      n,
    ) => [name, Uint8Array.from({ length: 50 + 7 * n }, (_, i) => (i * 37 + n) % 251)]),
  );
}
