/**
 * Gonzalez' discrete gradient of the entropy in (r, u) at each node, with the mean momentum, and L built
 * from the same slopes: `L dS/dz = 0` then holds for the discrete gradient, so that a step changes S by
 * `h dS^T M dS >= 0` and, without M, by rounding only (Gonzalez, J. Nonlinear Sci. 6 (1996) 449).
 */
import { LuDecomposition, Matrix } from "ml-matrix";
import { type EntropySlopes, isInside, newSlopes, rateAt, rateFrom } from "./rate.ts";
import { rateJacobian } from "./rate_jacobian.ts";
import type { Method } from "./stepper.ts";
import { DERIVATIVES, type Entropy, type FluidLaw } from "./types.ts";

const ITERATIONS = 30;
/** Changes below this count as rounding once they no longer fall. */
const ROUNDING = 1e-11;
/** Squared changes below which what the mean slopes miss, a third power of the change, is rounding. */
const TINY = 1e-10;
/** A Jacobian that contracts less than this is computed anew. */
const SLOW = 0.1;

/** The discrete gradient between two states, and their mean momentum. */
function discreteSlopes(
  entropy: Entropy,
  from: Float64Array,
  to: Float64Array,
  out: EntropySlopes,
): void {
  const n = from.length / 3, d = new Float64Array(DERIVATIVES);
  for (let i = 0; i < n; i++) {
    const p = from[n + i], q = to[n + i];
    const u = from[2 * n + i] - p * p / 2, w = to[2 * n + i] - q * q / 2;
    const dr = to[i] - from[i], du = w - u;
    entropy.derivatives((from[i] + to[i]) / 2, (u + w) / 2, d);
    const square = dr * dr + du * du;
    const miss = entropy.value(to[i], w) - entropy.value(from[i], u) - d[0] * dr - d[1] * du;
    const factor = square > TINY ? miss / square : 0;
    out.inStretch[i] = d[0] + factor * dr;
    out.inEnergy[i] = d[1] + factor * du;
    out.momentum[i] = (p + q) / 2;
  }
}

/** The rate between two states of which `to` is the end of a step from `from`. */
function meanRate(
  law: FluidLaw,
  from: Float64Array,
  to: Float64Array,
  out: Float64Array,
): boolean {
  const slopes = newSlopes(from.length / 3);
  const middle = from.map((v, k) => (v + to[k]) / 2);
  if (!isInside(law, to) || !isInside(law, middle)) return false;
  discreteSlopes(law.entropy, from, to, slopes);
  rateFrom(law, middle, slopes, out);
  return true;
}

/** Of second order; implicit, by Newton's method with a Jacobian that is kept while it converges. */
export const discreteGradient: Method = {
  name: "discrete gradient",
  bind(law, nodes) {
    const size = 3 * nodes;
    const rate = new Float64Array(size);
    let factors: { readonly h: number; readonly lu: LuDecomposition } | null = null;
    const factorise = (state: Float64Array, h: number) => {
      const rows = rateJacobian(law, state);
      rows.forEach((row, k) => {
        for (let l = 0; l < size; l++) row[l] *= -h / 2;
        row[k] += 1;
      });
      return factors = { h, lu: new LuDecomposition(new Matrix(rows)) };
    };

    return (state, h, out) => {
      rateAt(law, state, rate);
      state.forEach((v, k) => out[k] = v + h * rate[k]);
      let fresh = factors?.h !== h;
      let { lu } = fresh || factors === null ? factorise(state, h) : factors;
      for (let n = 0, last = Infinity; n < ITERATIONS; n++) {
        if (!meanRate(law, state, out, rate)) return false;
        const change = lu.solve(Matrix.columnVector(out.map((v, k) => state[k] + h * rate[k] - v)))
          .to1DArray();
        const most = change.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
        if (!Number.isFinite(most)) return false;
        if (most < ROUNDING && !(most < SLOW * last)) {
          // Once more in flux form: what is conserved stays so to rounding, whatever Newton left.
          state.forEach((v, k) => out[k] = v + h * rate[k]);
          return isInside(law, out);
        }
        if (most > SLOW * last && !fresh) {
          fresh = true;
          lu = factorise(state, h).lu;
        }
        change.forEach((v, k) => out[k] += v);
        last = most;
      }
      return false;
    };
  },
};
