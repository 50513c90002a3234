import { randomStream } from "@spiediff/random";
import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { gradientTape, type Tape, type TapeValue } from "./mod.ts";

type Shapes = Record<string, number[]>;
type Loss = (tape: Tape, values: Record<string, TapeValue>) => TapeValue;

/** Runs a loss and its gradients at given values of its parameters. */
async function run(shapes: Shapes, loss: Loss) {
  const tape = gradientTape("test");
  const values = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, tape.parameter(name, shape)]),
  );
  const session = await ort.InferenceSession.create(tape.finish(loss(tape, values)));
  return (at: Record<string, Float32Array>) =>
    session.run(Object.fromEntries(
      Object.entries(at).map(([name, v]) => [name, new ort.Tensor("float32", v, shapes[name])]),
    ));
}

describe("gradientTape", () => {
  // Every operation, with broadcasting in every direction it is used in, and a value used twice.
  const cases: [string, Shapes, Loss][] = [
    ["matMul", { a: [3, 4], b: [4, 2] }, (t, { a, b }) => t.sum(t.tanh(t.matMul(a, b)))],
    [
      "matMul of stacks",
      { a: [2, 3, 4], b: [2, 4, 2] },
      (t, { a, b }) => t.sum(t.sigmoid(t.matMul(a, b))),
    ],
    ["add a row", { a: [3, 4], b: [4] }, (t, { a, b }) => t.sum(t.softplus(t.add(a, b)))],
    ["subtract a column", { a: [3, 4], b: [3, 1] }, (t, { a, b }) => t.sum(t.tanh(t.sub(a, b)))],
    ["from a row", { a: [1, 4], b: [3, 4] }, (t, { a, b }) => t.sum(t.tanh(t.sub(a, b)))],
    ["times a scalar", { a: [2, 3, 4], b: [1] }, (t, { a, b }) => t.sum(t.tanh(t.mul(a, b)))],
    ["a column times a row", { a: [3, 1], b: [1, 4] }, (t, { a, b }) => t.sum(t.tanh(t.mul(a, b)))],
    ["itself", { a: [5] }, (t, { a }) => t.sum(t.mul(t.mul(a, a), t.sigmoid(a)))],
    ["reshape", { a: [6, 2], b: [3, 1] }, (t, { a, b }) => {
      return t.sum(t.tanh(t.mul(t.reshape(a, [-1, 4]), b)));
    }],
  ];
  it.each(cases)("has the gradient of finite differences: %s", async (name, shapes, loss) => {
    const { normal } = randomStream(3, name);
    const at = Object.fromEntries(
      Object.entries(shapes).map(([parameter, shape]) => [
        parameter,
        Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, normal),
      ]),
    );
    const evaluate = await run(shapes, loss);
    const result = await evaluate(at);
    for (const parameter of Object.keys(shapes)) {
      const gradient = result[`gradient_${parameter}`];
      expect(gradient.dims).toEqual(shapes[parameter]);
      for (let i = 0; i < at[parameter].length; i++) {
        const step = 0.02;
        const shifted = async (by: number) => {
          const moved = at[parameter].slice();
          moved[i] += by;
          return ((await evaluate({ ...at, [parameter]: moved })).loss.data as Float32Array)[0];
        };
        const slope = (await shifted(step) - await shifted(-step)) / (2 * step);
        // Rounding 1e-6/step, truncation step^2.
        expect(Math.abs((gradient.data as Float32Array)[i] - slope)).toBeLessThan(2e-3);
      }
    }
  });
  it("refuses shapes that do not go together, and joining what is differentiated", () => {
    const tape = gradientTape("test");
    const a = tape.parameter("a", [3, 4]), b = tape.parameter("b", [2, 4]);
    expect(() => tape.add(a, b)).toThrow(/\[3,4\] and \[2,4\]/);
    expect(() => tape.concat([a, a])).toThrow(/no parameter/);
  });
});
