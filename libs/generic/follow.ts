/** Follows a state on a ring in time, whatever its law, and holds it to what stays and to what must not fall. */
import type { Stepper } from "./stepper.ts";

/** A law as this sees it. */
export interface Followed {
  readonly fields: number;
  readonly attempt: Stepper;
  /** `S`, or `-F`: of order 1. */
  entropyOf(state: Float64Array): number;
  /** `[fields, nodes]`. */
  readonly start: Float64Array;
  /** Ascending, from 0 on. */
  readonly times: readonly number[];
  /** Largest length of a step. */
  readonly step: number;
}

/** What was checked so far. */
export interface FollowedChecks {
  /** Of the sum of each field the largest change over the mean size of its values. */
  readonly conserved: number[];
  /** Largest fall of `S` over one step; 0 where it never fell. */
  entropyFall: number;
  steps: number;
  /** Steps that were cut in halves: outside of the domain, without convergence, or with S falling. */
  halved: number;
}

/** A state at a requested time; the array is the caller's to keep. */
export interface FollowedState {
  readonly time: number;
  readonly state: Float64Array;
  readonly entropy: number;
  readonly checks: Readonly<FollowedChecks>;
}

/** Rounding of `S`, a mean of terms of order 1. */
const ENTROPY_ROUNDING = 1e-13;
const HALVINGS = 20;

/** No step, however short, leads on from a state. */
export class EvolutionError extends Error {
  override readonly name = "EvolutionError";
}

/** @throws {EvolutionError} if no step length will do. */
export function* follow(
  { fields, attempt, entropyOf, start, times, step }: Followed,
): Generator<FollowedState, void, void> {
  const checks: FollowedChecks = {
    conserved: new Array<number>(fields).fill(0),
    ...{ entropyFall: 0, steps: 0, halved: 0 },
  };
  let state = start.slice(), next = start.slice(), now = 0, entropy = entropyOf(state);

  const advance = (h: number, depth: number): void => {
    if (attempt(state, h, next)) {
      const after = entropyOf(next);
      if (after >= entropy - ENTROPY_ROUNDING) {
        [state, next] = [next, state];
        checks.entropyFall = Math.max(checks.entropyFall, entropy - after);
        entropy = after;
        checks.steps++;
        noteConserved(start, state, checks.conserved);
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
    const conserved = [...checks.conserved];
    yield { time, state: state.slice(), entropy, checks: { ...checks, conserved } };
  }
}

function noteConserved(start: Float64Array, state: Float64Array, most: number[]): void {
  const n = state.length / most.length;
  most.forEach((_, field) => {
    let change = 0, size = 0;
    for (let i = field * n; i < (field + 1) * n; i++) {
      change += state[i] - start[i];
      size += Math.abs(start[i]);
    }
    const relative = change === 0 ? 0 : Math.abs(change) / size;
    most[field] = Math.max(most[field], relative);
  });
}

/** @throws {RangeError} naming what of an evolution is not allowed. */
export function checkFollowed(
  { fields, start, times, step }: Pick<Followed, "fields" | "start" | "times" | "step">,
): void {
  const nodes = start.length / fields;
  if (!Number.isInteger(nodes) || nodes < 5) {
    throw new RangeError(
      `start must hold ${fields} fields of at least five nodes, not ${start.length} values.`,
    );
  }
  if (!(step > 0)) throw new RangeError(`step must be positive, not ${step}.`);
  times.forEach((time, k) => {
    if (!(time >= (times[k - 1] ?? 0) && Number.isFinite(time))) {
      throw new RangeError(`times must not be negative and must rise; number ${k} is ${time}.`);
    }
  });
}
