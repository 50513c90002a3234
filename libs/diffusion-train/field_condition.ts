import type { FieldCondition } from "@spiediff/onnx-graph";

/** The normalised condition of a network, the mobility's or that of f, `[B]`. */
export function fieldCondition(
  { offset, scale }: FieldCondition,
  density: ArrayLike<number>,
): Float32Array {
  return Float32Array.from(density, (rho) => (rho - offset) * scale);
}
