/**
 * Off-diagonal entries `K_{e,e+1} = -m_e/Delta` of the operator on a ring of M elements, the flux through
 * element e for a unit step of f', `[M]`: the paper's K1.
 */
export function operatorEntries(mobility: Float64Array): Float64Array {
  return mobility.map((m) => -mobility.length * m);
}

/**
 * The physics layer in flux form, `J_e = -(m_e/Delta) (f'_{e+1} - f'_e)`, with its residuals' whitening
 * in front: `A f' = W J`. The drift follows as `dz_i/dt = J_{i-1} - J_i = -sum_j K_ij f'_j`
 * (docs/theory.md section 3).
 *
 * The mobility is the trained one, so that the layer is one matrix for each profile.
 *
 * @param whitening `[M*M]` W, row-major.
 * @param mobility `[M]`, means over the elements.
 * @returns `[M*M]` A, row-major.
 */
export function whitenedFluxOperator(
  whitening: Float64Array,
  mobility: Float64Array,
): Float64Array {
  const entries = operatorEntries(mobility);
  const M = entries.length;
  const operator = new Float64Array(M * M);
  for (let r = 0; r < M; r++) {
    for (let e = 0; e < M; e++) {
      const gain = whitening[r * M + e] * entries[e];
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
