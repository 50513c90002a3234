import { isInside, rateAt } from "./rate.ts";
import type { FluidLaw } from "./types.ts";

/** Makes one step of length `h` from `state` into `out`, `[3, nodes]`; false where it does not succeed. */
export type Stepper = (state: Float64Array, h: number, out: Float64Array) => boolean;

/** A method of time integration. */
export interface Method {
  readonly name: string;
  bind(law: FluidLaw, nodes: number): Stepper;
}

/** The classical Runge-Kutta method for any rate of change of states of `size` values. */
export function rungeKutta(
  rate: (state: Float64Array, out: Float64Array) => void,
  inside: (state: Float64Array) => boolean,
  size: number,
): Stepper {
  const rates = [0, 1, 2, 3].map(() => new Float64Array(size));
  const parts = [0, 0.5, 0.5, 1];
  return (state, h, out) => {
    for (let stage = 0; stage < 4; stage++) {
      const before = rates[stage - 1];
      state.forEach((v, k) => out[k] = stage === 0 ? v : v + parts[stage] * h * before[k]);
      if (!inside(out)) return false;
      rate(out, rates[stage]);
    }
    const [k1, k2, k3, k4] = rates;
    state.forEach((v, k) => out[k] = v + h / 6 * (k1[k] + 2 * k2[k] + 2 * k3[k] + k4[k]));
    return inside(out);
  };
}

/** {@link rungeKutta}: keeps what is linear, and entropy to fourth order. */
export const classicalRungeKutta: Method = {
  name: "rk4",
  bind: (law, nodes) =>
    rungeKutta(
      (state, out) => rateAt(law, state, out),
      (state) => isInside(law, state),
      3 * nodes,
    ),
};
