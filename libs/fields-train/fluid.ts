/** Stretch, momentum and energy: M0(r, u) and s(r, u), `u = e - p^2/2`. */
import type { DissipationForm } from "./dissipation_fit.ts";
import type { PotentialForm } from "./potential_fit.ts";
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
  ideal: null,
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
