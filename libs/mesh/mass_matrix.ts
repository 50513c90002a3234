/** Mass matrices of periodic hat functions and the nodal densities they define. */
import { solvePeriodicTridiagonal } from "@spiediff/numerics";
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
 * Nodal densities `rho` `[M]` from projections `z` `[M]`: solves `B rho = z`.
 *
 * @throws {RangeError} if the rule is unknown or fewer than 3 nodes are given.
 */
export function nodalDensity(z: ArrayLike<number>, rule: NodalDensityRule): Float64Array {
  const [side, centre] = stencil(rule, z.length);
  const rho = Float64Array.from(z, (value) => value * z.length);
  if (side === 0) return rho;
  const [sides, diagonal] = [side, centre].map((entry) => new Float64Array(z.length).fill(entry));
  solvePeriodicTridiagonal(sides, diagonal, sides, rho, 0, new Float64Array(2 * z.length));
  return rho;
}

/**
 * Projections `z` `[M]` of nodal densities `rho` `[M]`: the inverse of {@link nodalDensity}.
 *
 * @throws {RangeError} if the rule is unknown or fewer than 3 nodes are given.
 */
export function nodalMass(rho: ArrayLike<number>, rule: NodalDensityRule): Float64Array {
  const n = rho.length;
  const [side, centre] = stencil(rule, n);
  const z = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    z[i] = (centre * rho[i] + side * (rho[(i + 1) % n] + rho[(i + n - 1) % n])) / n;
  }
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
