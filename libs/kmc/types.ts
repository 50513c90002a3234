/**
 * The Arrhenius exclusion process on a periodic lattice (docs/theory.md section 1).
 *
 * A particle at `x` hops to a vacant nearest neighbour, each direction separately, at rate
 * `d eps^-2 exp(-b n)`: `n` = particles within `L` sites of `x`, `b = beta J0 / (2L+1)`,
 * `eps = 1/N`.
 */
export interface ArrheniusSystem {
  /** `N`, number of lattice sites; the domain has length 1. */
  readonly sites: number;
  /** `L`, half-width of the constant kernel, `1 .. N/2 - 1` (that is, `2L + 1 < N`). */
  readonly halfWidth: number;
  /** `beta J0`; positive binds, negative repels, 0 is symmetric exclusion. */
  readonly betaJ0: number;
  /** `d`, prefactor of the hop rate; 1 when absent. */
  readonly drive?: number;
}

/** Where a realization starts: independent sites, or the local Gibbs state (`L = 1` only). */
export type InitialState = "bernoulli" | "local-gibbs";

/** A density profile on the lattice. */
export interface LatticeProfile {
  /** Names the random streams and the results. */
  readonly name: string;
  /** `[N]`, mean occupation of each site, in (0, 1). */
  readonly density: Float64Array;
}

/** What all ensembles have in common. */
export interface EnsembleOptions {
  readonly system: ArrheniusSystem;
  /** `M`, number of hat functions; divides `N`. */
  readonly elements: number;
  readonly profile: LatticeProfile;
  readonly initialState: InitialState;
  /** `R`, number of independent realizations, at least 2. */
  readonly realizations: number;
  /** Realization `r` draws from the stream `seed / kmc / profile name / r` and nothing else. */
  readonly seed: number | string;
  /** Worker threads; 1 (the default) runs in the calling thread. Never changes the result. */
  readonly workers?: number;
  /** Called after each block with the number of realizations done and asked for. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Stops the ensemble between blocks; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How long trajectories are run: one realization at a time, or sixteen in the lanes of a vector. */
export type TrajectoryEngine = "scalar" | "lanes";
