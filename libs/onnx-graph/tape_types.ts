import type { Value } from "./types.ts";

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

/** A step of the computation, for the way back. */
export interface Entry {
  readonly result: TapeValue;
  /** What the gradient at the result gives to each operand. */
  readonly pull: (gradient: TapeValue) => [TapeValue, () => TapeValue][];
}
