/**
 * The whole idea of this package in types: a law (libs/law) gives mobilities and driving forces for a
 * state, a method turns them into a step, a step control chooses its length, and `integrate` reports what
 * was kept exact.
 *
 * Shapes: a state is one flat array `[members][fields][nodes]`.
 */

/** How the length of a step is chosen. */
export type StepControl =
  | { readonly kind: "fixed"; readonly step: number }
  | {
    readonly kind: "adaptive";
    /** Largest local error of any average in one step. */
    readonly tolerance: number;
    readonly initialStep?: number;
    readonly maximumSteps?: number;
  };

/** What was checked on the way; every count covers all members and stages so far. */
export interface Checks {
  /**
   * By name of each of the law's invariants the worst of any member: of one that stays its largest
   * relative change since the start, of others their largest change the wrong way over one step.
   */
  violation: Record<string, number>;
  /** Least and greatest average of each field. */
  readonly least: number[];
  readonly greatest: number[];
  /** Operators assembled (one per member and stage), and how many were not PSD *after* projection. */
  operatorsChecked: number;
  operatorsNotPSD: number;
  /** Mobilities below 0 that were set to 0; above zero is a warning to the user. */
  projections: number;
  /** Members that went on without point values of high order, since these made F rise (f not convex). */
  lumpedMembers: number;
}

/** How the work was spent. */
export interface StepCounts {
  accepted: number;
  rejectedForError: number;
  rejectedForInvariant: number;
  rejectedForBounds: number;
  lawEvaluations: number;
  smallestStep: number;
  largestStep: number;
}

/** The state at a requested time; the arrays are the caller's to keep. */
export interface Sample {
  readonly time: number;
  /** Averages, `[members][fields][nodes]`. */
  readonly state: Float64Array;
  /** By name of each invariant its value, `[members]`. */
  readonly values: Readonly<Record<string, Float64Array>>;
  /** From when on the state is stationary, hence the same at all later times; null before. */
  readonly stationaryFrom: number | null;
  readonly checks: Readonly<Checks>;
  readonly steps: Readonly<StepCounts>;
}
