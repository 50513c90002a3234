import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import type { Tf } from "@spiediff/tensor-backend";

/**
 * The operations that losses are written in, once: on tfjs tensors, which is the reference, and on
 * a gradient tape, which becomes an ONNX graph.
 */
export interface Operations<T> {
  constant(data: readonly number[] | Float32Array, shape: readonly number[]): T;
  /** Product of matrices, or of stacks of matrices of equal height. */
  matMul(a: T, b: T): T;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  sigmoid(a: T): T;
  tanh(a: T): T;
  softplus(a: T): T;
  reshape(a: T, shape: readonly number[]): T;
  /** Columns side by side. */
  concat(values: readonly T[]): T;
  /** Sum over everything. */
  sum(a: T): T;
}

/** The operations on tfjs tensors; the caller tidies up. */
export function tensorOperations(tf: Tf): Operations<Tensor> {
  return {
    constant: (data, shape) => tf.tensor(Float32Array.from(data), [...shape]),
    matMul: (a, b) => tf.matMul(a, b),
    add: (a, b) => tf.add(a, b),
    sub: (a, b) => tf.sub(a, b),
    mul: (a, b) => tf.mul(a, b),
    sigmoid: (a) => tf.sigmoid(a),
    tanh: (a) => tf.tanh(a),
    softplus: (a) => tf.softplus(a),
    reshape: (a, shape) => tf.reshape(a, [...shape]),
    concat: (values) => tf.concat(values as Tensor2D[], 1),
    sum: (a) => tf.sum(a),
  };
}
