import { graphBuilder, type Value } from "./graph_builder.ts";

/** A value on a tape: its name in the graph, its shape, and whether a parameter moves it. */
export interface TapeValue {
  readonly value: Value;
  readonly shape: readonly number[];
  readonly varies: boolean;
}

/** Writes a computation with fixed shapes and its gradients as one ONNX graph. */
export interface Tape {
  /** A named input of the graph that nothing is differentiated in. */
  input(name: string, shape: readonly number[]): TapeValue;
  /** A named input of the graph that gradients are wanted in. */
  parameter(name: string, shape: readonly number[]): TapeValue;
  constant(data: readonly number[] | Float32Array, shape: readonly number[]): TapeValue;
  /** Product of matrices, or of stacks of matrices of equal height. */
  matMul(a: TapeValue, b: TapeValue): TapeValue;
  /** Elementwise, with the usual broadcasting. */
  add(a: TapeValue, b: TapeValue): TapeValue;
  sub(a: TapeValue, b: TapeValue): TapeValue;
  mul(a: TapeValue, b: TapeValue): TapeValue;
  sigmoid(a: TapeValue): TapeValue;
  tanh(a: TapeValue): TapeValue;
  softplus(a: TapeValue): TapeValue;
  /** -1 stands for what is left. */
  reshape(a: TapeValue, shape: readonly number[]): TapeValue;
  /** Columns side by side; for values that no parameter moves. */
  concat(values: readonly TapeValue[]): TapeValue;
  /** Sum over everything, shape `[1]`. */
  sum(a: TapeValue): TapeValue;
  /**
   * The serialised graph: outputs `loss` `[1]` and `gradient_NAME` for each parameter, by reverse
   * accumulation.
   *
   * @throws {RangeError} if the loss does not depend on a parameter.
   */
  finish(loss: TapeValue): Uint8Array;
}

interface Entry {
  readonly result: TapeValue;
  /** What the gradient at the result gives to each operand. */
  readonly pull: (gradient: TapeValue) => [TapeValue, () => TapeValue][];
}

/**
 * Starts a tape: reverse-mode differentiation written out as ONNX operators, so that a training
 * step runs in a runtime that only evaluates.
 *
 * Each operation is written into the graph when it is called; `finish` walks back over them and
 * writes the gradients' operations behind.
 */
export function gradientTape(name: string): Tape {
  const g = graphBuilder(name, "A loss and its gradients");
  const entries: Entry[] = [];
  const parameters: [string, TapeValue][] = [];

  const made = (value: Value, shape: readonly number[], operands: readonly TapeValue[]) => ({
    value,
    shape,
    varies: operands.some(({ varies }) => varies),
  });
  const record = (result: TapeValue, pull: Entry["pull"]): TapeValue => {
    if (result.varies) entries.push({ result, pull });
    return result;
  };
  /** Sums a gradient over the axes that broadcasting had spread a value over. */
  const unspread = (gradient: TapeValue, shape: readonly number[]): TapeValue => {
    if (same(gradient.shape, shape)) return gradient;
    const lead = gradient.shape.length - shape.length;
    const axes = gradient.shape.map((_, i) => i)
      .filter((i) => i < lead || (shape[i - lead] === 1 && gradient.shape[i] !== 1));
    const summed = g.sumAxes(gradient.value, axes);
    const left = gradient.shape.map((n, i) => axes.includes(i) ? 1 : n);
    return tape.reshape({ value: summed, shape: left, varies: false }, shape);
  };
  const transposed = (a: TapeValue): TapeValue => {
    const shape = [...a.shape];
    shape.push(shape.splice(-2, 1)[0]);
    const perm = shape.map((_, i) => i);
    perm.push(perm.splice(-2, 1)[0]);
    return { value: g.op("Transpose", [a.value], { perm }), shape, varies: false };
  };
  const still = (a: TapeValue): TapeValue => ({ ...a, varies: false });
  const plain = (op: string, a: TapeValue) => made(g.op(op, [a.value]), a.shape, [a]);
  const elementwise = (op: string, a: TapeValue, b: TapeValue) =>
    made(g.op(op, [a.value, b.value]), spread(a.shape, b.shape), [a, b]);

  const tape: Tape = {
    input: (inputName, shape) => ({
      value: g.input(inputName, "float32", shape),
      shape,
      varies: false,
    }),
    parameter(inputName, shape) {
      const value = { value: g.input(inputName, "float32", shape), shape, varies: true };
      parameters.push([inputName, value]);
      return value;
    },
    constant: (data, shape) => ({ value: g.constant(data, shape), shape, varies: false }),
    matMul(a, b) {
      const shape = [...a.shape.slice(0, -1), b.shape.at(-1)!];
      return record(made(g.op("MatMul", [a.value, b.value]), shape, [a, b]), (gradient) => [
        [a, () => tape.matMul(gradient, transposed(b))],
        [b, () => tape.matMul(transposed(a), gradient)],
      ]);
    },
    add: (a, b) =>
      record(elementwise("Add", a, b), (gradient) => [
        [a, () => unspread(gradient, a.shape)],
        [b, () => unspread(gradient, b.shape)],
      ]),
    sub: (a, b) =>
      record(elementwise("Sub", a, b), (gradient) => [
        [a, () => unspread(gradient, a.shape)],
        [b, () => unspread(still(plain("Neg", gradient)), b.shape)],
      ]),
    mul: (a, b) =>
      record(elementwise("Mul", a, b), (gradient) => [
        [a, () => unspread(tape.mul(gradient, still(b)), a.shape)],
        [b, () => unspread(tape.mul(gradient, still(a)), b.shape)],
      ]),
    sigmoid(a) {
      const result = plain("Sigmoid", a);
      return record(result, (gradient) => [[a, () => {
        const s = still(result);
        return tape.mul(gradient, tape.mul(s, tape.sub(tape.constant([1], [1]), s)));
      }]]);
    },
    tanh(a) {
      const result = plain("Tanh", a);
      return record(result, (gradient) => [[a, () => {
        const t = still(result);
        return tape.mul(gradient, tape.sub(tape.constant([1], [1]), tape.mul(t, t)));
      }]]);
    },
    softplus: (a) =>
      record(plain("Softplus", a), (gradient) => [
        [a, () => tape.mul(gradient, tape.sigmoid(still(a)))],
      ]),
    reshape(a, asked) {
      const known = size(asked.filter((n) => n !== -1));
      const shape = asked.map((n) => n === -1 ? size(a.shape) / known : n);
      if (same(a.shape, shape)) return a;
      return record(made(g.reshape(a.value, shape), shape, [a]), (gradient) => [
        [a, () => tape.reshape(gradient, a.shape)],
      ]);
    },
    concat(values) {
      if (values.some(({ varies }) => varies)) {
        throw new RangeError("A tape joins only values that no parameter moves.");
      }
      const columns = values.reduce((sum, { shape }) => sum + shape[1], 0);
      const joined = g.op("Concat", values.map(({ value }) => value), { axis: 1 });
      return made(joined, [values[0].shape[0], columns], values);
    },
    sum(a) {
      const flat = g.reshape(a.value, [1, size(a.shape)]);
      const total = g.reshape(g.sumAxes(flat, [1]), [1]);
      return record(made(total, [1], [a]), (gradient) => [
        [
          a,
          () => tape.mul(gradient, tape.constant(new Float32Array(size(a.shape)).fill(1), a.shape)),
        ],
      ]);
    },
    finish(loss) {
      const gradients = new Map<Value, TapeValue>([[loss.value, tape.constant([1], [1])]]);
      for (const { result, pull } of entries.toReversed()) {
        const gradient = gradients.get(result.value);
        if (!gradient) continue;
        for (const [operand, give] of pull(gradient)) {
          if (!operand.varies) continue;
          const before = gradients.get(operand.value);
          gradients.set(operand.value, before ? still(tape.add(before, give())) : give());
        }
      }
      g.output("loss", loss.value, [1]);
      for (const [parameterName, { value, shape }] of parameters) {
        const gradient = gradients.get(value);
        if (!gradient) throw new RangeError(`The loss does not depend on ${parameterName}.`);
        g.output(`gradient_${parameterName}`, gradient.value, shape);
      }
      return g.finish();
    },
  };
  return tape;
}

function size(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

/** Shape of an elementwise result. */
function spread(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const m = a[i - rank + a.length] ?? 1, n = b[i - rank + b.length] ?? 1;
    if (m !== n && m !== 1 && n !== 1) {
      throw new RangeError(`Shapes [${a}] and [${b}] do not go together.`);
    }
    return Math.max(m, n);
  });
}
