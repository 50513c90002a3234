import { entropyOf, isInside } from "./rate.ts";
import { discreteGradient } from "./discrete_gradient.ts";
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
  stretch: number;
  momentum: number;
  energy: number;
  /** Largest fall of `S` over one step; 0 where it never fell. */
  entropyFall: number;
  steps: number;
  /** Steps that were cut in halves: outside of the domain, without convergence, or with S falling. */
  halved: number;
}

/** A state at a requested time; the array is the caller's to keep. */
export interface EvolvedState {
  readonly time: number;
  readonly state: Float64Array;
  readonly entropy: number;
  readonly checks: Readonly<EvolutionChecks>;
}

/** Rounding of `S`, a mean of terms of order 1. */
const ENTROPY_ROUNDING = 1e-13;
const HALVINGS = 20;

/** No step, however short, leads on from a state. */
export class EvolutionError extends Error {
  override readonly name = "EvolutionError";
}

/**
 * Integrates a law, and holds it to what it conserves and to its entropy.
 *
 * @throws {RangeError} if an argument is not allowed.
 * @throws {EvolutionError} if no step length will do.
 */
export function* evolve(evolution: Evolution): Generator<EvolvedState, void, void> {
  const { law, start, times, step, method = discreteGradient } = evolution;
  checkEvolution(evolution);
  const nodes = start.length / 3;
  const attempt = method.bind(law, nodes);
  const checks: EvolutionChecks = {
    ...{ stretch: 0, momentum: 0, energy: 0 },
    ...{ entropyFall: 0, steps: 0, halved: 0 },
  };
  let state = start.slice(), next = start.slice(), now = 0, entropy = entropyOf(law, state);

  const advance = (h: number, depth: number): void => {
    if (attempt(state, h, next)) {
      const after = entropyOf(law, next);
      if (after >= entropy - ENTROPY_ROUNDING) {
        [state, next] = [next, state];
        checks.entropyFall = Math.max(checks.entropyFall, entropy - after);
        entropy = after;
        checks.steps++;
        noteConserved(start, state, checks);
        return;
      }
    }
    if (depth === HALVINGS) {
      throw new EvolutionError(`No step of ${h} or more leads on from the time ${now}.`);
    }
    checks.halved++;
    advance(h / 2, depth + 1);
    advance(h / 2, depth + 1);
  };

  for (const time of times) {
    const steps = Math.ceil((time - now) / step - 1e-9), begin = now;
    for (let k = 1; k <= steps; k++) {
      advance((time - begin) / steps, 0);
      now = begin + k * (time - begin) / steps;
    }
    now = time;
    yield { time, state: state.slice(), entropy, checks: { ...checks } };
  }
}

function noteConserved(start: Float64Array, state: Float64Array, checks: EvolutionChecks): void {
  const n = state.length / 3;
  (["stretch", "momentum", "energy"] as const).forEach((name, field) => {
    let change = 0, size = 0;
    for (let i = field * n; i < (field + 1) * n; i++) {
      change += state[i] - start[i];
      size += Math.abs(start[i]);
    }
    const relative = change === 0 ? 0 : Math.abs(change) / size;
    checks[name] = Math.max(checks[name], relative);
  });
}

function checkEvolution({ law, start, times, step }: Evolution): void {
  const nodes = start.length / 3;
  if (!Number.isInteger(nodes) || nodes < 5) {
    throw new RangeError(
      `start must hold three fields of at least five nodes, not ${start.length}.`,
    );
  }
  if (!(step > 0)) throw new RangeError(`step must be positive, not ${step}.`);
  times.forEach((time, k) => {
    if (!(time >= (times[k - 1] ?? 0) && Number.isFinite(time))) {
      throw new RangeError(`times must not be negative and must rise; number ${k} is ${time}.`);
    }
  });
  if (!isInside(law, start)) {
    throw new RangeError("start has a node outside of the entropy's domain.");
  }
}
