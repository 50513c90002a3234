/**
 * The dissipative operator K as a weighted graph Laplacian on a ring.
 *
 * | symbol | identifier |
 * | --- | --- |
 * | `K_{e,e+1}` | `K1[e]`, not positive |
 * | `K_ii` | `-(K1[i-1] + K1[i])` |
 * | `J_e` | flux through element e, `K1[e] * (f'[e+1] - f'[e])` |
 *
 * Zero row sums (mass) and symmetry (Onsager) hold by construction; all `K1 <= 0` makes K positive
 * semi-definite, because `v^T K v = -sum_e K1[e] (v_{e+1} - v_e)^2`.
 */

/** `flux[e] = K1[e] (fp[e+1] - fp[e])`; all arrays `[members * elements]`. */
export function elementFlux(
  K1: Float64Array,
  fp: Float64Array,
  elements: number,
  flux: Float64Array,
): void {
  const total = K1.length;
  for (let base = 0; base < total; base += elements) {
    const last = base + elements - 1;
    for (let e = base; e < last; e++) flux[e] = K1[e] * (fp[e + 1] - fp[e]);
    flux[last] = K1[last] * (fp[base] - fp[last]);
  }
}

/** `rate[i] = (J[i-1] - J[i]) * elements`: d(rho)/dt of lumped densities, since `z = Delta rho`. */
export function fluxDivergence(flux: Float64Array, elements: number, rate: Float64Array): void {
  const total = flux.length;
  for (let base = 0; base < total; base += elements) {
    let left = flux[base + elements - 1];
    const end = base + elements;
    for (let i = base; i < end; i++) {
      rate[i] = (left - flux[i]) * elements;
      left = flux[i];
    }
  }
}

/** `K v` for one member, written as the negative divergence of the flux. */
export function applyOperator(K1: Float64Array, v: Float64Array): Float64Array {
  const n = K1.length;
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const left = (i + n - 1) % n;
    const right = (i + 1) % n;
    out[i] = K1[i] * (v[right] - v[i]) - K1[left] * (v[i] - v[left]);
  }
  return out;
}

/**
 * K of one member as rows, for inspection and tests; the solver itself never assembles it.
 *
 * @throws {RangeError} below three elements, where left and right neighbours coincide.
 */
export function denseOperator(K1: ArrayLike<number>): Float64Array[] {
  const n = K1.length;
  if (n < 3) throw new RangeError(`A periodic operator needs at least 3 elements, not ${n}.`);
  const rows = Array.from({ length: n }, () => new Float64Array(n));
  for (let e = 0; e < n; e++) {
    const right = (e + 1) % n;
    rows[e][right] += K1[e];
    rows[right][e] += K1[e];
    rows[e][e] -= K1[e];
    rows[right][right] -= K1[e];
  }
  return rows;
}

/** `f'^T K f' = -sum_e K1[e] (f'[e+1] - f'[e])^2`, the dissipation rate `-dF/dt` of one member. */
export function dissipationRate(K1: Float64Array, fp: Float64Array): number {
  const n = K1.length;
  let sum = 0;
  for (let e = 0; e < n; e++) {
    const jump = fp[(e + 1) % n] - fp[e];
    sum -= K1[e] * jump * jump;
  }
  return sum;
}
