import { gradientEnergyOf, type Law, type LawValues } from "@spiediff/law";
import type { Point } from "./method.ts";

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
 * Gershgorin bound on the largest decay rate of the linearised law of one field, `max_i 2 K_ii f''_i /
 * Delta^d` times what reconstruction adds, over all members; a step of length h is stable for
 * `h * bound < realStability`.
 *
 * `J = -(1/Delta^d) K diag(f'')` is similar to a symmetric matrix where f'' > 0, so its eigenvalues
 * are real and the column sums of `|J|` bound them.
 */
export function largestDecayRate(law: Law, values: LawValues): number {
  const { mesh, members } = law;
  const gradient = gradientStiffness(law);
  const { mobility, curvature } = values;
  const { first, second, weight, count } = mesh.pairs;
  const diagonal = new Float64Array(mesh.nodes);
  let largest = 0;
  for (let m = 0; m < members; m++) {
    diagonal.fill(0);
    for (let p = 0; p < count; p++) {
      const entry = weight[p] * mobility[m * count + p];
      diagonal[first[p]] += entry;
      diagonal[second[p]] += entry;
    }
    for (let i = 0; i < mesh.nodes; i++) {
      const bound = 2 * diagonal[i] * (Math.abs(curvature[m * mesh.nodes + i]) + gradient);
      if (bound > largest) largest = bound;
    }
  }
  return largest / mesh.nodeVolume * mesh.largestAmplification;
}

/** What a gradient energy adds to f'' of the shortest wave, `|kappa|` times its squared wave number on the mesh. */
export function gradientStiffness(law: Law): number {
  const kappa = gradientEnergyOf(law)?.kappa ?? 0;
  if (kappa === 0) return 0;
  const { mesh: { nodes, nodeVolume, pairs } } = law;
  const diagonal = new Float64Array(nodes);
  for (let p = 0; p < pairs.count; p++) {
    diagonal[pairs.first[p]] += pairs.weight[p];
    diagonal[pairs.second[p]] += pairs.weight[p];
  }
  return Math.abs(kappa) * 2 * diagonal.reduce((a, b) => Math.max(a, b), 0) / nodeVolume;
}

/** A first length that moves no value by more than a hundredth of its distance to the ends of its domain. */
export function firstLength({ mesh, fields }: Law, { state, rate }: Point): number {
  let h = 1e-3;
  for (let n = 0; n < state.length; n++) {
    const { low, high } = fields[Math.floor(n / mesh.nodes) % fields.length];
    const room = Math.min(state[n] - low, high - state[n]);
    const speed = Math.abs(rate[n]);
    if (speed * h > 0.01 * room) h = 0.01 * room / speed;
  }
  return h;
}
