/**
 * Shape of the interaction, by name or as a table: see `kernel.ts`. Lengths are in units of the kernel's
 * full extent, `2L + 1` sites: its ends lie at 1/2.
 */
import type { RandomStream } from "@spiediff/random";
import type { LoopsChoice } from "./loops.ts";

export type Kernel =
  | { readonly name: "constant" }
  /** `V(u) = 1 - 2 |u|`. */
  | { readonly name: "linear" }
  /** `V(u) = exp(-u^2 / (2 width^2))`; width 0.2 when absent. */
  | { readonly name: "gaussian"; readonly width?: number }
  /**
   * `V(u) = 2 a - a^2`, `a = exp(-steepness (|u| - well))`: strongest binding at `|u| = well` (0.15 when
   * absent), a repulsive core nearer by; steepness 10 when absent.
   */
  | { readonly name: "morse"; readonly well?: number; readonly steepness?: number }
  /** `beta J(r) = betaJ0 values[r - 1]`, `r = 1 .. L`; of any signs. */
  | { readonly name: "table"; readonly values: readonly number[] };

/**
 * The Arrhenius exclusion process on a periodic lattice (docs/theory.md section 1).
 *
 * A particle at `x` hops to a vacant nearest neighbour, each direction separately, at rate
 * `d eps^-2 exp(-beta U(x))`, `beta U(x)` = sum of `beta J(r)` over the particles within `L` sites of
 * `x`, `eps = 1/N`. Constant kernel: `beta J(r) = betaJ0 / (2L+1)`.
 */
export interface ArrheniusSystem {
  /** `N`, number of lattice sites; the domain has length 1. */
  readonly sites: number;
  /** `L`, half-width of the kernel, `1 .. N/2 - 1` (that is, `2L + 1 < N`). */
  readonly halfWidth: number;
  /** `beta J0`, the kernel's strength; positive binds, negative repels, 0 is symmetric exclusion. */
  readonly betaJ0: number;
  /** Shape of the interaction; constant when absent. */
  readonly kernel?: Kernel;
  /** `d`, prefactor of the hop rate; 1 when absent. */
  readonly drive?: number;
}

/**
 * How one realization is simulated; each is exact in law.
 *
 * - `"window-counts"`: constant kernel, `O(1)` per hop.
 * - `"pair-energies"`: any kernel, `O(1)` per rejected attempt, `O(L)` per hop.
 */
export type ScalarAlgorithm = "window-counts" | "pair-energies";

/**
 * Where a realization starts: independent sites; local equilibrium (drawn site by site for nearest neighbours,
 * by heat-bath sweeps otherwise: heat_bath.ts); or independent sites given that their number of particles is the profile's mean, rounded.
 */
export type InitialState = "bernoulli" | "local-gibbs" | "fixed-number";

/** A density profile on the lattice. */
export interface LatticeProfile {
  /** Names the random streams and the results. */
  readonly name: string;
  /** `[N]`, mean occupation of each site, in (0, 1). */
  readonly density: Float64Array;
}

/** What all ensembles of the process have in common. */
export interface ParticleOptions {
  readonly system: ArrheniusSystem;
  /** `M`, number of hat functions; divides `N`. */
  readonly elements: number;
  readonly profile: LatticeProfile;
  readonly initialState: InitialState;
  /** `R`, number of independent realizations, at least 2. */
  readonly realizations: number;
  /**
   * Realization `r` draws from the stream `seed / kmc / profile name / r` and nothing else, a word of
   * replicas from `seed / kmc / profile name / (engine)-(word)`.
   */
  readonly seed: number | string;
  /** How to run the realizations; `"auto"` (the default) takes the fastest that fits. */
  readonly engine?: Engine | "auto";
  /** Which build of the loops; what `SPIEDIFF_ENGINE` asks for when absent. The bits are the same in all. */
  readonly loops?: LoopsChoice;
}

/**
 * How realizations are run, each exact in law: `"scalar"`, one by one, any kernel; `"lanes"`, 64 in
 * the bytes of a word, constant kernel of `L <= 16383`; `"bits"`, 512 in the bits of a word, `L = 1`.
 * Their realizations differ.
 */
export type Engine = "scalar" | ReplicaEngine;

/** Engines with many replicas in a word: see `replicas.ts`. */
export type ReplicaEngine = "lanes" | "bits";

/**
 * How a word of replicas starts: each from a configuration of the sampler's, or all from independent sites, of which
 * heat-bath sweeps may make local equilibrium.
 */
export type WordStart = ConfigurationSampler | IndependentSites;

/** Independent sites and what follows them. */
export interface IndependentSites {
  /** `[N]`. */
  readonly density: Float64Array;
  readonly heatBath?: HeatBath;
}

/** Sweeps under a field, of a constant kernel: see heat_bath.ts. */
export interface HeatBath {
  /** `[N]`, odds of a vacancy where no other particle is in reach. */
  readonly vacancy: Float64Array;
  readonly sweeps: number;
}

/** Fills a configuration `[N]` with zeros and ones, drawing from `stream`. */
export type ConfigurationSampler = (out: Uint8Array, stream: RandomStream) => void;

/** All that decides a realization but its random stream; arguments are taken as checked. */
export interface ArrheniusRun {
  readonly system: ArrheniusSystem;
  readonly elements: number;
  readonly profile: LatticeProfile;
  readonly initialState: InitialState;
  readonly engine: Engine;
  /** What `SPIEDIFF_ENGINE` asks for, in each thread, when absent. */
  readonly loops?: LoopsChoice;
}
