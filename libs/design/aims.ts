/** Goals as rows of the surrogate: what of its coefficients' posterior each of them asks for. */
import { choleskyOf, normalFactor } from "@spiediff/numerics";
import { randomStream } from "@spiediff/random";
import { type Profile, profileDensity, profileRange } from "@spiediff/user-text";
import { Matrix } from "ml-matrix";
import type { BandKind, Goal, LawGoal } from "./goal_text.ts";
import { type AimRows, compressed } from "./information.ts";
import { bothCurves, CURVES, type Curves, type LawCurve, valueOf } from "./law_curve.ts";
import type { FittedLaw } from "./law_fit.ts";
import { linearisedDiffusion } from "./linearised_diffusion.ts";

/** What of an experiment goals refer to. */
export interface GoalContext {
  /** The profile that is predicted where a goal names none, and the times. */
  readonly prediction: { readonly profile: Profile; readonly times: readonly number[] };
  readonly profiles: readonly Profile[];
}

/** A goal's curves under a law. */
export interface GoalCurve {
  readonly name: string;
  /** `[points]` densities, or values of the law's curve. */
  readonly values: Float64Array;
  /** What its widths are measured by. */
  readonly scale: number;
  /** `[points, basis]`, what a unit of each coefficient adds; null where a curve does not enter. */
  readonly tangents: Curves<Matrix | null>;
}

/** Points of a predicted profile, and of a law's curve. */
const NODES = 32, DENSITIES = 41;
const LEVEL = 0.95;

/** Densities that a goal's answer visits. */
export function densitiesOf(goal: Goal, context: GoalContext): [number, number] {
  if (goal.quantity === "density") return profileRange(profileOf(goal, context));
  if (goal.range) return [...goal.range];
  const ranges = context.profiles.map(profileRange);
  return [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
}

/**
 * The profile that a goal's density starts from.
 *
 * @throws {RangeError} if it names one that the experiment has not.
 */
export function profileOf(
  { profile }: Pick<Extract<Goal, { quantity: "density" }>, "profile">,
  { prediction, profiles }: GoalContext,
): Profile {
  const all = [prediction.profile, ...profiles];
  const found = profile === undefined
    ? prediction.profile
    : all.find(({ name }) => name === profile);
  if (found !== undefined) return found;
  throw new RangeError(
    `The aim's profile must be one of ${all.map(({ name }) => name).join(", ")}, not "${profile}".`,
  );
}

/** What a goal asks for, as curves. */
export function goalCurves(goal: Goal, context: GoalContext, law: Curves<LawCurve>): GoalCurve[] {
  return goal.quantity === "density"
    ? densityCurves(goal, context, law)
    : [lawCurve(goal, densitiesOf(goal, context), law)];
}

function densityCurves(
  goal: Extract<Goal, { quantity: "density" }>,
  context: GoalContext,
  { diffusivity }: Curves<LawCurve>,
): GoalCurve[] {
  const profile = profileOf(goal, context);
  const times = goal.times ?? context.prediction.times.filter((time) => time > 0);
  if (times.length === 0) {
    throw new RangeError("A density needs a time above 0: say when, such as at 0.01.");
  }
  const start = Float64Array.from(
    { length: NODES },
    (_, i) => profileDensity(profile, i / NODES),
  );
  const moved = linearisedDiffusion(
    start,
    times,
    (rho) => valueOf(diffusivity, rho),
    diffusivity.basis,
  );
  return moved.map(({ time, density, tangent }) => ({
    name: `density at ${time}`,
    values: density,
    scale: Math.hypot(...density) / Math.sqrt(NODES),
    tangents: { diffusivity: tangent, mobility: null },
  }));
}

/** m and D relative to themselves; f' relative to what it varies by, without its constant, which means nothing. */
function lawCurve(
  { quantity }: LawGoal,
  [low, high]: [number, number],
  law: Curves<LawCurve>,
): GoalCurve {
  const rhos = Array.from(
    { length: DENSITIES },
    (_, n) => low + (high - low) * n / (DENSITIES - 1),
  );
  if (quantity !== "f'") {
    const name = quantity === "m" ? "mobility" : "diffusivity";
    const rows = new Matrix(rhos.map((rho) => law[name].basis.values(rho)));
    return {
      name: quantity,
      values: Float64Array.from(rhos, (rho) => valueOf(law[name], rho)),
      scale: 1,
      tangents: { diffusivity: null, mobility: null, [name]: rows },
    };
  }
  return forceCurve(rhos, law);
}

/** `f' = integral of D/m`. */
function forceCurve(rhos: readonly number[], law: Curves<LawCurve>): GoalCurve {
  const slopes = rhos.map((rho) => valueOf(law.diffusivity, rho) / valueOf(law.mobility, rho));
  const step = rhos[1] - rhos[0];
  const integrated = (of: (n: number) => Float64Array) => {
    const rows = [new Float64Array(of(0).length)];
    for (let n = 1; n < rhos.length; n++) {
      const [a, b] = [of(n - 1), of(n)];
      rows.push(
        rows[n - 1].map((sum, k) => sum + step * (slopes[n - 1] * a[k] + slopes[n] * b[k]) / 2),
      );
    }
    const mean = rows[0].map((_, k) => rows.reduce((sum, row) => sum + row[k] / rows.length, 0));
    return new Matrix(rows.map((row) => row.map((v, k) => v - mean[k])));
  };
  const values = Float64Array.from(integrated(() => Float64Array.of(1)).getColumn(0));
  return {
    name: "f'",
    values,
    scale: Math.hypot(...values) / Math.sqrt(values.length),
    tangents: {
      diffusivity: integrated((n) => law.diffusivity.basis.values(rhos[n])),
      mobility: integrated((n) => law.mobility.basis.values(rhos[n])).neg(),
    },
  };
}

/** Standard deviations of a curve's points over its scale, `[points]`, widened by each curve's factor. */
export function deviationsOf(
  { tangents, scale }: GoalCurve,
  precision: Curves<Matrix>,
  factors: Curves<number>,
): Float64Array {
  const [{ rows: points }] = CURVES.flatMap((name) => tangents[name] ?? []);
  const variance = new Float64Array(points);
  for (const name of CURVES) {
    const rows = tangents[name];
    if (rows === null) continue;
    const solved = choleskyOf(precision[name])!.solve(rows.transpose());
    for (let i = 0; i < points; i++) {
      let own = 0;
      for (let k = 0; k < rows.columns; k++) own += rows.get(i, k) * solved.get(k, i);
      variance[i] += own * (factors[name] / scale) ** 2;
    }
  }
  return variance.map(Math.sqrt);
}

/** Draws of a whole curve that its band's factor comes from: known to 2 %. */
const DRAWS = 2000;

/** Standard deviations on either side of a curve that hold it with 95 %: a point, or all of it. */
export function bandFactor(
  curve: GoalCurve,
  precision: Curves<Matrix>,
  factors: Curves<number>,
  band: BandKind,
): number {
  if (band === "pointwise") return normalFactor(LEVEL);
  const deviations = deviationsOf(curve, precision, factors);
  const { normal } = randomStream("whole curve", "design");
  const maps = CURVES.flatMap((name) => {
    const rows = curve.tangents[name];
    if (rows === null) return [];
    // With P = L L^T, L^-T times standard normals have the covariance P^-1.
    const lower = choleskyOf(precision[name])!.lowerTriangularMatrix;
    return [solveTransposed(lower, rows).mul(factors[name] / curve.scale)];
  });
  const farthest = Float64Array.from({ length: DRAWS }, () => {
    const sum = new Float64Array(deviations.length);
    for (const map of maps) {
      const z = Matrix.columnVector(Array.from({ length: map.columns }, () => normal()));
      map.mmul(z).to1DArray().forEach((v, i) => sum[i] += v);
    }
    return Math.max(...sum.map((v, i) => deviations[i] > 0 ? Math.abs(v) / deviations[i] : 0));
  }).sort();
  return farthest[Math.floor(LEVEL * DRAWS)];
}

/** `A L^-T`, row by row. */
function solveTransposed(lower: Matrix, rows: Matrix): Matrix {
  const out = rows.clone();
  for (let k = 0; k < out.columns; k++) {
    for (let i = 0; i < out.rows; i++) {
      let sum = out.get(i, k);
      for (let j = 0; j < k; j++) sum -= lower.get(k, j) * out.get(i, j);
      out.set(i, k, sum / lower.get(k, k));
    }
  }
  return out;
}

/** Half-width of a goal's band under a posterior, in percent. */
export function goalPercent(
  goal: Goal,
  curves: readonly GoalCurve[],
  precision: Curves<Matrix>,
  factors: Curves<number>,
): number {
  const squares = curves.map((curve) => {
    const factor = bandFactor(curve, precision, factors, goal.band);
    const deviations = deviationsOf(curve, precision, factors);
    return factor ** 2 * deviations.reduce((sum, sd) => sum + sd * sd, 0) / deviations.length;
  });
  return 100 * Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}

/** Of all goals, under a fitted law. */
export function goalPercents(
  goals: readonly Goal[],
  context: GoalContext,
  { curves: fitted }: FittedLaw,
  factors: Curves<number>,
): number[] {
  const precision = bothCurves((name) => fitted[name].precision);
  return goals.map((goal) =>
    goalPercent(goal, goalCurves(goal, context, fitted), precision, factors)
  );
}

/** Rows the sum of whose posterior variances is 1 when the goal is reached. */
export function aimRows(
  goal: Goal,
  curves: readonly GoalCurve[],
  precision: Curves<Matrix>,
  factors: Curves<number>,
): AimRows {
  const weights = curves.map((curve) => {
    const [rows] = CURVES.flatMap((name) => curve.tangents[name] ?? []);
    return 100 * bandFactor(curve, precision, factors, goal.band) /
      (goal.percent * curve.scale * Math.sqrt(rows.rows * curves.length));
  });
  return bothCurves((name) => {
    const parts = curves.flatMap(({ tangents }, c) => {
      const rows = tangents[name];
      return rows ? [Matrix.mul(rows, weights[c] * factors[name])] : [];
    });
    return parts.length === 0
      ? null
      : compressed(new Matrix(parts.flatMap((part) => part.to2DArray())));
  });
}
