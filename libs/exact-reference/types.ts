/**
 * What a reference is worth:
 * - `"exact"`: a closed form, or numbers to rounding.
 * - `"expansion"`: a series cut off; `error` says what that leaves.
 * - `"sampled"`: from a simulation of equilibrium; `error` is its standard error.
 * - `"approximation"`: another state's or a limit's; its error is not known, or is the distance to the state
 *   that it stands for.
 */
export type ReferenceKind = "exact" | "expansion" | "sampled" | "approximation";

/** What the theory of a lattice gas answers, `k_B T = 1/beta`. */
export interface ExactReference {
  /**
   * Short name for tables: `"ssep"`, `"lrm-limit"`, `"lrm-finite-range"`, `"lrm-kernel"`,
   * `"nearest-neighbour"`, `"independent-sites"`, `"transfer-matrix"`, `"ring-expansion"`.
   */
  readonly name: string;
  /** Where the formula comes from. */
  readonly source: string;
  readonly kind: ReferenceKind;
  /** How far the truth may lie from it; null where that is not known. */
  readonly error: ReferenceError | null;
  /** Mobility `m(rho)` in `d_t rho = d_x(m d_x f')`, density inside of the field's domain. */
  mobility(density: number): number;
  /** Driving force `f'(rho)`, energy per particle. */
  drivingForce(density: number): number;
  /** Free energy density `f(rho)`, with `f(0) = f(1) + const` fixed by its closed form. */
  freeEnergy(density: number): number;
  /** `f''(rho)`, where it has a closed form. */
  curvature?(density: number): number;
}

/** Errors of a reference as functions of density; of equilibrium, not of what finite windows see of it. */
export interface ReferenceError {
  /** Of m, relative. */
  mobility(density: number): number;
  /** Of f', in energy per particle. */
  drivingForce(density: number): number;
  /** Of f'', which no gauge enters. */
  curvature(density: number): number;
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

/** The same with any kernel. */
export interface KernelSystem {
  /** `beta J(r)` `[L + 1]`; entry 0 does not count. */
  readonly couplings: ArrayLike<number>;
  readonly beta?: number;
  readonly drive?: number;
}
