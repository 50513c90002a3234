/**
 * Operator entries as linear functions of the covariance `C` of element currents, a band `[M, bandWidth(M)]`.
 *
 * Since `Dz_i = Q_{i-1} - Q_i`, Eq. (6) of the paper, `K_ij = beta Cov(Dz_i, Dz_j) / (2 h eps)`,
 * reads for the entries of one band
 *
 * `K_{i,j} = scale * (C_{i-1,j-1} - C_{i-1,j} - C_{i,j-1} + C_{i,j})`, `scale = beta / (2 h eps)`.
 *
 * Only differences enter, hence snapshots suffice: `Q` may be shifted by one constant per realization.
 */
import { bandIndex } from "@spiediff/numerics";

/** Entry `(i, i + offset)` of `K` for every node `i` `[M]`. */
export function nodalBand(
  covariance: Float64Array,
  elements: number,
  offset: number,
  scale: number,
): Float64Array {
  const C = (a: number, b: number) => covariance[bandIndex(elements, a, b)];
  return Float64Array.from({ length: elements }, (_, i) => {
    const j = i + offset;
    return scale * (C(i - 1, j - 1) - C(i - 1, j) - C(i, j - 1) + C(i, j));
  });
}

/**
 * `K1[e]` without the bias in `sqrt(h)`: `K_{e,e+1} + 2 (K_{e-1,e+1} + K_{e,e+2})`.
 *
 * Why: fluctuations diffuse over `sqrt(D h)` during `h`, much less than `Delta`, so the finite-`h`
 * bias sits at the hats' kinks, `gamma_i'' = (delta_{i-1} - 2 delta_i + delta_{i+1}) / Delta`. With
 * `B = (4/3) m sqrt(D h) / (Delta^2 sqrt(4 pi))` it is `-6B`, `+4B`, `-B` in the entries of offset 0,
 * 1, 2 (and exponentially small beyond), hence zero in this combination up to `O(h)`. `D` is that of
 * fluctuations on the scale `sqrt(D h)`: `m f''`, but `m / (beta rho (1 - rho))` below the kernel's range.
 */
export function closedBand(
  covariance: Float64Array,
  elements: number,
  scale: number,
): Float64Array {
  const first = nodalBand(covariance, elements, 1, scale);
  const second = nodalBand(covariance, elements, 2, scale);
  return first.map((k1, e) => k1 + 2 * (second[(e + elements - 1) % elements] + second[e]));
}

/**
 * The same from currents themselves: `-scale * Cov(Q_e, Q_{e-1} + Q_e + Q_{e+1})`. It needs the
 * current through one bond besides snapshots, and has the smaller error.
 */
export function closedCurrents(
  covariance: Float64Array,
  elements: number,
  scale: number,
): Float64Array {
  return Float64Array.from({ length: elements }, (_, e) => {
    const C = (f: number) => covariance[bandIndex(elements, e, f)];
    return -scale * (C(e - 1) + C(e) + C(e + 1));
  });
}
