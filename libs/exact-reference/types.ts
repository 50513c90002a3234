/** What an exact (or asymptotically exact) theory of a lattice gas answers, `k_B T = 1/beta`. */
export interface ExactReference {
  /**
   * Short name for tables: `"ssep"`, `"lrm-limit"`, `"lrm-finite-range"`, `"lrm-kernel"`,
   * `"nearest-neighbour"`, `"independent-sites"`.
   */
  readonly name: string;
  /** Where the formula comes from. */
  readonly source: string;
  /** Mobility `m(rho)` in `d_t rho = d_x(m d_x f')`, density in (0, 1). */
  mobility(density: number): number;
  /** Driving force `f'(rho)`, energy per particle. */
  drivingForce(density: number): number;
  /** Free energy density `f(rho)`, with `f(0) = f(1) + const` fixed by its closed form. */
  freeEnergy(density: number): number;
}

/** The Arrhenius exclusion process that a reference describes. */
export interface ReferenceSystem {
  /** Half-width `L` of the constant kernel, in sites. */
  readonly halfWidth: number;
  /** `beta J0`, the kernel's total strength; positive binds. */
  readonly betaJ0: number;
  /** Inverse temperature; 1 when absent. */
  readonly beta?: number;
  /** Hop rate prefactor `d`; 1 when absent. */
  readonly drive?: number;
}
