/**
 * The dissipative operator by fluxes over the elements of the ring: `G M0 G^T (X_{i+1} - X_i) / Delta`,
 * `X = dS/dz` and `G = [[1,0,0],[0,1,0],[0,p,1]]`, which carries matter at rest to the momentum p. Every
 * flux leaves one node for the next, so `M dE/dz = 0`; M is positive semi-definite as each `M0` is.
 */
import { type FluidLaw, MOBILITIES } from "./types.ts";

/**
 * Adds `M x` to `out`, both `[3, nodes]`.
 *
 * @param state `[3, nodes]`; elements have the means of both nodes' r, p and u.
 */
export function addDissipation(
  mobility: FluidLaw["mobility"],
  state: Float64Array,
  x: Float64Array,
  out: Float64Array,
): void {
  const n = state.length / 3;
  const m = new Float64Array(MOBILITIES);
  const internal = (i: number) => state[2 * n + i] - state[n + i] * state[n + i] / 2;
  for (let i = 0; i < n; i++) {
    const j = i + 1 === n ? 0 : i + 1;
    const p = (state[n + i] + state[n + j]) / 2;
    mobility((state[i] + state[j]) / 2, (internal(i) + internal(j)) / 2, m);
    const [rr, re, ee, pp] = m;
    const inE = x[2 * n + j] - x[2 * n + i];
    const inR = x[j] - x[i];
    const momentum = n * n * pp * (x[n + j] - x[n + i] + p * inE);
    const stretch = n * n * (rr * inR + re * inE);
    const energy = n * n * (re * inR + ee * inE) + p * momentum;
    out[i] -= stretch;
    out[j] += stretch;
    out[n + i] -= momentum;
    out[n + j] += momentum;
    out[2 * n + i] -= energy;
    out[2 * n + j] += energy;
  }
}
