/**
 * The physics layer in flux form, `J_e = K1_e (f'_{e+1} - f'_e)`, with its residuals' whitening in
 * front: `A f' = W J`. The drift follows as `dz_i/dt = J_{i-1} - J_i = -sum_j K_ij f'_j`
 * (docs/theory.md section 3).
 *
 * K1 is the trained operator's, so that the layer is one matrix for each profile.
 *
 * @param whitening `[M*M]` W, row-major.
 * @param k1 `[M]`.
 * @returns `[M*M]` A, row-major.
 */
export function whitenedFluxOperator(whitening: Float64Array, k1: Float64Array): Float64Array {
  const M = k1.length;
  const operator = new Float64Array(M * M);
  for (let r = 0; r < M; r++) {
    for (let e = 0; e < M; e++) {
      const gain = whitening[r * M + e] * k1[e];
      operator[r * M + e] -= gain;
      operator[r * M + (e + 1) % M] += gain;
    }
  }
  return operator;
}

/** `W J`, `[M]`. */
export function whitened(whitening: Float64Array, flux: Float64Array): Float64Array {
  const M = flux.length;
  return flux.map((_, r) => flux.reduce((sum, J, e) => sum + whitening[r * M + e] * J, 0));
}
