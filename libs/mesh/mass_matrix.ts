/** Mass matrices of periodic hat functions and the nodal densities they define. */
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
  return side === 0 ? rho : solvePeriodicTridiagonal(side, centre, rho);
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

/**
 * Solves the constant periodic tridiagonal system `side x_{i-1} + centre x_i + side x_{i+1} = b_i`
 * by the Thomas algorithm with the Sherman-Morrison corner correction, in `O(M)`.
 *
 * @param side Off-diagonal entry. @param centre Diagonal entry, `|centre| > 2 |side|`.
 * @param b Right-hand side `[M]`, `M >= 3`; not modified.
 */
export function solvePeriodicTridiagonal(
  side: number,
  centre: number,
  b: ArrayLike<number>,
): Float64Array {
  const n = b.length;
  const gamma = -centre;
  const diagonal = new Float64Array(n).fill(centre);
  diagonal[0] -= gamma;
  diagonal[n - 1] -= side * side / gamma;
  const corner = new Float64Array(n);
  corner[0] = gamma;
  corner[n - 1] = side;
  const y = thomas(side, diagonal, Float64Array.from(b));
  const q = thomas(side, diagonal, corner);
  const scale = (y[0] + y[n - 1] * side / gamma) / (1 + q[0] + q[n - 1] * side / gamma);
  for (let i = 0; i < n; i++) y[i] -= scale * q[i];
  return y;
}

/** Symmetric tridiagonal solve with constant off-diagonal; overwrites and returns `x`. */
function thomas(side: number, diagonal: Float64Array, x: Float64Array): Float64Array {
  const n = x.length;
  const upper = new Float64Array(n);
  let pivot = diagonal[0];
  x[0] /= pivot;
  for (let i = 1; i < n; i++) {
    upper[i - 1] = side / pivot;
    pivot = diagonal[i] - side * upper[i - 1];
    x[i] = (x[i] - side * x[i - 1]) / pivot;
  }
  for (let i = n - 2; i >= 0; i--) x[i] -= upper[i] * x[i + 1];
  return x;
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
