import type { Invariants, StepCounts } from "./types.ts";

/** Records before anything happened. */
export function newInvariants(): Invariants {
  return {
    maxMassDrift: 0,
    maxFreeEnergyRise: 0,
    minDensity: Infinity,
    maxDensity: -Infinity,
    operatorsChecked: 0,
    operatorsNotPSD: 0,
    projections: 0,
    lumpedMembers: 0,
  };
}

/** Counts before anything happened. */
export function newStepCounts(): StepCounts {
  return {
    accepted: 0,
    rejectedForError: 0,
    rejectedForFreeEnergy: 0,
    rejectedForBounds: 0,
    lawEvaluations: 0,
    smallestStep: Infinity,
    largestStep: 0,
  };
}

/** Mean density of every member, `out` `[members]`; equals its mass on a domain of length 1. */
export function masses(density: Float64Array, elements: number, out: Float64Array): void {
  for (let m = 0, base = 0; base < density.length; m++, base += elements) {
    let sum = 0;
    for (let i = base; i < base + elements; i++) sum += density[i];
    out[m] = sum / elements;
  }
}

/** Widens the recorded density range by a field. */
export function recordRange(invariants: Invariants, density: Float64Array): void {
  let { minDensity, maxDensity } = invariants;
  for (let i = 0; i < density.length; i++) {
    const value = density[i];
    if (value < minDensity) minDensity = value;
    if (value > maxDensity) maxDensity = value;
  }
  invariants.minDensity = minDensity;
  invariants.maxDensity = maxDensity;
}

/** Widens the recorded mass drift. */
export function recordMass(
  invariants: Invariants,
  initial: Float64Array,
  current: Float64Array,
): void {
  for (let m = 0; m < initial.length; m++) {
    const drift = Math.abs(current[m] - initial[m]) / initial[m];
    if (drift > invariants.maxMassDrift) invariants.maxMassDrift = drift;
  }
}

/** Which member's value rose most from `before` to `after`, negative where all fell; NaN if one is NaN. */
export function largestRise(
  before: Float64Array,
  after: Float64Array,
): { member: number; rise: number } {
  let member = 0, rise = -Infinity;
  for (let m = 0; m < before.length; m++) {
    const own = after[m] - before[m];
    if (own <= rise) continue;
    [member, rise] = [m, own];
    if (Number.isNaN(own)) break;
  }
  return { member, rise };
}

/**
 * Rises of F below this are rounding: F is a sum of `elements` terms of its own size.
 *
 * @param freeEnergy `[members]`.
 */
export function freeEnergyRounding(freeEnergy: Float64Array): number {
  let largest = 1;
  for (let m = 0; m < freeEnergy.length; m++) largest = Math.max(largest, Math.abs(freeEnergy[m]));
  return 64 * Number.EPSILON * largest;
}
