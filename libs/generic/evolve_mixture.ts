import { checkFollowed, follow, type FollowedState } from "./follow.ts";
import { isMixtureInside, mixtureRate } from "./mixture_rate.ts";
import type { MixtureLaw } from "./mixture_types.ts";
import { rungeKutta } from "./stepper.ts";

/** Two densities in time. */
export interface MixtureEvolution {
  readonly law: MixtureLaw;
  /** `[2, nodes]`, point values. */
  readonly start: Float64Array;
  /** Ascending, from 0 on. */
  readonly times: readonly number[];
  /** Largest length of a step: see {@link mixtureStep}. */
  readonly step: number;
}

/**
 * Integrates a law by the classical Runge-Kutta method. A step that leaves the domain, or in which F rises, is refused
 * and halved: densities stay in the simplex.
 *
 * @returns States whose `entropy` is `-F`.
 * @throws {RangeError} if an argument is not allowed.
 * @throws {EvolutionError} if no step length will do.
 */
export function evolveMixture(
  { law, start, times, step }: MixtureEvolution,
): Generator<FollowedState, void, void> {
  checkFollowed({ fields: 2, start, times, step });
  const inside = (state: Float64Array) => isMixtureInside(law, state);
  if (!inside(start)) throw new RangeError("start has a node outside of the law's domain.");
  const rate = (state: Float64Array, out: Float64Array) => mixtureRate(law, state, out);
  const attempt = rungeKutta(rate, inside, start.length);
  const entropyOf = (state: Float64Array) => {
    const n = state.length / 2;
    let sum = 0;
    for (let i = 0; i < n; i++) sum -= law.freeEnergy(state[i], state[n + i]);
    return sum / n;
  };
  return follow({ fields: 2, attempt, entropyOf, start, times, step });
}

/** Four fifths of the longest stable step, for a diffusivity of at most `most`: `D^T D` is at most `(7/3 n)^2`. */
export const mixtureStep = (nodes: number, most: number): number =>
  0.8 * 2.78 / (most * (7 / 3 * nodes) ** 2);
