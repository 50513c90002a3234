import { addDissipation } from "./dissipation.ts";
import { applyPoisson } from "./poisson.ts";
import { DERIVATIVES, type FluidLaw } from "./types.ts";

/** Derivatives of `s` in r and u, and momenta, `[nodes]` each, where operators and `dS/dz` are taken. */
export interface EntropySlopes {
  readonly inStretch: Float64Array;
  readonly inEnergy: Float64Array;
  readonly momentum: Float64Array;
}

/** Room for `nodes` of them. */
export const newSlopes = (nodes: number): EntropySlopes => ({
  inStretch: new Float64Array(nodes),
  inEnergy: new Float64Array(nodes),
  momentum: new Float64Array(nodes),
});

/**
 * `out = L dE/dz + M dS/dz`.
 *
 * @param state `[3, nodes]`, where M is taken.
 * @param slopes What L and `dS/dz = (s_r, -p s_u, s_u)` are made of.
 */
export function rateFrom(
  law: FluidLaw,
  state: Float64Array,
  { inStretch, inEnergy, momentum }: EntropySlopes,
  out: Float64Array,
): void {
  const n = momentum.length;
  const tension = inStretch.map((sr, i) => -sr / inEnergy[i]);
  const x = new Float64Array(3 * n);
  applyPoisson({ tension, momentum }, x.fill(1, 2 * n), out);
  for (let i = 0; i < n; i++) {
    x[i] = inStretch[i];
    x[n + i] = -momentum[i] * inEnergy[i];
    x[2 * n + i] = inEnergy[i];
  }
  addDissipation(law.mobility, state, x, out);
}

/** The law's time derivative of a state `[3, nodes]`. */
export function rateAt(law: FluidLaw, state: Float64Array, out: Float64Array): void {
  const n = state.length / 3;
  const slopes = newSlopes(n), d = new Float64Array(DERIVATIVES);
  for (let i = 0; i < n; i++) {
    const p = state[n + i];
    law.entropy.derivatives(state[i], state[2 * n + i] - p * p / 2, d);
    slopes.inStretch[i] = d[0];
    slopes.inEnergy[i] = d[1];
    slopes.momentum[i] = p;
  }
  rateFrom(law, state, slopes, out);
}

/** Whether every node of a state, and every element between two, lies in the entropy's domain. */
export function isInside({ entropy }: FluidLaw, state: Float64Array): boolean {
  const n = state.length / 3;
  const internal = (i: number) => state[2 * n + i] - state[n + i] * state[n + i] / 2;
  for (let i = 0; i < n; i++) {
    const j = i + 1 === n ? 0 : i + 1;
    if (!entropy.inside(state[i], internal(i))) return false;
    if (!entropy.inside((state[i] + state[j]) / 2, (internal(i) + internal(j)) / 2)) return false;
  }
  return true;
}

/** `S`, the mean of s over the nodes. */
export function entropyOf({ entropy }: FluidLaw, state: Float64Array): number {
  const n = state.length / 3;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const p = state[n + i];
    sum += entropy.value(state[i], state[2 * n + i] - p * p / 2);
  }
  return sum / n;
}
