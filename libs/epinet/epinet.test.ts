import { DEFAULT_SCHEDULE, noiseSchedule, signalAndNoise } from "@spiediff/diffusion";
import {
  type DrivingForceModel,
  type ForceRows,
  type K1Model,
  type OperatorData,
  trainDrivingForce,
  trainK1,
} from "@spiediff/diffusion-train";
import { epinetGraph, type EpinetWeights } from "@spiediff/onnx-graph";
import { randomStream } from "@spiediff/random";
import { loadBackend, type Tf } from "@spiediff/tensor-backend";
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import * as ort from "onnxruntime-node";
import { beforeAll, describe, expect, it } from "vitest";
import {
  distilDrivingForceEpinet,
  distilK1Epinet,
  epinetCorrection,
  freshEpinet,
  perturbationDirections,
} from "./mod.ts";
import { epinetInputs } from "./epinet.ts";

let tf: Tf;
beforeAll(async () => {
  ({ tf } = await loadBackend({ prefer: "wasm" }));
});
const stream = randomStream(23, "epinet-test");
const schedule = noiseSchedule(DEFAULT_SCHEDULE);
const options = (steps: number) => ({
  hidden: [32, 32],
  batch: 128,
  steps,
  learningRate: 0.01,
  schedule,
});
const unit = { offset: 0.5, scale: 4 };
const epinetOptions = { indexDim: 16, visits: 8 };

/** Symmetric exclusion: K1 = -M rho (1 - rho) at the mean density, on densities 0.3 to 0.7. */
const M = 20;
function data(error: number): OperatorData {
  const noise = randomStream(4, "noise");
  const density = Array.from({ length: M }, (_, i) => 0.5 + 0.2 * Math.cos(2 * Math.PI * i / M));
  const mean = density.map((rho, e) => (rho + density[(e + 1) % M]) / 2);
  const K1 = mean.map((rho) => -M * rho * (1 - rho));
  const force = density.map((rho) => Math.log(rho / (1 - rho)));
  const flux = K1.map((k, e) => k * (force[(e + 1) % M] - force[e]));
  return {
    profileName: "ssep",
    density,
    K1: K1.map((k) => k + error * noise.normal()),
    K1StandardError: K1.map(() => error),
    flux: flux.map((J) => J + error * noise.normal()),
    fluxStandardError: flux.map(() => error),
  };
}

/** Root mean square over indices of the correction, per row of conditions. */
function spread(weights: EpinetWeights, hidden: number[], condition: number[][]): number[] {
  const D = weights.indexDim;
  const rows = condition.length;
  const features = Float32Array.from(condition.flatMap((c) => [...hidden, ...c]));
  let sum = new Array<number>(rows).fill(0);
  // The correction is linear in the index: unit indices give its exact variance. Those without a
  // prior are not random.
  for (let d = 0; d < D && weights.prior[d] !== 0; d++) {
    const index = Float32Array.from({ length: rows * D }, (_, i) => i % D === d ? 1 : 0);
    const c = epinetCorrection(weights, features, index);
    sum = sum.map((s, i) => s + c[i] ** 2);
  }
  return sum.map(Math.sqrt);
}

describe("epinet", () => {
  it("equals its ONNX graph within 1e-5 on random features and indices", async () => {
    const weights = freshEpinet(18, 2, 8, unit, 1.3, stream.split("parity"));
    weights.learnable.forEach((_, i, w) => w[i] = 0.2 * stream.normal());
    const session = await ort.InferenceSession.create(epinetGraph("epinet", weights));
    const B = 100;
    const features = Float32Array.from({ length: B * 18 }, stream.normal);
    const index = Float32Array.from({ length: B * 8 }, stream.normal);
    const ours = epinetCorrection(weights, features, index);
    const { correction } = await session.run({
      features: new ort.Tensor("float32", features, [B, 18]),
      index: new ort.Tensor("float32", index, [B, 8]),
    });
    const theirs = correction.data as Float32Array;
    ours.forEach((v, i) => expect(Math.abs(v - theirs[i])).toBeLessThan(1e-5 * (1 + Math.abs(v))));
  });
  it("has no prior at scale 0", () => {
    const weights = freshEpinet(3, 1, 8, unit, 1, stream.split("none"), 2, 0);
    expect(weights.prior.every((v) => v === 0)).toBe(true);
  });
  it("is zero at zero index and linear in it, for arbitrary indices", () => {
    const weights = freshEpinet(4, 1, 3, unit, 1, stream.split("linear"));
    weights.learnable.forEach((_, i, w) => w[i] = stream.normal());
    const features = Float32Array.of(0.3, -1, 0.2, 0.7);
    const at = (phi: number[]) => epinetCorrection(weights, features, Float32Array.from(phi))[0];
    expect(at([0, 0, 0])).toBe(0);
    const index = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), {
      minLength: 3,
      maxLength: 3,
    });
    fc.assert(fc.property(index, index, (p, q) => {
      const sum = at(p.map((v, d) => v + q[d]));
      expect(Math.abs(sum - at(p) - at(q))).toBeLessThan(1e-4);
    }));
  });
  it("without data is its prior: variance outputScale^2 |inputs|^2, whatever D (5 sigma: 1e-6)", () => {
    const outputScale = 2, fields = 400;
    for (const D of [1, 16]) {
      let ratio = 0;
      for (let k = 0; k < fields; k++) {
        const weights = freshEpinet(3, 1, D, unit, outputScale, stream.split(`prior-${D}-${k}`));
        const features = [stream.normal(), stream.normal(), stream.normal()];
        const inputs = epinetInputs(weights, features)[0];
        const expected = outputScale ** 2 * inputs.reduce((s, v) => s + v * v, 0);
        ratio += spread(weights, features.slice(0, 2), [features.slice(2)])[0] ** 2 / expected;
      }
      // Chi-square with D degrees of freedom over D: variance 2/D.
      expect(Math.abs(ratio / fields - 1)).toBeLessThan(5 * Math.sqrt(2 / (D * fields)));
    }
  });
  it("perturbs along unit directions that look independent (5 sigma: false alarm 1e-6)", () => {
    const count = 2000, D = 8;
    const directions = perturbationDirections(count, D, stream.split("directions"));
    let cross = 0;
    for (let i = 0; i < count; i++) {
      const row = directions.getRow(i);
      expect(Math.hypot(...row)).toBeCloseTo(1, 5);
      if (i > 0) row.forEach((v, d) => cross += v * directions.get(i - 1, d) / count);
    }
    // Two random unit vectors have a product of variance 1/D.
    expect(Math.abs(cross)).toBeLessThan(5 / Math.sqrt(D * count));
  });
});

describe("distillation", () => {
  let k1: K1Model, force: DrivingForceModel, rows: (error: number) => ForceRows[];
  beforeAll(async () => {
    k1 = (await trainK1(tf, [data(0.05)], options(400), randomStream(1, "k1"))).model;
    rows = (error) => {
      const d = data(error);
      const white = new Float64Array(M * M);
      for (let e = 0; e < M; e++) white[e * M + e] = 1 / error;
      return [{
        density: Float64Array.from(d.density),
        observedForce: Float64Array.from(d.density, (rho) => Math.log(rho / (1 - rho))),
        k1: Float64Array.from(d.K1),
        flux: Float64Array.from(d.flux),
        whitening: white,
        heldOutWhitening: new Float64Array(M * M),
        heldOutCount: 0,
      }];
    };
    force = (await trainDrivingForce(tf, rows(0.05), options(400), randomStream(1, "f"))).model;
  }, 60_000);

  it("K1: the spread follows the data's errors and grows outside of the data", () => {
    const train = (error: number) =>
      distilK1Epinet(tf, k1, [data(error)], epinetOptions, randomStream(1, "epinet"));
    const small = train(0.02), large = train(0.2);
    // What is left: perturbations, of square 1 a datum, and what no smooth curve can follow of the data.
    expect(small.curve[1].loss).toBeLessThan(2);
    expect(small.curve[0].loss).toBeGreaterThan(500);
    const inside = [0.35, 0.4, 0.5, 0.6, 0.65];
    const mean = (weights: EpinetWeights, list: number[]) =>
      list.reduce((s, rho) => s + spreadAt(weights, k1, rho) / list.length, 0);
    // Ten times the error: ten times the spread, less where the prior already bounds it.
    const growth = mean(large.weights, inside) / mean(small.weights, inside);
    expect(growth).toBeGreaterThan(4);
    expect(growth).toBeLessThan(11);
    expect(mean(small.weights, [0.02, 0.98])).toBeGreaterThan(3 * mean(small.weights, inside));
  }, 60_000);

  it("K1: at the data the spread is below one datum's error, for the data share the curve", () => {
    const error = 0.05;
    const { weights } = distilK1Epinet(
      tf,
      k1,
      [data(error)],
      { indexDim: 64, visits: 8 },
      randomStream(1, "epinet"),
    );
    // Raw to K1: slope -scale * logistic(raw), with raw from K1 = -scale softplus(raw).
    for (const rho of [0.35, 0.45, 0.55, 0.65]) {
      const slope = k1.scale * (1 - Math.exp(-M * rho * (1 - rho) / k1.scale));
      const sigma = slope * spreadAt(weights, k1, rho);
      expect(sigma).toBeGreaterThan(error / Math.sqrt(M));
      expect(sigma).toBeLessThan(1.5 * error);
    }
  }, 60_000);

  it("K1: the last index at 1 takes the base network to where the data are met better", () => {
    // Moved data that this base network has not seen: the shift must find them.
    const moved = { ...data(0.02), K1: data(0.02).K1.map((k) => 1.02 * k) };
    const { weights, response } = distilK1Epinet(
      tf,
      k1,
      [moved],
      epinetOptions,
      randomStream(1, "epinet"),
    );
    expect(weights.indexDim).toBe(epinetOptions.indexDim + 1);
    const shift = response[0].getColumn(epinetOptions.indexDim);
    const meanK1 = moved.K1.reduce((s, k) => s + k / M, 0);
    const mean = shift.reduce((s, v) => s + v / M, 0);
    // 2 % of K1, up to the base network's own error of about 0.05 / sqrt(M).
    expect(Math.abs(mean - 0.0196 * meanK1)).toBeLessThan(3 * 0.05 / Math.sqrt(M));
  });

  /** Spread of the raw correction at a density, with the base network's own features. */
  function spreadAt(weights: EpinetWeights, base: K1Model, rho: number): number {
    const { meanOffset, meanScale, squareScale } = base.condition;
    // The profile's own step at this density: elsewhere would be another extrapolation.
    const inside = Math.max(0, 1 - ((rho - 0.5) / 0.2) ** 2);
    const c = [(rho - meanOffset) * meanScale, (0.4 * Math.PI / M) ** 2 * inside * squareScale];
    const noisy = stateAt(base, -M * rho * (1 - rho));
    return spread(weights, hiddenOf(base, [...c, noisy], 24), [c])[0];
  }

  it(
    "f': distils through the physics layer, and the spread of its steps follows the errors",
    () => {
      const train = (error: number) =>
        distilDrivingForceEpinet(
          tf,
          force,
          rows(error),
          [Matrix.zeros(M, 1)],
          epinetOptions,
          randomStream(1, "epinet"),
        );
      const small = train(0.02), large = train(0.2);
      expect(small.curve[1].loss).toBeLessThan(1e-3 * small.curve[0].loss);
      /** Spread of f'(b) - f'(a): the constant in f' is the gauge and means nothing. */
      const stepSpread = (weights: EpinetWeights, a: number, b: number) => {
        const { offset, scale } = force.condition;
        const [at, to] = [a, b].map((rho) => {
          const u = (rho - offset) * scale;
          return [...hiddenOf(force, [u, stateAt(force, Math.log(rho / (1 - rho)))], 24), u];
        });
        const D = weights.indexDim;
        const unit = (d: number) => Array.from({ length: D }, (_, k) => k === d ? 1 : 0);
        let sum = 0;
        for (let d = 0; d < epinetOptions.indexDim; d++) {
          const c = epinetCorrection(weights, [...at, ...to], [...unit(d), ...unit(d)]);
          sum += (c[1] - c[0]) ** 2;
        }
        return Math.sqrt(sum);
      };
      const growth = stepSpread(large.weights, 0.4, 0.6) / stepSpread(small.weights, 0.4, 0.6);
      expect(growth).toBeGreaterThan(4);
      expect(growth).toBeLessThan(11);
      expect(stepSpread(small.weights, 0.7, 0.98)).toBeGreaterThan(
        3 * stepSpread(small.weights, 0.4, 0.6),
      );
    },
    60_000,
  );

  it("f' answers to the index of K1 so that their product, the fluxes, stays", () => {
    const error = 0.02;
    // One index of K1 that makes it 1 % larger everywhere.
    const larger = Matrix.columnVector(data(error).K1.map((k) => 0.01 * k));
    const { weights } = distilDrivingForceEpinet(
      tf,
      force,
      rows(error),
      [larger],
      epinetOptions,
      randomStream(1, "epinet"),
    );
    const D = weights.indexDim;
    expect(D).toBe(epinetOptions.indexDim + 2);
    const { offset, scale } = force.condition;
    const features = [0.4, 0.6].flatMap((rho) => {
      const u = (rho - offset) * scale;
      return [...hiddenOf(force, [u, stateAt(force, Math.log(rho / (1 - rho)))], 24), u];
    });
    const index = Array.from({ length: 2 * D }, (_, i) => i % D === D - 1 ? 1 : 0);
    const [at, to] = epinetCorrection(weights, features, index);
    const span = Math.log(0.6 / 0.4) - Math.log(0.4 / 0.6);
    expect(Math.abs((to - at) / (-0.01 * span) - 1)).toBeLessThan(0.2);
  });

  it("leaves the base network alone: the gradient stops at its features", () => {
    const before = k1.weights.perceptron.layers.map((layer) => layer.weight.slice());
    distilK1Epinet(tf, k1, [data(0.05)], epinetOptions, randomStream(2, "epinet"));
    k1.weights.perceptron.layers.forEach((layer, l) => expect(layer.weight).toEqual(before[l]));
  });
});

/** The state at the last step of DDIM with two, for latent 0, of a member that is right at first. */
function stateAt({ state }: { state: { mean: number; std: number } }, value: number): number {
  return signalAndNoise(schedule, 24)[0] * (value - state.mean) / state.std;
}

/** Last hidden activations of a base network in plain arithmetic. */
function hiddenOf(
  base: { weights: K1Model["weights"] },
  own: number[],
  timestep: number,
): number[] {
  const { perceptron, timeEmbedding, embeddingDim } = base.weights;
  const from = timestep * embeddingDim;
  let x = [...own, ...timeEmbedding.subarray(from, from + embeddingDim)];
  for (const { weight, bias, inputs, outputs } of perceptron.layers.slice(0, -1)) {
    x = Array.from({ length: outputs }, (_, j) => {
      let a = bias[j];
      for (let i = 0; i < inputs; i++) a += x[i] * weight[i * outputs + j];
      return a / (1 + Math.exp(-a));
    });
  }
  return x;
}
