/** Two conserved densities without a reversible part: M(r1, r2) and f(r1, r2). */
import type { DissipationForm } from "./dissipation_fit.ts";
import type { StateOf } from "./inputs.ts";
import type { PotentialForm } from "./potential_fit.ts";

/** `(r1, r2)`. */
export const mixtureState: StateOf = ([first, second]) => [first, second];

/** All entries `11 21 22`. */
export const mixtureDissipation: DissipationForm = {
  stateOf: mixtureState,
  blocks: [2],
  entries: (learned) => [...learned],
  learned: (entries) => entries,
};

/** Free energy over `k_B T` of two species that exclude each other: convex; `J = -M d_x f'`, and the fields' covariance is the inverse of `f''`. */
export const mixtureFreeEnergy: PotentialForm = {
  stateOf: mixtureState,
  sign: 1,
  monotonous: false,
  ideal: "mixture",
  flux([, , , aa, ab, bb], [m11, m21, m22], _fields, [x, y]) {
    const first = aa * x + ab * y, second = ab * x + bb * y;
    return [-m11 * first - m21 * second, -m21 * first - m22 * second];
  },
  variances: ([first, , second]) => [first, second],
  susceptibility([, , , aa, ab, bb]) {
    const determinant = aa * bb - ab * ab;
    return [bb / determinant, -ab / determinant, aa / determinant];
  },
};
