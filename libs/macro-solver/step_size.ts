import { LARGEST_RECONSTRUCTION } from "@spiediff/mesh";
import type { Point } from "./method.ts";
import type { LawValues } from "./types.ts";

const SAFETY = 0.9;
const LARGEST_GROWTH = 4;
const SMALLEST_SHRINK = 0.2;

/**
 * Proportional-integral choice of the next step (Gustafsson 1991): smoother than error^(1/p) alone
 * where a stability limit, not accuracy, holds the step.
 */
export interface StepSizeController {
  /** Factor for the next step after an accepted one with that error / tolerance. */
  accepted(errorRatio: number): number;
  /** Factor for the retry after a step that was too inaccurate. */
  rejected(errorRatio: number): number;
}

/** @param errorOrder Order of the lower of the two compared solutions. */
export function piController(errorOrder: number): StepSizeController {
  const k = errorOrder + 1;
  let previous = 1;
  const clip = (factor: number) => Math.min(LARGEST_GROWTH, Math.max(SMALLEST_SHRINK, factor));
  return {
    accepted(errorRatio) {
      const ratio = Math.max(errorRatio, 1e-10);
      const factor = SAFETY * ratio ** (-0.7 / k) * previous ** (0.4 / k);
      previous = Math.max(ratio, 1e-4);
      return clip(factor);
    },
    rejected: (errorRatio) => Math.min(0.9, clip(SAFETY * errorRatio ** (-1 / k))),
  };
}

/**
 * Gershgorin bound on the largest decay rate of the linearised law, `max_i 2 K_ii f''_i / Delta` times
 * what reconstruction adds, over all members; a step of length h is stable for
 * `h * bound < realStability`.
 *
 * `J = -(1/Delta) K diag(f'')` is similar to a symmetric matrix where f'' > 0, so its eigenvalues
 * are real and the column sums of `|J|` bound them.
 */
export function largestDecayRate(values: LawValues, elements: number): number {
  const { K1, curvature } = values;
  let largest = 0;
  for (let base = 0; base < K1.length; base += elements) {
    let left = K1[base + elements - 1];
    for (let i = base; i < base + elements; i++) {
      const bound = -2 * (left + K1[i]) * Math.abs(curvature[i]);
      if (bound > largest) largest = bound;
      left = K1[i];
    }
  }
  return largest * elements * LARGEST_RECONSTRUCTION;
}

/** A first length that moves no density by more than a hundredth of its distance to the bounds. */
export function firstLength(point: Point): number {
  let h = 1e-3;
  for (let i = 0; i < point.density.length; i++) {
    const room = Math.min(point.density[i], 1 - point.density[i]);
    const speed = Math.abs(point.rate[i]);
    if (speed * h > 0.01 * room) h = 0.01 * room / speed;
  }
  return h;
}
