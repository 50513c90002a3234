/** Laws for tests: the oscillator ring's own, and random networks. */
import { ringMobility, ringThermodynamics } from "@spiediff/exact-reference";
import type { Entropy, FluidLaw } from "./types.ts";

export const ring = ringThermodynamics(0.5);

/** The exact law of the ring of oscillators. */
export function exactLaw(noise = { resampling: 0.01, exchange: 0.04 }): FluidLaw {
  return {
    entropy: {
      inside: (r, u) => Math.abs(r) < 2.5 && u > ring.potential(r) + 1e-3 && u < 4,
      value: (r, u) => ring.at(r, u).entropy,
      derivatives(r, u, out) {
        const { tension, temperature: T, ...c } = ring.at(r, u);
        const rr = c.stretchVariance, rv = c.stretchPotential;
        const ee = c.potentialVariance + T * T / 2;
        const determinant = rr * ee - rv * rv;
        out.set([-tension / T, 1 / T, -ee / determinant, rv / determinant, -rr / determinant]);
      },
    },
    mobility(r, u, out) {
      const { rr, re, ee, pp } = ringMobility(ring.at(r, u), noise);
      out.set([rr, re, ee, pp]);
    },
  };
}

/** `s = sum_k c_k ln cosh(a_k r + b_k u + d_k) + 3 ln u`: any smooth function with `s_u > 0`. */
export function randomEntropy(weights: readonly (readonly number[])[]): Entropy {
  const over = (r: number, u: number, term: (x: number, a: number, b: number) => number) =>
    weights.reduce((sum, [c, a, b, d]) => sum + c * term(a * r + b * u + d, a, b), 0);
  const bend = (x: number) => 1 / Math.cosh(x) ** 2;
  return {
    inside: (_, u) => u > 0,
    value: (r, u) => over(r, u, (x) => Math.log(Math.cosh(x))) + 3 * Math.log(u),
    derivatives(r, u, out) {
      out[0] = over(r, u, (x, a) => a * Math.tanh(x));
      out[1] = over(r, u, (x, _, b) => b * Math.tanh(x)) + 3 / u;
      out[2] = over(r, u, (x, a) => a * a * bend(x));
      out[3] = over(r, u, (x, a, b) => a * b * bend(x));
      out[4] = over(r, u, (x, _, b) => b * b * bend(x)) - 3 / (u * u);
    },
  };
}
