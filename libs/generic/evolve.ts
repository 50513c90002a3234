import { discreteGradient } from "./discrete_gradient.ts";
import { checkFollowed, follow } from "./follow.ts";
import { entropyOf, isInside } from "./rate.ts";
import type { Method } from "./stepper.ts";
import type { FluidLaw } from "./types.ts";

/** What is computed, and how. */
export interface Evolution {
  readonly law: FluidLaw;
  /** `[3, nodes]`, point values. */
  readonly start: Float64Array;
  /** Ascending, from 0 on. */
  readonly times: readonly number[];
  /** Largest length of a step. */
  readonly step: number;
  /** @defaultValue the discrete gradient */
  readonly method?: Method;
}

/** What was checked so far; of what is conserved the largest change over the mean size of its values. */
export interface EvolutionChecks {
  readonly stretch: number;
  readonly momentum: number;
  readonly energy: number;
  /** Largest fall of `S` over one step; 0 where it never fell. */
  readonly entropyFall: number;
  readonly steps: number;
  /** Steps that were cut in halves: outside of the domain, without convergence, or with S falling. */
  readonly halved: number;
}

/** A state at a requested time; the array is the caller's to keep. */
export interface EvolvedState {
  readonly time: number;
  readonly state: Float64Array;
  readonly entropy: number;
  readonly checks: EvolutionChecks;
}

/**
 * Integrates a law, and holds it to what it conserves and to its entropy.
 *
 * @throws {RangeError} if an argument is not allowed.
 * @throws {EvolutionError} if no step length will do.
 */
export function* evolve(evolution: Evolution): Generator<EvolvedState, void, void> {
  const { law, start, times, step, method = discreteGradient } = evolution;
  checkFollowed({ fields: 3, start, times, step });
  if (!isInside(law, start)) {
    throw new RangeError("start has a node outside of the entropy's domain.");
  }
  const attempt = method.bind(law, start.length / 3);
  const ofLaw = (state: Float64Array) => entropyOf(law, state);
  const path = follow({ fields: 3, attempt, entropyOf: ofLaw, start, times, step });
  for (const { checks: { conserved, ...checks }, ...rest } of path) {
    const [stretch, momentum, energy] = conserved;
    yield { ...rest, checks: { stretch, momentum, energy, ...checks } };
  }
}
