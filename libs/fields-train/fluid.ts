/** Stretch, momentum and energy: M0(r, u) and s(r, u), `u = e - p^2/2`. */
import type { FluidLaw } from "@spiediff/generic";
import type { MatrixFunction } from "./cholesky_network.ts";
import type { ConvexFunction } from "./convex_network.ts";
import type { DissipationForm } from "./dissipation_fit.ts";
import type { PotentialForm } from "./potential_fit.ts";
import type { DataRange } from "./types.ts";
import type { StateOf } from "./inputs.ts";

/** `(r, u)`. */
export const fluidState: StateOf = ([r, p, e]) => [r, e - p * p / 2];

/** `M = G M0 G^T` by Galilean invariance; M0 has the entries `rr re ee | pp`. */
export const fluidDissipation: DissipationForm = {
  stateOf: fluidState,
  blocks: [2, 1],
  entries: ([rr, re, ee, pp], [, p]) => [rr, 0, pp, re, p * pp, ee + p * p * pp],
  learned: ([rr, , pp, re, , ee], [, p]) => [rr, re, ee - p * p * pp, pp],
};

/** Entropy: concave, and rising with the energy, so that `T > 0`. */
export const fluidEntropy: PotentialForm = {
  stateOf: fluidState,
  sign: -1,
  monotonous: true,
  flux([, sr, su, srr, sru, suu], [rr, re, ee, pp], [, p], [rx, px, ex]) {
    const ux = ex - p * px, tension = -sr / su;
    const inR = srr * rx + sru * ux, inE = sru * rx + suu * ux;
    const viscous = -pp * su * px;
    return [
      -p + rr * inR + re * inE,
      -tension + viscous,
      -tension * p + re * inR + ee * inE + p * viscous,
    ];
  },
  variances: ([rr, , pp, , , ee], [, p]) => [rr, ee - p * p * pp],
  susceptibility([, , su, srr, sru, suu], [, p]) {
    const determinant = srr * suu - sru * sru, T = 1 / su;
    const rr = -suu / determinant, re = sru / determinant, ee = -srr / determinant;
    return [rr, 0, T, re, p * T, ee + p * p * T];
  },
};

/** The law of learned functions, for `libs/generic`; its domain are the data's ranges and a margin about them. */
export function fluidLaw(
  entropy: ConvexFunction,
  dissipation: MatrixFunction,
  range: DataRange,
  margin = 0.5,
): FluidLaw {
  const jet = new Float64Array(6);
  const [stretch, energy] = range.map(([low, high]) => {
    const room = margin * (high - low);
    return [low - room, high + room] as const;
  });
  const within = (v: number, [low, high]: readonly [number, number]) => v > low && v < high;
  return {
    entropy: {
      inside: (r, u) => within(r, stretch) && within(u, energy),
      value(r, u) {
        entropy(r, u, jet);
        return jet[0];
      },
      derivatives(r, u, out) {
        entropy(r, u, jet);
        out.set(jet.subarray(1));
      },
    },
    mobility: (r, u, out) => dissipation(r, u, out),
  };
}
