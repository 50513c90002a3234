/** Mass matrices of periodic hat functions and the nodal densities they define. */
import { solvePeriodicTridiagonal } from "@spiediff/numerics";
import { changeLines, type Dimension, sideOf } from "./lines.ts";
import type { NodalDensityRule } from "./types.ts";

/**
 * Stencil `(side, centre)` in units of `Delta` of the matrix `B` in `B rho = z`.
 *
 * For a mode of wave number `k`, with `x = (k Delta)^2 / 12`, the projection `z_i / Delta` of a
 * smooth field is `(1 - x + O(x^2))` times its point values. The symbols are `1` (lumped),
 * `1 - 2x` (consistent, so `rho` keeps `1 + x`) and `1 - x` (fourth-order, so nothing is left
 * before `O(Delta^4)`).
 */
const STENCILS: Record<NodalDensityRule, readonly [number, number]> = {
  "lumped": [0, 1],
  "consistent": [1 / 6, 4 / 6],
  "fourth-order": [1 / 12, 10 / 12],
};

/**
 * Nodal densities `rho` `[M]` from projections `z` `[M]`: solves `B rho = z`; on squares and cubes the tensor
 * product of B along all axes, `[M^d]`.
 *
 * @throws {RangeError} if the rule is unknown or fewer than 3 nodes to an axis are given.
 */
export function nodalDensity(
  z: ArrayLike<number>,
  rule: NodalDensityRule,
  dimension: Dimension = 1,
): Float64Array {
  const axes = Array.from({ length: dimension }, (_, axis) => axis);
  return pointsAlong(Float64Array.from(z, (v) => v * z.length), rule, dimension, axes);
}

/**
 * Averages `[M^d]` over hats made point values along some axes only, by one of the rules.
 *
 * @throws {RangeError} if the rule is unknown or fewer than 3 nodes to an axis are given.
 */
export function pointsAlong(
  averages: Float64Array,
  rule: NodalDensityRule,
  dimension: Dimension,
  axes: readonly number[],
): Float64Array {
  const n = sideOf(averages.length, dimension);
  const [side, centre] = stencil(rule, n);
  const rho = averages.slice();
  if (side === 0) return rho;
  const [sides, diagonal] = [side, centre].map((entry) => new Float64Array(n).fill(entry));
  const work = new Float64Array(2 * n);
  const solve = (line: Float64Array) =>
    solvePeriodicTridiagonal(sides, diagonal, sides, line, 0, work);
  for (const axis of axes) changeLines(rho, n, dimension, axis, solve);
  return rho;
}

/**
 * Projections `z` of nodal densities `rho`: the inverse of {@link nodalDensity}.
 *
 * @throws {RangeError} if the rule is unknown or fewer than 3 nodes to an axis are given.
 */
export function nodalMass(
  rho: ArrayLike<number>,
  rule: NodalDensityRule,
  dimension: Dimension = 1,
): Float64Array {
  const n = sideOf(rho.length, dimension);
  const [side, centre] = stencil(rule, n);
  const z = Float64Array.from(rho);
  const average = (line: Float64Array) => {
    const own = line.slice();
    for (let i = 0; i < n; i++) {
      line[i] = (centre * own[i] + side * (own[(i + 1) % n] + own[(i + n - 1) % n])) / n;
    }
  };
  for (let axis = 0; axis < dimension; axis++) changeLines(z, n, dimension, axis, average);
  return z;
}

function stencil(rule: NodalDensityRule, nodes: number): readonly [number, number] {
  const entry = STENCILS[rule];
  if (entry === undefined) {
    throw new RangeError(
      `The nodal density rule must be one of ${Object.keys(STENCILS).join(", ")}, not "${rule}".`,
    );
  }
  if (nodes < 3) throw new RangeError(`A periodic mesh needs at least 3 nodes, not ${nodes}.`);
  return entry;
}
