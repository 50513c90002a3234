/** What the files say of themselves, weights by their definition, and tapes that hold nothing idle. */
import onnxProto from "onnx-proto";
import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import {
  drivingForceGraph,
  epinetGraph,
  freeEnergyGraph,
  gradientTape,
  mobilityDenoiserGraph,
  randomDenoiser,
  randomPerceptron,
  type Tape,
  type TapeValue,
} from "./mod.ts";

const decoded = (bytes: Uint8Array) => onnxProto.onnx.ModelProto.decode(bytes);
/** Names with their declared dimensions. */
const shapesOf = (values: { name?: string | null; type?: unknown }[]) =>
  Object.fromEntries(values.map(({ name, type }) => {
    const { dim } =
      (type as { tensorType: { shape: { dim: { dimValue?: number; dimParam?: string }[] } } })
        .tensorType.shape;
    return [name, dim.map(({ dimValue, dimParam }) => dimParam || Number(dimValue)).join()];
  }));
/** 1, 2, 3, .. in place of standard normals. */
const counter = () => {
  let n = 0;
  return () => ++n;
};

describe("what a file says", () => {
  const weights = randomDenoiser(1, [6, 5], 10, 4, counter());
  const condition = { offset: 0.4, scale: 2 };
  const layer = randomPerceptron([1, 3], "tanh", counter(), 1).layers[0];
  const readout = new Float32Array((6 + 3 + 1) * 2);
  const epinet = {
    featureDim: 6,
    conditionDim: 1,
    indexDim: 2,
    randomLayer: layer,
    randomScale: 1,
  };
  const files: [string, Uint8Array, object, object, RegExp][] = [
    [
      "mobility-denoiser",
      mobilityDenoiserGraph(weights, condition),
      { density: "B,1", state: "B,1", timestep: "n" },
      { raw: "B,1", features: "B,6" },
      /mobility/,
    ],
    [
      "free-energy-denoiser",
      freeEnergyGraph(weights, condition, 2),
      { density: "B,1", state: "B,1", timestep: "n" },
      { free_energy: "B,1" },
      /Free-energy/,
    ],
    [
      "driving-force-denoiser",
      drivingForceGraph(weights, condition, 2),
      { density: "B,1", state: "B,1", timestep: "n" },
      { driving_force: "B,1", features: "B,6" },
      /d free_energy/,
    ],
    [
      "some-epinet",
      epinetGraph("some-epinet", { ...epinet, prior: readout, learnable: readout, outputScale: 1 }),
      { features: "B,6", index: "B,2" },
      { correction: "B,1" },
      /index/,
    ],
  ];
  it.each(files)("%s: names, shapes, versions and purpose", (name, bytes, inputs, outputs, doc) => {
    const model = decoded(bytes);
    expect(model.graph!.name).toBe(name);
    expect(shapesOf(model.graph!.input!)).toEqual(inputs);
    expect(shapesOf(model.graph!.output!)).toEqual(outputs);
    expect(model.docString).toMatch(doc);
    expect([Number(model.irVersion), model.producerName]).toEqual([8, "spiediff"]);
    expect(model.opsetImport!.map(({ version }) => Number(version))).toEqual([17]);
    // Every name is one value's only.
    const names = [
      ...model.graph!.node!.flatMap(({ output }) => output!),
      ...model.graph!.initializer!.map((one) => one.name!),
      ...Object.keys(inputs),
    ];
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("random weights", () => {
  it("are one draw each, layer by layer, weights over the root of what comes in, then biases", () => {
    const { activation, layers } = randomPerceptron([4, 3, 2], "tanh", counter(), 0.5);
    expect(activation).toBe("tanh");
    expect(layers.map(({ inputs, outputs }) => [inputs, outputs])).toEqual([[4, 3], [3, 2]]);
    const drawn = (from: number, count: number, scale: number) =>
      Array.from(Float32Array.from({ length: count }, (_, i) => scale * (from + i)));
    expect([...layers[0].weight]).toEqual(drawn(1, 12, 1 / 2));
    expect([...layers[0].bias]).toEqual(drawn(13, 3, 0.5));
    expect([...layers[1].weight]).toEqual(drawn(16, 6, 1 / Math.sqrt(3)));
    expect([...layers[1].bias]).toEqual(drawn(22, 2, 0.5));
  });
  it("have no biases unless asked, and a denoiser's layers fit its conditions, state and embedding", () => {
    const { perceptron, timeEmbedding, steps, embeddingDim } = randomDenoiser(
      2,
      [5, 4],
      7,
      6,
      counter(),
    );
    expect(perceptron.activation).toBe("silu");
    expect(perceptron.layers.map(({ inputs, outputs }) => [inputs, outputs]))
      .toEqual([[2 + 1 + 6, 5], [5, 4], [4, 1]]);
    for (const { bias } of perceptron.layers) expect(bias.every((b) => b === 0)).toBe(true);
    expect([steps, embeddingDim, timeEmbedding.length]).toEqual([7, 6, 42]);
  });
  it("embed a timestep in sines, then cosines, of periods that grow to a thousandfold", () => {
    const { timeEmbedding } = randomDenoiser(1, [3], 20, 4, counter());
    for (const t of [0, 1, 13, 19]) {
      // d/2 = 2 frequencies: 1000^0 and 1000^(-1/2).
      const slow = t / Math.sqrt(1000);
      [Math.sin(t), Math.sin(slow), Math.cos(t), Math.cos(slow)]
        .forEach((v, k) => expect(timeEmbedding[4 * t + k]).toBeCloseTo(v, 6));
    }
  });
});

/** The operators of a tape's graph, and its outputs when run. */
async function finished(tape: Tape, loss: TapeValue, feeds: Record<string, number[]>) {
  const bytes = tape.finish(loss);
  const model = decoded(bytes);
  const session = await ort.InferenceSession.create(bytes);
  const shapes = shapesOf(model.graph!.input!);
  const run = await session.run(Object.fromEntries(
    Object.entries(feeds).map(([name, v]) => [
      name,
      new ort.Tensor("float32", Float32Array.from(v), String(shapes[name]).split(",").map(Number)),
    ]),
  ));
  const outputs = Object.fromEntries(
    Object.entries(run).map(([name, { data }]) => [name, Array.from(data as Float32Array)]),
  );
  return { outputs, operators: model.graph!.node!.map(({ opType }) => opType) };
}

describe("a tape", () => {
  it("differentiates in its parameters only, and writes no gradient of what does not vary", async () => {
    const tape = gradientTape("test");
    const x = tape.input("x", [3]), w = tape.parameter("w", [3]);
    const { outputs, operators } = await finished(tape, tape.sum(tape.mul(w, x)), {
      x: [1, 2, 3],
      w: [4, 5, 6],
    });
    expect(outputs).toEqual({ loss: [32], gradient_w: [1, 2, 3] });
    // The product; the sum's ones and its own way back: one more product for w, none for x.
    expect(operators.filter((op) => op === "Mul")).toHaveLength(3);
  });

  it("adds what a value gives in several places, and leaves out what the loss does not see", async () => {
    const tape = gradientTape("test");
    const a = tape.parameter("a", [2]), b = tape.parameter("b", [2]);
    const idle = tape.tanh(tape.mul(a, b));
    expect(idle.varies).toBe(true);
    const loss = tape.sum(tape.add(tape.add(tape.mul(a, a), tape.mul(a, b)), a));
    const { outputs, operators } = await finished(tape, loss, { a: [1, 2], b: [3, 5] });
    expect(outputs).toEqual({
      loss: [1 + 4 + 3 + 10 + 3],
      gradient_a: [6, 10],
      gradient_b: [1, 2],
    });
    expect(operators.filter((op) => op === "Tanh")).toHaveLength(1);
    // tanh's own derivative subtracts from 1.
    expect(operators).not.toContain("Sub");
  });

  it("adds gradients of products of matrices that are not square, in their own shapes", async () => {
    const tape = gradientTape("test");
    const w = tape.parameter("w", [2, 3]), v = tape.parameter("v", [3, 1]);
    const once = tape.matMul(tape.input("x", [4, 2]), tape.matMul(w, v));
    const again = tape.matMul(tape.input("y", [5, 2]), tape.matMul(w, v));
    const loss = tape.add(tape.sum(once), tape.sum(again));
    const { outputs } = await finished(tape, loss, {
      w: [1, 2, 3, 4, 5, 6],
      v: [1, 10, 100],
      x: [1, 0, 1, 0, 1, 0, 1, 0],
      y: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
    });
    // Four of row one, five of row two.
    expect(outputs).toEqual({
      loss: [4 * 321 + 5 * 654],
      gradient_w: [4, 40, 400, 5, 50, 500],
      gradient_v: [4 + 20, 8 + 25, 12 + 30],
    });
  });

  it("joins columns and keeps constants", async () => {
    const tape = gradientTape("test");
    const x = tape.input("x", [2, 1]), w = tape.parameter("w", [3, 1]);
    const joined = tape.concat([x, tape.constant([1, 2, 3, 4], [2, 2])]);
    expect(joined).toMatchObject({ shape: [2, 3], varies: false });
    const loss = tape.sum(tape.matMul(joined, w));
    const { outputs } = await finished(tape, loss, { x: [7, 9], w: [1, 1, 1] });
    expect(outputs).toEqual({ loss: [26], gradient_w: [16, 4, 6] });
  });

  it("knows the shape of what is left, and that a shape kept is no operation", () => {
    const tape = gradientTape("test");
    const a = tape.parameter("a", [6, 2]);
    expect(tape.reshape(a, [6, 2])).toBe(a);
    expect(tape.reshape(a, [4, -1]).shape).toEqual([4, 3]);
    expect(tape.reshape(a, [-1]).shape).toEqual([12]);
    expect(tape.matMul(a, tape.input("b", [2, 5])).shape).toEqual([6, 5]);
    expect(tape.add(a, tape.input("row", [2])).shape).toEqual([6, 2]);
    expect(tape.add(tape.input("c", [3, 1, 1]), a).shape).toEqual([3, 6, 2]);
    expect(() => tape.add(a, tape.input("d", [3]))).toThrow("[6,2] and [3]");
  });

  it("refuses a loss that a parameter does not move, by the parameter's name", () => {
    const tape = gradientTape("test");
    const a = tape.parameter("a", [1]);
    tape.parameter("idle", [1]);
    expect(() => tape.finish(tape.sum(a))).toThrow("The loss does not depend on idle.");
  });
});
