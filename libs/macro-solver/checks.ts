import type { Invariant, Law } from "@spiediff/law";
import type { Checks, StepCounts } from "./types.ts";

/** Records before anything happened. */
export function newChecks({ fields, invariants }: Law): Checks {
  return {
    violation: Object.fromEntries(
      invariants.flatMap(({ name, may }) => may === "change" ? [] : [[name, 0]]),
    ),
    least: fields.map(() => Infinity),
    greatest: fields.map(() => -Infinity),
    operatorsChecked: 0,
    operatorsNotPSD: 0,
    projections: 0,
    lumpedMembers: 0,
  };
}

/** The records as they stand. */
export const copyOf = (checks: Checks): Checks => ({
  ...checks,
  violation: { ...checks.violation },
  least: [...checks.least],
  greatest: [...checks.greatest],
});

/** Counts before anything happened. */
export function newStepCounts(): StepCounts {
  return {
    accepted: 0,
    rejectedForError: 0,
    rejectedForInvariant: 0,
    rejectedForBounds: 0,
    lawEvaluations: 0,
    smallestStep: Infinity,
    largestStep: 0,
  };
}

/** Widens the recorded range of each field by a state. */
export function recordRange({ least, greatest }: Checks, { mesh }: Law, state: Float64Array): void {
  const fields = least.length;
  for (let base = 0, row = 0; base < state.length; base += mesh.nodes, row++) {
    const f = row % fields;
    let low = least[f], high = greatest[f];
    for (let n = base; n < base + mesh.nodes; n++) {
      if (state[n] < low) low = state[n];
      if (state[n] > high) high = state[n];
    }
    least[f] = low;
    greatest[f] = high;
  }
}

/** Largest relative change of a kept quantity since the start; absolute where it was 0. */
export function largestDrift(initial: Float64Array, current: Float64Array): number {
  let largest = 0;
  for (let m = 0; m < initial.length; m++) {
    const change = Math.abs(current[m] - initial[m]);
    largest = Math.max(largest, initial[m] === 0 ? change : change / Math.abs(initial[m]));
  }
  return largest;
}

/**
 * How far the worst member went the wrong way over a step, negative where all went the right one; NaN if
 * one is NaN.
 */
export function worstChange(
  { may }: Pick<Invariant, "may">,
  before: Float64Array,
  after: Float64Array,
): { member: number; change: number } {
  const sign = may === "rise" ? -1 : 1;
  let member = 0, change = -Infinity;
  for (let m = 0; m < before.length; m++) {
    const own = sign * (after[m] - before[m]);
    if (own <= change) continue;
    [member, change] = [m, own];
    if (Number.isNaN(own)) break;
  }
  return { member, change };
}

/** Changes below this are rounding of sums over nodes of terms of their own size. @param values `[members]`. */
export function roundingOf(values: Float64Array): number {
  let largest = 1;
  for (let m = 0; m < values.length; m++) largest = Math.max(largest, Math.abs(values[m]));
  return 64 * Number.EPSILON * largest;
}
