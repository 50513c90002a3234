import { DEFAULT_SCHEDULE, noiseSchedule } from "@spiediff/diffusion";
import {
  drivingForceGraph,
  freeEnergyGraph,
  mobilityDenoiserGraph,
  randomDenoiser,
  randomPerceptron,
} from "@spiediff/onnx-graph";
import { randomStream } from "@spiediff/random";
import { type GraphRunner, loadBackend, loadGraphRunner, type Tf } from "@spiediff/tensor-backend";
import type { Tensor } from "@tensorflow/tfjs";
import { Matrix } from "ml-matrix";
import * as ort from "onnxruntime-node";
import { beforeAll, describe, expect, it } from "vitest";
import { adamInit, adamUpdate, learningRateAt } from "./adam.ts";
import { fieldCondition } from "./field_condition.ts";
import { elementMean, forward, inputRows, parametersOf, tangent, tensorsOf } from "./network.ts";
import { type Operations, tensorOperations } from "./operations.ts";
import { whitenedFluxOperator } from "./physics_layer.ts";
import { type LossProblem, trainingProblem } from "./training_problem.ts";
import { whitened } from "./whitening.ts";

let tf: Tf, on: Operations<Tensor>, runner: GraphRunner;
beforeAll(async () => {
  ({ tf } = await loadBackend({ prefer: "wasm" }));
  on = tensorOperations(tf);
  runner = (await loadGraphRunner())!;
});
const stream = randomStream(17, "parity");
const B = 200;
const column = (draw: () => number) => Float32Array.from({ length: B }, draw);
const steps = noiseSchedule(DEFAULT_SCHEDULE).steps;
const feed = (values: Float32Array) => new ort.Tensor("float32", values, [B, 1]);
/** Largest difference, relative to 1 + the value: the bound of parity is 1e-5. */
function largestDifference(a: ort.Tensor, b: ArrayLike<number>): number {
  const values = a.data as Float32Array;
  expect(values.length).toBe(b.length);
  return values.reduce((m, v, i) => Math.max(m, Math.abs(v - b[i]) / (1 + Math.abs(b[i]))), 0);
}

describe("ONNX graphs equal the training backend within 1e-5 on random inputs", () => {
  it("mobility denoiser", async () => {
    const weights = randomDenoiser(1, [64, 64, 64], steps, 16, stream.normal);
    const condition = { offset: 0.45, scale: 5 };
    const session = await ort.InferenceSession.create(mobilityDenoiserGraph(weights, condition));
    const rho = column(stream.uniform), y = column(stream.normal);
    const t = Int32Array.from({ length: B }, () => stream.integer(steps));
    const rows = inputRows(weights, [fieldCondition(condition, rho)], y, (b) => t[b]);
    const { output, hidden } = forward(
      on,
      tensorsOf(tf, weights.perceptron),
      tf.tensor2d(rows, [B, rows.length / B]),
    );
    const result = await session.run({
      density: feed(rho),
      state: feed(y),
      timestep: new ort.Tensor("int32", t, [B]),
    });
    expect(largestDifference(result.raw, output.dataSync() as Float32Array)).toBeLessThan(1e-5);
    const features = (result.features.data as Float32Array).filter((_, i) => i % 65 < 64);
    const same = new ort.Tensor("float32", features, [B, 64]);
    expect(largestDifference(same, hidden.dataSync())).toBeLessThan(1e-5);
  });
  it("free energy and its derivative", async () => {
    const weights = randomDenoiser(1, [64, 64, 64], steps, 16, stream.normal);
    const condition = { offset: 0.45, scale: 5 };
    const [f, fp] = await Promise.all(
      [freeEnergyGraph, drivingForceGraph].map((graph) =>
        ort.InferenceSession.create(graph(weights, condition, 0.7))
      ),
    );
    const rho = column(stream.uniform), y = column(stream.normal);
    const t = Int32Array.from({ length: B }, () => stream.integer(steps));
    const u = rho.map((v) => (v - condition.offset) * condition.scale);
    const x = tf.tensor2d(inputRows(weights, [u], y, (b) => t[b]), [B, 18]);
    const parameters = tensorsOf(tf, weights.perceptron);
    const inputs = {
      density: feed(rho),
      state: feed(y),
      timestep: new ort.Tensor("int32", t, [B]),
    };
    const value = forward(on, parameters, x).output.dataSync();
    const slope = tangent(on, parameters.slice(0, -1), x, 18).derivative.dataSync();
    expect(largestDifference((await f.run(inputs)).free_energy, value.map((v) => 0.7 * v)))
      .toBeLessThan(1e-5);
    expect(largestDifference((await fp.run(inputs)).driving_force, slope.map((v) => 3.5 * v)))
      .toBeLessThan(1e-5);
    // And the tangent is what automatic differentiation says.
    const auto = tf.grad((z) => tf.sum(forward(on, parameters, z).output))(x)
      .dataSync().filter((_, i) => i % 18 === 0);
    slope.forEach((v, i) => expect(Math.abs(v - auto[i])).toBeLessThan(1e-4 * (1 + Math.abs(v))));
  });
});

describe("elementMean", () => {
  it("is the mean of softplus over both points, symmetric in them", () => {
    const net = randomPerceptron([3, 8, 1], "silu", stream.normal);
    // Far below zero too: there the head must vanish and not turn negative.
    net.layers[1].bias[0] = -3;
    const parameters = tensorsOf(tf, net);
    const [a, b] = [0, 1].map(() =>
      tf.tensor2d(Array.from({ length: 90 }, stream.normal), [30, 3])
    );
    const [x, y] = [a, b].map((points) => forward(on, parameters, points).output.dataSync());
    const mean = elementMean(on, parameters, a, b).dataSync();
    mean.forEach((v, i) => {
      expect(v).toBeGreaterThan(0);
      expect(v).toBeCloseTo((Math.log1p(Math.exp(x[i])) + Math.log1p(Math.exp(y[i]))) / 2, 5);
    });
    expect(elementMean(on, parameters, b, a).dataSync()).toEqual(mean);
  });
});

describe("physics layer", () => {
  it("gives fluxes whose differences are -K f'", () => {
    const M = 7;
    const fp = Float32Array.from({ length: M }, stream.normal);
    const mobility = Float64Array.from({ length: M }, () => stream.uniform());
    const k1 = mobility.map((m) => -M * m);
    const J = Array.from({ length: M }, (_, e) => k1[e] * (fp[(e + 1) % M] - fp[e]));
    for (let i = 0; i < M; i++) {
      const before = (i + M - 1) % M, after = (i + 1) % M;
      const drift = (k1[before] + k1[i]) * fp[i] - k1[before] * fp[before] - k1[i] * fp[after];
      expect(J[before] - J[i]).toBeCloseTo(drift, 5);
    }
    // Whitened fluxes are the operator's.
    const mixing = Matrix.from1DArray(M, M, Array.from({ length: M * M }, stream.normal));
    const W = { apply: (x: Matrix) => mixing.mmul(x) };
    const A = whitenedFluxOperator(W, mobility);
    whitened(W, Float64Array.from(J)).forEach((v, r) => {
      const product = fp.reduce((sum, f, i) => sum + A[r * M + i] * f, 0);
      expect(v).toBeCloseTo(product, 5);
    });
  });
});

describe("training steps as ONNX graphs", () => {
  /** A problem with random batches and one perceptron. */
  function problem(
    inputs: Record<string, number[]>,
    widths: number[],
    loss: LossProblem["loss"],
  ): LossProblem {
    const { arrays, shapes } = parametersOf(randomPerceptron(widths, "silu", stream.normal, 0.1));
    const used = loss === second ? arrays.length - 1 : arrays.length;
    const batch = Object.fromEntries(
      Object.entries(inputs).map(([name, shape]) => [name, {
        shape,
        data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, stream.normal),
      }]),
    );
    return { parameters: arrays.slice(0, used), shapes, batch: () => batch, loss };
  }
  const first: LossProblem["loss"] = (on, parameters, { x, y, w }) => {
    const { output } = forward(on, parameters, x);
    const residual = on.sub(on.softplus(output), y);
    return on.sum(on.mul(on.mul(residual, residual), w));
  };
  const second: LossProblem["loss"] = (on, parameters, { x, A, y }) => {
    const { derivative } = tangent(on, parameters, x, 5);
    const residual = on.sub(on.matMul(A, on.reshape(derivative, [-1, 7, 1])), y);
    return on.sum(on.mul(residual, residual));
  };
  it.each([
    [
      "first order",
      problem({ x: [30, 5], y: [30, 1], w: [30, 1] }, [5, 16, 16, 1], first),
    ],
    [
      "second order, through the physics layer",
      problem({ x: [28, 5], A: [4, 7, 7], y: [4, 7, 1] }, [5, 16, 16, 16, 1], second),
    ],
  ])("have the gradients of tfjs within 1e-5: %s", async (_, p) => {
    const reference = await trainingProblem(tf, p), native = await trainingProblem(tf, p, runner);
    const [a, b] = [await reference.lossAndGradients(0), await native.lossAndGradients(0)];
    expect(Math.abs(b.loss / a.loss - 1)).toBeLessThan(1e-5);
    a.gradients.forEach((gradient, k) => {
      const size = Math.hypot(...gradient) / Math.sqrt(gradient.length);
      expect(size).toBeGreaterThan(1e-3);
      gradient.forEach((v, i) =>
        expect(Math.abs(b.gradients[k][i] - v)).toBeLessThan(1e-5 * (Math.abs(v) + size))
      );
    });
    // Twice the same bits, or a resumed training would not be the same.
    const again = await native.lossAndGradients(0);
    expect(again).toEqual(b);
    await native.release();
  });
  it("refuses a loss that a parameter does not move", async () => {
    const p = problem({ x: [3, 5] }, [5, 4, 1], (on, [W], { x }) => on.sum(on.matMul(x, W)));
    await expect(trainingProblem(tf, p, runner)).rejects.toThrow(/does not depend on p1/);
  });
});

describe("Adam", () => {
  it("takes a first step of the learning rate, whatever the gradient's size", () => {
    const p = [Float32Array.of(1, 1)];
    adamUpdate(adamInit(p), p, [Float32Array.of(1e-3, -50)], 0.1);
    expect(p[0][0]).toBeCloseTo(0.9, 4);
    expect(p[0][1]).toBeCloseTo(1.1, 4);
  });
  it("finds the minimum of a badly scaled quadratic", () => {
    const p = [Float32Array.of(3, -2)];
    const state = adamInit(p);
    for (let k = 0; k < 2000; k++) {
      const gradient = Float32Array.of(100 * (p[0][0] - 1), 0.1 * (p[0][1] - 5));
      adamUpdate(state, p, [gradient], learningRateAt(k, 2000, 0.05));
    }
    expect(p[0][0]).toBeCloseTo(1, 3);
    expect(p[0][1]).toBeCloseTo(5, 3);
  });
  it("warms up, then falls to zero", () => {
    expect(learningRateAt(0, 1000, 1)).toBeCloseTo(0.01, 12);
    expect(learningRateAt(100, 1000, 1)).toBeCloseTo(1, 12);
    expect(learningRateAt(999, 1000, 1)).toBeLessThan(1e-5);
  });
});
