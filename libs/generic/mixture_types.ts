/**
 * A law of two densities on a ring, `dr_a/dt = d_x (M_ab(r) d_x f_b(r))`, `f_b` the derivatives of a convex free
 * energy `f(r1, r2)` over `k_B T`: GENERIC without a reversible part, `S = -F`.
 */
export interface MixtureLaw {
  /** Whether both densities belong to the law's domain, a part of the simplex. */
  inside(first: number, second: number): boolean;
  freeEnergy(first: number, second: number): number;
  /** Fills `[f_1, f_2]`. */
  forces(first: number, second: number, out: Float64Array): void;
  /** Fills `[11, 21, 22]` of M, positive semi-definite. */
  mobility(first: number, second: number, out: Float64Array): void;
}
