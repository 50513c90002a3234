/**
 * A law of three fields on a ring, `dz/dt = L dE/dz + M dS/dz`: stretch r, momentum p and energy e, with
 * `S` the integral of `s(r, u)`, `u = e - p^2/2` (GENERIC; Grmela & Öttinger, Phys. Rev. E 56 (1997) 6620).
 *
 * A state is one array `[3, nodes]` of point values at `i / nodes`: all r, all p, all e. The torus has the
 * length 1; entropy and temperature are in units with `k_B = 1`.
 */

/** `s(r, u)`, concave and rising in u, with its derivatives. */
export interface Entropy {
  /** Whether r and u belong to its domain. */
  inside(stretch: number, internalEnergy: number): boolean;
  value(stretch: number, internalEnergy: number): number;
  /** Fills `[s_r, s_u, s_rr, s_ru, s_uu]`. */
  derivatives(stretch: number, internalEnergy: number, out: Float64Array): void;
}

/** Number of derivatives that an {@link Entropy} fills in. */
export const DERIVATIVES = 5;

/** Number of entries of {@link FluidLaw.mobility}. */
export const MOBILITIES = 4;

/** What is particular of a system: its entropy and its dissipation. */
export interface FluidLaw {
  readonly entropy: Entropy;
  /**
   * Fills `[rr, re, ee, pp]` of `M0(r, u)`, the dissipative matrix of matter at rest; `rp` and `pe` vanish
   * with the sign of p. Positive semi-definite: `pp >= 0`, `rr >= 0`, `rr ee >= re^2`.
   */
  mobility(stretch: number, internalEnergy: number, out: Float64Array): void;
}
