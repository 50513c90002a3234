import { DEFAULT_SCHEDULE, noiseSchedule } from "@spiediff/diffusion";
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
import * as ort from "onnxruntime-node";
import { beforeAll, describe, expect, it } from "vitest";
import {
  epinetCorrection,
  freshEpinet,
  perturbationDirections,
  trainDrivingForceEpinet,
  trainK1Epinet,
} from "./mod.ts";

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
const epinetOptions = { ...options(500), hidden: [32], indexDim: 8 };

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
  // The correction is linear in the index: unit indices give its exact variance.
  for (let d = 0; d < D; d++) {
    const index = Float32Array.from({ length: rows * D }, (_, i) => i % D === d ? 1 : 0);
    const c = epinetCorrection(tf, weights, features, index);
    sum = sum.map((s, i) => s + c[i] ** 2);
  }
  return sum.map(Math.sqrt);
}

describe("epinet", () => {
  it("equals its ONNX graph within 1e-5 on random features and indices", async () => {
    const weights = freshEpinet(18, 2, 8, [32], 1.3, stream.split("parity"));
    weights.learnable.layers.at(-1)!.weight.forEach((_, i, w) => w[i] = 0.2 * stream.normal());
    const session = await ort.InferenceSession.create(epinetGraph("epinet", weights));
    const B = 100;
    const features = Float32Array.from({ length: B * 18 }, stream.normal);
    const index = Float32Array.from({ length: B * 8 }, stream.normal);
    const ours = epinetCorrection(tf, weights, features, index);
    const { correction } = await session.run({
      features: new ort.Tensor("float32", features, [B, 18]),
      index: new ort.Tensor("float32", index, [B, 8]),
    });
    const theirs = correction.data as Float32Array;
    ours.forEach((v, i) => expect(Math.abs(v - theirs[i])).toBeLessThan(1e-5 * (1 + Math.abs(v))));
  });
  it("is zero at zero index and linear in it, for arbitrary indices", () => {
    const weights = freshEpinet(4, 1, 3, [8], 1, stream.split("linear"));
    weights.learnable.layers.at(-1)!.weight.forEach((_, i, w) => w[i] = stream.normal());
    const features = Float32Array.of(0.3, -1, 0.2, 0.7);
    const at = (phi: number[]) =>
      epinetCorrection(tf, weights, features, Float32Array.from(phi))[0];
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
  it("without training is its prior: a correction of about outputScale, over features and priors", () => {
    let square = 0, count = 0;
    for (let k = 0; k < 20; k++) {
      const weights = freshEpinet(3, 1, 16, [8], 2, stream.split(`prior-${k}`));
      const conditions = Array.from({ length: 20 }, () => [stream.normal()]);
      for (const s of spread(weights, [0, 0], conditions)) {
        square += s * s;
        count++;
      }
    }
    const rms = Math.sqrt(square / count);
    expect(rms).toBeGreaterThan(2 / 2);
    expect(rms).toBeLessThan(2 * 2);
  });
  it("perturbs along unit directions that look independent (5 sigma: false alarm 1e-6)", () => {
    const count = 2000, D = 8;
    const directions = perturbationDirections(count, D, stream.split("directions"));
    let cross = 0;
    for (let i = 0; i < count; i++) {
      const row = directions.subarray(i * D, (i + 1) * D);
      expect(Math.hypot(...row)).toBeCloseTo(1, 5);
      if (i > 0) row.forEach((v, d) => cross += v * directions[(i - 1) * D + d] / count);
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

  it("K1: the spread follows the data's errors and grows outside of the data", async () => {
    const train = (error: number) =>
      trainK1Epinet(tf, k1, [data(error)], epinetOptions, randomStream(1, "epinet"));
    const small = await train(0.05), large = await train(0.2);
    expect(small.curve.at(-1)!.loss).toBeLessThan(small.curve[0].loss);
    const hidden = new Array<number>(k1.weights.perceptron.layers.at(-1)!.inputs).fill(0);
    const { meanOffset, meanScale } = k1.condition;
    const condition = (rho: number) => [(rho - meanOffset) * meanScale, 0];
    const at = (weights: EpinetWeights, rho: number) => spreadAt(weights, k1, rho);
    const inside = [0.4, 0.5, 0.6];
    const mean = (weights: EpinetWeights, list: number[]) =>
      list.reduce((s, rho) => s + at(weights, rho) / list.length, 0);
    expect(mean(large.weights, inside)).toBeGreaterThan(1.5 * mean(small.weights, inside));
    expect(mean(small.weights, [0.02, 0.98])).toBeGreaterThan(3 * mean(small.weights, inside));
    expect(spread(small.weights, hidden, [condition(0.5)])[0]).toBeGreaterThan(0);
  }, 60_000);

  /** Spread of the raw correction at a density, with the base network's own features. */
  function spreadAt(weights: EpinetWeights, base: K1Model, rho: number): number {
    const { meanOffset, meanScale } = base.condition;
    const c = [(rho - meanOffset) * meanScale, 0];
    return spread(weights, hiddenOf(base, [...c, 0], 24), [c])[0];
  }

  it(
    "f': distils through the physics layer, with a loss near one for each datum's share",
    async () => {
      const { weights, curve } = await trainDrivingForceEpinet(
        tf,
        force,
        rows(0.05),
        epinetOptions,
        randomStream(1, "epinet"),
      );
      expect(curve.at(-1)!.loss).toBeLessThan(0.5 * curve[0].loss);
      const { offset, scale } = force.condition;
      const at = (rho: number) => {
        const u = (rho - offset) * scale;
        return spread(weights, hiddenOf(force, [u, 0], 24), [[u]])[0];
      };
      const difference = (a: number, b: number) => Math.abs(at(a) - at(b));
      expect(Number.isFinite(difference(0.5, 0.4))).toBe(true);
      expect(Math.max(at(0.02), at(0.98))).toBeGreaterThan(at(0.5));
    },
    60_000,
  );

  it("leaves the base network alone: the gradient stops at its features", async () => {
    const before = k1.weights.perceptron.layers.map((layer) => layer.weight.slice());
    await trainK1Epinet(
      tf,
      k1,
      [data(0.05)],
      { ...epinetOptions, steps: 10 },
      randomStream(2, "epinet"),
    );
    k1.weights.perceptron.layers.forEach((layer, l) => expect(layer.weight).toEqual(before[l]));
  });
});

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
