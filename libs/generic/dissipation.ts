/**
 * The dissipative operator by fluxes over the elements of the ring, `D^T G M0 G^T D`, on `X = dS/dz`: D is the
 * staggered difference of fourth order, `G = [[1,0,0],[0,1,0],[0,p,1]]` carries matter at rest to the momentum p.
 * D takes constants to 0, so `M dE/dz = 0` and sums stay; M is positive semi-definite as each `M0` is.
 */
import { type FluidLaw, MOBILITIES } from "./types.ts";

/**
 * Adds `M x` to `out`, both `[3, nodes]`.
 *
 * @param state `[3, nodes]`; elements have r, p and u of the cubic through four nodes.
 */
export function addDissipation(
  mobility: FluidLaw["mobility"],
  state: Float64Array,
  x: Float64Array,
  out: Float64Array,
): void {
  const n = state.length / 3;
  const m = new Float64Array(MOBILITIES), internal = new Float64Array(n);
  for (let i = 0; i < n; i++) internal[i] = state[2 * n + i] - state[n + i] * state[n + i] / 2;
  for (let i = 0; i < n; i++) {
    const h = i === 0 ? n - 1 : i - 1, j = i + 1 === n ? 0 : i + 1, k = j + 1 === n ? 0 : j + 1;
    const p = (9 * (state[n + i] + state[n + j]) - state[n + h] - state[n + k]) / 16;
    mobility(
      (9 * (state[i] + state[j]) - state[h] - state[k]) / 16,
      (9 * (internal[i] + internal[j]) - internal[h] - internal[k]) / 16,
      m,
    );
    const [rr, re, ee, pp] = m;
    const inR = slope(n, x[h], x[i], x[j], x[k]);
    const inP = slope(n, x[n + h], x[n + i], x[n + j], x[n + k]);
    const inE = slope(n, x[2 * n + h], x[2 * n + i], x[2 * n + j], x[2 * n + k]);
    const momentum = pp * (inP + p * inE);
    spread(n, rr * inR + re * inE, out, h, i, j, k);
    spread(n, momentum, out, n + h, n + i, n + j, n + k);
    spread(n, re * inR + ee * inE + p * momentum, out, 2 * n + h, 2 * n + i, 2 * n + j, 2 * n + k);
  }
}

/** A row of D, of four neighbours in order. */
export const slope = (n: number, a: number, b: number, c: number, d: number): number =>
  n * (27 * (c - b) + a - d) / 24;

/** A column of `D^T`: adds what a flux does to the four nodes around it. */
export function spread(
  n: number,
  flux: number,
  out: Float64Array,
  h: number,
  i: number,
  j: number,
  k: number,
): void {
  const near = 27 * n / 24 * flux, far = n / 24 * flux;
  out[h] += far;
  out[i] -= near;
  out[j] += near;
  out[k] -= far;
}
