/** The operations of a tape: each writes itself into the graph and says how its gradient goes back. */
import type { GraphBuilder } from "./graph_builder.ts";
import type { Value } from "./types.ts";
import type { Entry, Tape, TapeValue } from "./tape_types.ts";

/** Where operations are written. */
export interface Recorder {
  readonly g: GraphBuilder;
  /** Keeps a result's way back, if a parameter moves it. */
  record(result: TapeValue, pull: Entry["pull"]): TapeValue;
  /** The tape itself: gradients are made of operations too. */
  tape(): Tape;
}

/** A value that is not differentiated any further. */
export const still = (a: TapeValue): TapeValue => ({ ...a, varies: false });

const made = (value: Value, shape: readonly number[], operands: readonly TapeValue[]) => ({
  value,
  shape,
  varies: operands.some(({ varies }) => varies),
});

/** Products of matrices. */
export function products({ g, record, tape }: Recorder): Pick<Tape, "matMul"> {
  const transposed = (a: TapeValue): TapeValue => {
    const shape = [...a.shape];
    shape.push(shape.splice(-2, 1)[0]);
    const perm = shape.map((_, i) => i);
    perm.push(perm.splice(-2, 1)[0]);
    return { value: g.op("Transpose", [a.value], { perm }), shape, varies: false };
  };
  return {
    matMul(a, b) {
      const shape = [...a.shape.slice(0, -1), b.shape.at(-1)!];
      return record(made(g.op("MatMul", [a.value, b.value]), shape, [a, b]), (gradient) => [
        [a, () => tape().matMul(gradient, transposed(b))],
        [b, () => tape().matMul(transposed(a), gradient)],
      ]);
    },
  };
}

/** Sums, differences and products of elements, with the usual broadcasting. */
export function arithmetic({ g, record, tape }: Recorder): Pick<Tape, "add" | "sub" | "mul"> {
  /** Sums a gradient over the axes that broadcasting had spread a value over. */
  const unspread = (gradient: TapeValue, shape: readonly number[]): TapeValue => {
    if (same(gradient.shape, shape)) return gradient;
    const lead = gradient.shape.length - shape.length;
    const axes = gradient.shape.map((_, i) => i)
      .filter((i) => i < lead || (shape[i - lead] === 1 && gradient.shape[i] !== 1));
    const summed = g.sumAxes(gradient.value, axes);
    const left = gradient.shape.map((n, i) => axes.includes(i) ? 1 : n);
    return tape().reshape({ value: summed, shape: left, varies: false }, shape);
  };
  const elementwise = (op: string, a: TapeValue, b: TapeValue) =>
    made(g.op(op, [a.value, b.value]), spread(a.shape, b.shape), [a, b]);
  const minus = (a: TapeValue) => still(made(g.op("Neg", [a.value]), a.shape, [a]));
  return {
    add: (a, b) =>
      record(elementwise("Add", a, b), (gradient) => [
        [a, () => unspread(gradient, a.shape)],
        [b, () => unspread(gradient, b.shape)],
      ]),
    sub: (a, b) =>
      record(elementwise("Sub", a, b), (gradient) => [
        [a, () => unspread(gradient, a.shape)],
        [b, () => unspread(minus(gradient), b.shape)],
      ]),
    mul: (a, b) =>
      record(elementwise("Mul", a, b), (gradient) => [
        [a, () => unspread(tape().mul(gradient, still(b)), a.shape)],
        [b, () => unspread(tape().mul(gradient, still(a)), b.shape)],
      ]),
  };
}

/** Functions of single elements. */
export function activations(
  { g, record, tape }: Recorder,
): Pick<Tape, "sigmoid" | "tanh" | "softplus"> {
  const plain = (op: string, a: TapeValue) => made(g.op(op, [a.value]), a.shape, [a]);
  return {
    sigmoid(a) {
      const result = plain("Sigmoid", a);
      return record(result, (gradient) => [[a, () => {
        const { mul, sub, constant } = tape(), s = still(result);
        return mul(gradient, mul(s, sub(constant([1], [1]), s)));
      }]]);
    },
    tanh(a) {
      const result = plain("Tanh", a);
      return record(result, (gradient) => [[a, () => {
        const { mul, sub, constant } = tape(), t = still(result);
        return mul(gradient, sub(constant([1], [1]), mul(t, t)));
      }]]);
    },
    softplus: (a) =>
      record(plain("Softplus", a), (gradient) => [
        [a, () => tape().mul(gradient, tape().sigmoid(still(a)))],
      ]),
  };
}

/** What changes shapes. */
export function shaping({ g, record, tape }: Recorder): Pick<Tape, "reshape" | "concat" | "sum"> {
  return {
    reshape(a, asked) {
      const known = size(asked.filter((n) => n !== -1));
      const shape = asked.map((n) => n === -1 ? size(a.shape) / known : n);
      if (same(a.shape, shape)) return a;
      return record(made(g.reshape(a.value, shape), shape, [a]), (gradient) => [
        [a, () => tape().reshape(gradient, a.shape)],
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
      const ones = () => tape().constant(new Float32Array(size(a.shape)).fill(1), a.shape);
      const flat = g.reshape(a.value, [1, size(a.shape)]);
      const total = g.reshape(g.sumAxes(flat, [1]), [1]);
      return record(made(total, [1], [a]), (gradient) => [
        [a, () => tape().mul(gradient, ones())],
      ]);
    },
  };
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
