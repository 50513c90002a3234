import type { Tensor2D } from "@tensorflow/tfjs";
import type { Tf } from "@spiediff/tensor-backend";

/**
 * `[M,M]` matrix that takes nodal values (as rows) to their steps across the elements,
 * `(row D)_e = row_{e+1} - row_e`, periodic.
 */
export function stepMatrix(tf: Tf, nodes: number): Tensor2D {
  const matrix = new Float32Array(nodes * nodes);
  for (let e = 0; e < nodes; e++) {
    matrix[e * nodes + e] -= 1;
    matrix[((e + 1) % nodes) * nodes + e] += 1;
  }
  return tf.tensor2d(matrix, [nodes, nodes]);
}

/** Whitening matrices of profiles, transposed for products from the right, `[profiles*M*M]`. */
export function transposedWhitening(matrices: readonly Float64Array[]): {
  copyTo(target: Float32Array, slot: number, profile: number): void;
} {
  const transposed = matrices.map((whitening) => {
    const M = Math.sqrt(whitening.length);
    return Float32Array.from(whitening, (_, at) => whitening[(at % M) * M + Math.floor(at / M)]);
  });
  return {
    copyTo: (target, slot, profile) =>
      target.set(transposed[profile], slot * transposed[profile].length),
  };
}

/**
 * The physics layer in flux form, `J_e = K1_e (f'_{e+1} - f'_e)`; the drift follows as
 * `dz_i/dt = J_{i-1} - J_i = -sum_j K_ij f'_j` (docs/theory.md section 3).
 *
 * @param drivingForce `[P,M]` f' at the nodes of P profiles.
 * @param k1 `[P,M]`.
 * @returns `[P,M]` element fluxes.
 */
export function elementFluxes(
  tf: Tf,
  drivingForce: Tensor2D,
  k1: Tensor2D,
  steps: Tensor2D,
): Tensor2D {
  return tf.mul(k1, tf.matMul(drivingForce, steps));
}
