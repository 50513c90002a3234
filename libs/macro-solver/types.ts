/**
 * The whole idea of this package in types: a law gives K and f' for a density, a method turns them
 * into a step, a step control chooses its length, and `integrate` reports what was kept exact.
 *
 * Shapes: every field of `members` independent systems is one flat array `[members * elements]`,
 * member-major; element `e` couples the nodes `e` and `(e + 1) % elements` of its own member.
 */

/** What a law fills in for one density field; all `[members * elements]`. */
export interface LawValues {
  /** Off-diagonal operator entry `K1[e] = K_{e,e+1} <= 0`. */
  readonly K1: Float64Array;
  /** Driving force `f'(rho)` at the nodes. */
  readonly drivingForce: Float64Array;
  /** `f''(rho)` at the nodes; filled only by laws with `fillsCurvature`. */
  readonly curvature: Float64Array;
}

/**
 * The macroscopic law `dz/dt = -K(rho) f'(rho)` of an ensemble. Its state are hat averages `z / Delta`; K
 * and f' are read at the densities rho of the nodes, reconstructed from them.
 */
export interface MacroscopicLaw {
  readonly members: number;
  readonly elements: number;
  readonly fillsCurvature: boolean;
  /** Absolute error of `freeEnergy` that is not the integrator's fault; 0 where f' = df/drho exactly. */
  readonly freeEnergyAccuracy: number;
  /** Absolute rounding of `drivingForce`; 0 where it is computed in double precision. */
  readonly drivingForceRounding: number;
  /** Fills `out` for densities at the nodes, every one of which lies inside (0, 1). */
  evaluate(density: Float64Array, time: number, out: LawValues): void | Promise<void>;
  /** Fills `out` `[members]` with `F = Delta * sum_i f(z_i / Delta)` of the averages. */
  freeEnergy(averages: Float64Array, out: Float64Array): void | Promise<void>;
}

/** How the length of a step is chosen. */
export type StepControl =
  | { readonly kind: "fixed"; readonly step: number }
  | {
    readonly kind: "adaptive";
    /** Largest local error of any nodal density in one step. */
    readonly tolerance: number;
    readonly initialStep?: number;
    readonly maximumSteps?: number;
  };

/** What was checked on the way; every count covers all members, elements and stages so far. */
export interface Invariants {
  /** Largest `|mass(t) - mass(0)| / mass(0)` of any member at the end of any step. */
  maxMassDrift: number;
  /** Largest rise of any member's discrete free energy over one step; 0 when it never rose. */
  maxFreeEnergyRise: number;
  minDensity: number;
  maxDensity: number;
  /** Operators assembled (one per member and stage), and how many were not PSD *after* projection. */
  operatorsChecked: number;
  operatorsNotPSD: number;
  /** Entries K1 > 0 that were set to 0; above zero is a warning to the user. */
  projections: number;
  /** Members that went on without point values of high order, since these made F rise (f not convex). */
  lumpedMembers: number;
}

/** How the work was spent. */
export interface StepCounts {
  accepted: number;
  rejectedForError: number;
  rejectedForFreeEnergy: number;
  rejectedForBounds: number;
  lawEvaluations: number;
  smallestStep: number;
  largestStep: number;
}

/** The state at a requested time; the arrays are the caller's to keep. */
export interface Sample {
  readonly time: number;
  readonly density: Float64Array;
  readonly freeEnergy: Float64Array;
  /** From when on the state is stationary, hence the same at all later times; null before. */
  readonly stationaryFrom: number | null;
  readonly invariants: Readonly<Invariants>;
  readonly steps: Readonly<StepCounts>;
}
