import type { NodalDensityRule } from "@spiediff/mesh";
import type { HorizonWindow } from "./horizon_window.ts";
import type { KnownStart } from "./statics/known_start.ts";

/** Values per node or element with their standard errors, `[M]` each. */
export interface Estimated {
  readonly value: readonly number[];
  readonly standardError: readonly number[];
}

/** One estimator's answers at one horizon `h`. Element `e` couples the nodes `e` and `e + 1`. */
export interface HorizonEstimate {
  /** `K_ii`. */
  readonly diagonal: Estimated;
  /** `K_{e,e+1}`: Eq. (6) as it stands, with its bias `-1.50 sqrt(D h)/Delta` from the hats' kinks. */
  readonly K1: Estimated;
  /** `K_{i,i+2}`, which vanishes as `h -> 0` only: its bias is a quarter of that of `K1`. */
  readonly outOfBand: Estimated;
  /**
   * `K1` from the covariance of an element's current with that of itself and both neighbours: the
   * kinks cancel, no bias in `sqrt(h)` is left (docs/theory.md section 4).
   */
  readonly closedK1: Estimated;
  /** Element currents `J_e`, `dz_i/dt = J_{i-1} - J_i`. */
  readonly flux: Estimated;
  /** `dz_i/dt`. */
  readonly drift: Estimated;
  /**
   * The same element currents from smooth windows, far less noisy; for profiles that are smooth on the
   * scale of three elements (docs/theory.md section 4). Equal to `flux` without control variates.
   */
  readonly smoothFlux: Estimated;
  /** Their `dz_i/dt`. */
  readonly smoothDrift: Estimated;
}

/** Ratios of variances, classic over control variate, averaged over elements. */
export interface VarianceReduction {
  readonly K1: number;
  readonly closedK1: number;
  readonly flux: number;
  readonly drift: number;
  readonly smoothFlux: number;
  readonly smoothDrift: number;
}

/**
 * Coefficients of the control variates that would leave the least variance, estimated from the same
 * data. The estimators use 1, which is exactly unbiased; close to 1 there is nothing to gain.
 */
export interface OptimalCoefficient {
  readonly K1: number;
  readonly flux: number;
}

/** Covariances of sampling errors, bands `[M * bandWidth(M)]` each; see `sampling_covariance.ts`. */
export interface SamplingCovariance {
  /** Of the mean fluxes. */
  readonly flux: readonly number[];
  /** Of the mean `z` at `t0` (rows) with the mean fluxes (columns). */
  readonly cross: readonly number[];
  /** Of the mean `z` at `t0`. */
  readonly field: readonly number[];
}

/** A goodness of fit. */
export interface ChiSquare {
  readonly value: number;
  readonly degreesOfFreedom: number;
  /** Probability of a larger value if the model holds. */
  readonly pValue: number;
}

/**
 * What the nodes of one ring say of the law, with errors: a profile's, or those of a line of nodes along an axis of a
 * torus. All that training and reports take. JSON-serialisable.
 */
export interface RingEstimate {
  readonly profileName: string;
  /** Which of a torus' lines it is; absent of a ring. */
  readonly line?: { readonly axis: number; readonly number: number };
  /** Independent pieces behind the covariances. */
  readonly realizations: number;
  readonly nodalDensityRule: NodalDensityRule;
  /** `[M]`, nodal density. */
  readonly density: readonly number[];
  /**
   * `[M]`, nodal density by the consistent rule: its linear interpolant has the true mean on every
   * element up to `O(Delta^4)`, so these are the arguments that make `K1(a, b)` a function of two
   * densities.
   */
  readonly elementDensity: readonly number[];
  /** `[M]`, best estimate of `K_{e,e+1}`; of a line that of a ring with its mobility, `-m/Delta`. */
  readonly K1: readonly number[];
  readonly K1StandardError: readonly number[];
  /** `[M]`, best estimate of the element currents. */
  readonly flux: readonly number[];
  /** Horizon that they are means over; absent of a line, whose densities other lines' fluxes change as well. */
  readonly fluxHorizon?: number;
  readonly fluxStandardError: readonly number[];
  /** Band `[M * bandWidth(M)]`, covariance of the best flux errors; neighbours' errors are correlated. */
  readonly fluxCovariance: readonly number[];
  /** Variance of one constant common to all fluxes, on top of both covariances of fluxes; 0 if it is known. */
  readonly circulationVariance: number;
  /** How these errors go with those of the densities: what is left of them at measured densities. */
  readonly samplingCovariance: SamplingCovariance;
  /** What a user should know before trusting the numbers; empty if nothing. */
  readonly warnings: readonly string[];
  /** Of a line, where several were recorded; a ring's are among its diagnostics. */
  readonly windows?: WindowMobilities;
}

/** The mobility of each window beside the instantaneous one, both as entries `K1`. */
export interface WindowMobilities {
  /** Macroscopic, ascending. */
  readonly hs: readonly number[];
  /** The shortest that is long for particles. */
  readonly shortest: number;
  readonly instantaneousK1: Estimated;
  /** One a window. */
  readonly closedK1: readonly Estimated[];
}

/** Operator entries and currents of one profile of a ring, with all that people look at besides. */
export interface OperatorEstimate extends RingEstimate {
  /** Macroscopic time of the first record, which `density` is of. */
  readonly t0: number;
  /** Horizons, ascending. */
  readonly hs: readonly number[];
  readonly densityStandardError: readonly number[];
  readonly elementDensityStandardError: readonly number[];
  /** Band `[M * bandWidth(M)]`, covariance of the best `K1` errors. */
  readonly K1Covariance: readonly number[];
  /** `[M]`, `dz_i/dt`. */
  readonly drift: readonly number[];
  readonly driftStandardError: readonly number[];
  /** Which estimator produced the best `K1` and flux. */
  readonly estimator: string;
  /** Which of the flux estimates is the best one; forces at the start are those of particles on no lattice. */
  readonly fluxEstimator: "smooth windows" | "element windows" | "forces";
  /** Horizons that the best values were taken from. */
  readonly K1Horizon: number;
  readonly fluxHorizon: number;
  readonly diagnostics: EstimateDiagnostics;
}

/** What people look at, and no later stage: other estimators, other horizons, goodness of fits. */
export interface EstimateDiagnostics {
  /** Per horizon: Eq. (6) from snapshots alone. */
  readonly classic: readonly HorizonEstimate[];
  /** Per horizon: with martingale control variates; empty if the record lacks them. */
  readonly controlVariate: readonly HorizonEstimate[];
  readonly varianceReduction: readonly VarianceReduction[];
  /** Per horizon; empty if the record lacks control variates. */
  readonly optimalCoefficient: readonly OptimalCoefficient[];
  /** Horizons between microscopic and macroscopic times; the extrapolation uses those inside. */
  readonly window: HorizonWindow;
  /** `D` of the profile as measured, where {@link EstimateOptions.windows} were given. */
  readonly diffusivity?: {
    readonly value: number;
    readonly standardError: number;
    readonly from: "fluxes" | "fluctuations";
  };
  /** What a start under a known potential adds to the fluxes. */
  readonly potential?: {
    /** Of its fluxes; the measured ones have the rest. */
    readonly weight: number;
    /** Whether both agree. */
    readonly chiSquare: ChiSquare;
  };
  /** `K1` of Eq. (6) extrapolated to `h -> 0` in `sqrt(h)`; null with fewer than two horizons. */
  readonly extrapolated: (Estimated & { readonly chiSquare: ChiSquare | null }) | null;
  /** Whether the closed `K1` agrees between the shortest and the longest horizon. */
  readonly closureChiSquare: ChiSquare | null;
  /** Whether smooth and element windows give the same fluxes; null without control variates. */
  readonly smoothnessChiSquare: ChiSquare | null;
  /** Relative drift of the instantaneous mobility over the record, and its standard error. */
  readonly mobilityDrift: { readonly value: number; readonly standardError: number } | null;
  /**
   * `K1` of the instantaneous mobility, from the brackets over the longest horizon; absent in older estimates, null
   * without control variates.
   */
  readonly instantaneousK1?: Estimated | null;
  /** Per horizon what memory of the currents does to the mobility; absent in older estimates. */
  readonly mobilityMemory?: readonly MobilityMemory[] | null;
}

/** `m(h) / m(0) - 1`, `m(0)` the instantaneous mobility. */
export interface MobilityMemory {
  readonly horizon: number;
  readonly value: number;
  readonly standardError: number;
}

/** Settings of {@link OperatorEstimate}. */
export interface EstimateOptions {
  /** Inverse temperature; 1 when absent. */
  readonly beta?: number;
  /** `"fourth-order"` when absent. */
  readonly nodalDensityRule?: NodalDensityRule;
  /**
   * Horizons, of the record's, that the mobility and the fluxes are taken from, for particles that no lattice counts:
   * how long they may be is measured. Those inside of the lattice's window when absent.
   */
  readonly windows?: {
    readonly mobility: readonly number[];
    readonly fluxes: readonly number[];
  };
  /** What is known of the start, where windows are given; its fluxes alone tell of f'' when absent. */
  readonly start?: KnownStart;
  /** Target relative error of `K1` that warnings refer to; 0.05 when absent. */
  readonly targetError?: number;
}
