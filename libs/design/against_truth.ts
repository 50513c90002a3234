/** How the surrogate's bands fare where the truth is known: for studies and tests. */
import { bandFactor, deviationsOf, type GoalContext, goalCurves } from "./aims.ts";
import type { Goal } from "./goal_text.ts";
import { bothCurves, type Curves } from "./law_curve.ts";
import type { FittedLaw } from "./law_fit.ts";

/** A goal's band against the truth. */
export interface AgainstTruth {
  /** Share of the points inside; of whole curves 0 or 1 each. */
  readonly inside: number;
  /** Root mean square error over its scale, in percent. */
  readonly percent: number;
}

/** @param truth D and m as functions of density. */
export function againstTruth(
  goal: Goal,
  context: GoalContext,
  { curves: fitted }: FittedLaw,
  factors: Curves<number>,
  truth: Curves<(density: number) => number>,
): AgainstTruth {
  const none = { size: 1, values: () => Float64Array.of(0) };
  const exact = bothCurves((name) => ({
    basis: none,
    base: (rho: number) => Math.log(truth[name](rho)),
    coefficients: Float64Array.of(0),
  }));
  const precision = bothCurves((name) => fitted[name].precision);
  const isRelative = goal.quantity === "m" || goal.quantity === "D";
  const known = goalCurves(goal, context, exact);
  const shares = goalCurves(goal, context, fitted).map((curve, c) => {
    const factor = bandFactor(curve, precision, factors, goal.band);
    const deviations = deviationsOf(curve, precision, factors);
    const errors = curve.values.map((value, i) =>
      (value - known[c].values[i]) / (isRelative ? known[c].values[i] : curve.scale)
    );
    const inside = errors.filter((error, i) => Math.abs(error) <= factor * deviations[i]).length;
    return {
      inside: goal.band === "pointwise" ? inside / errors.length : Number(inside === errors.length),
      square: errors.reduce((sum, error) => sum + error * error, 0) / errors.length,
    };
  });
  const mean = (of: (one: typeof shares[number]) => number) =>
    shares.reduce((sum, one) => sum + of(one), 0) / shares.length;
  return { inside: mean(({ inside }) => inside), percent: 100 * Math.sqrt(mean((s) => s.square)) };
}
