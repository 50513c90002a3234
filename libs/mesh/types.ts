/**
 * Periodic hat functions on `[0, 1)`: `M` elements, `M` nodes `x_i = i / M`, element width
 * `Delta = 1 / M`. Element `e` couples the nodes `e` and `(e + 1) mod M`.
 */

/**
 * How nodal densities are read off the projections `z_i = integral of rho gamma_i dx`:
 *
 * - `"lumped"`: `rho_i = z_i / Delta`; a mode of wave number `k` is scaled by `1 - (k Delta)^2/12`.
 * - `"consistent"`: `rho = G^-1 z`, `G = Delta [1, 4, 1] / 6`, the L2 projection; scaled by
 *   `1 + (k Delta)^2/12`.
 * - `"fourth-order"`: `Delta [1, 10, 1] / 12 rho = z`, point values to `O(Delta^4)`.
 */
export type NodalDensityRule = "lumped" | "consistent" | "fourth-order";

/** All rules, from the plainest to the most accurate. */
export const nodalDensityRules: readonly NodalDensityRule[] = [
  "lumped",
  "consistent",
  "fourth-order",
];
