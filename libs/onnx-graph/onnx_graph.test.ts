import { randomStream } from "@spiediff/random";
import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import {
  type DenoiserWeights,
  drivingForceGraph,
  epinetGraph,
  freeEnergyGraph,
  mobilityDenoiserGraph,
  type Perceptron,
  randomDenoiser,
  randomPerceptron,
} from "./mod.ts";

const stream = randomStream(5, "onnx-graph-test");
const B = 7;
const column = (f: () => number) => Float32Array.from({ length: B }, f);
const tensor = (data: Float32Array, dims: number[]) => new ort.Tensor("float32", data, dims);
const timestep = (...t: number[]) => new ort.Tensor("int32", Int32Array.from(t), [t.length]);

/** A plain evaluation in double precision, the reference of these tests. */
function evaluate(net: Perceptron, input: number[]): { output: number[]; hidden: number[] } {
  let x = input, hidden = input;
  net.layers.forEach((layer, l) => {
    const y = Array.from(
      { length: layer.outputs },
      (_, j) => x.reduce((s, xi, i) => s + xi * layer.weight[i * layer.outputs + j], layer.bias[j]),
    );
    if (l === net.layers.length - 1) x = y;
    else {
      x = y.map((a) => net.activation === "tanh" ? Math.tanh(a) : a / (1 + Math.exp(-a)));
      hidden = x;
    }
  });
  return { output: x, hidden };
}
function denoise(w: DenoiserWeights, own: number[], t: number) {
  const row = w.timeEmbedding.slice(t * w.embeddingDim, (t + 1) * w.embeddingDim);
  return evaluate(w.perceptron, [...own, ...row]);
}
function expectClose(actual: ort.Tensor, expected: number[], tolerance = 1e-5) {
  const data = actual.data as Float32Array;
  expect(data.length).toBe(expected.length);
  expected.forEach((e, i) =>
    expect(Math.abs(data[i] - e)).toBeLessThan(tolerance * (1 + Math.abs(e)))
  );
}

describe("graphs of the model folder", () => {
  it("mobility-denoiser equals a plain evaluation, and its features end with the condition", async () => {
    const weights = randomDenoiser(1, [16, 16], 50, 8, stream.normal);
    const condition = { offset: 0.45, scale: 4 };
    const session = await ort.InferenceSession.create(mobilityDenoiserGraph(weights, condition));
    const rho = column(stream.uniform), y = column(stream.normal);
    const out = await session.run({
      density: tensor(rho, [B, 1]),
      state: tensor(y, [B, 1]),
      timestep: timestep(24),
    });
    const expected = Array.from({ length: B }, (_, i) => {
      const own = (rho[i] - 0.45) * 4;
      const { output, hidden } = denoise(weights, [own, y[i]], 24);
      return { raw: output[0], features: [...hidden, own] };
    });
    expectClose(out.raw, expected.map((e) => e.raw));
    expectClose(out.features, expected.flatMap((e) => e.features));
  });

  it("driving force is the derivative of the free energy; one timestep or one a row", async () => {
    const weights = randomDenoiser(1, [16, 16, 16], 50, 8, stream.normal);
    const condition = { offset: 0.45, scale: 3 };
    const f = await ort.InferenceSession.create(freeEnergyGraph(weights, condition, 1.7));
    const fp = await ort.InferenceSession.create(drivingForceGraph(weights, condition, 1.7));
    const rho = column(stream.uniform), y = column(stream.normal);
    const t = [49, 0, 3, 24, 10, 11, 48];
    const feed = {
      density: tensor(rho, [B, 1]),
      state: tensor(y, [B, 1]),
      timestep: timestep(...t),
    };
    const value = (r: number, i: number) =>
      1.7 * denoise(weights, [(r - 0.45) * 3, y[i]], t[i]).output[0];
    const rows = t.map((_, i) => i);
    expectClose((await f.run(feed)).free_energy, rows.map((i) => value(rho[i], i)));
    const h = 1e-4;
    expectClose(
      (await fp.run(feed)).driving_force,
      rows.map((i) => (value(rho[i] + h, i) - value(rho[i] - h, i)) / (2 * h)),
    );
    const one = await fp.run({ ...feed, timestep: timestep(24) });
    const many = await fp.run({ ...feed, timestep: timestep(...t.map(() => 24)) });
    expect(one.driving_force.data).toEqual(many.driving_force.data);
  });

  it("epinet is linear in its index and zero at zero", async () => {
    const P = 5, D = 4, rows = 9 + P + 1;
    const weights = {
      featureDim: 9,
      conditionDim: 2,
      indexDim: D,
      randomLayer: randomPerceptron([2, P], "tanh", stream.normal, 1).layers[0],
      randomScale: 0.4,
      prior: Float32Array.from({ length: rows * D }, stream.normal),
      learnable: Float32Array.from({ length: rows * D }, stream.normal),
      outputScale: 0.7,
    };
    const session = await ort.InferenceSession.create(epinetGraph("mobility-epinet", weights));
    const features = Float32Array.from({ length: B * 9 }, stream.normal);
    const index = Float32Array.from({ length: B * 4 }, stream.normal);
    const run = async (phi: Float32Array) =>
      (await session.run({ features: tensor(features, [B, 9]), index: tensor(phi, [B, 4]) }))
        .correction;
    const expected = Array.from({ length: B }, (_, i) => {
      const row = [...features.slice(i * 9, i * 9 + 9)];
      const { weight, bias } = weights.randomLayer;
      const random = Array.from(
        { length: P },
        (_, k) => 0.4 * Math.tanh(row[7] * weight[k] + row[8] * weight[P + k] + bias[k]),
      );
      return 0.7 * [...row, ...random, 1].reduce((sum, v, k) => {
        for (let d = 0; d < D; d++) {
          sum += v * (weights.prior[k * D + d] + weights.learnable[k * D + d]) * index[i * D + d];
        }
        return sum;
      }, 0);
    });
    expectClose(await run(index), expected);
    expectClose(await run(index.map((v) => 2 * v)), expected.map((e) => 2 * e));
    expect([...(await run(index.map(() => 0))).data as Float32Array].every((v) => v === 0)).toBe(
      true,
    );
  });

  it("refuses a constant whose size does not fit its shape", () => {
    const weights = randomDenoiser(1, [4], 50, 8, stream.normal);
    const cut = { ...weights, steps: 49 };
    const condition = { offset: 0, scale: 1 };
    expect(mobilityDenoiserGraph(cut, condition).length).toBeGreaterThan(0);
    const broken = {
      ...weights,
      perceptron: {
        ...weights.perceptron,
        layers: weights.perceptron.layers.map((l) => ({ ...l, outputs: l.outputs + 1 })),
      },
    };
    expect(() => mobilityDenoiserGraph(broken, condition)).toThrow(RangeError);
  });
});
