import type { Invariants, LawValues, MacroscopicLaw, StepCounts } from "./types.ts";

/** A point of the trajectory with everything that the law says about it. */
export interface Point {
  /** The state: hat averages `z_i / Delta`, `[members * elements]`. */
  readonly density: Float64Array;
  /** Densities at the nodes, reconstructed from the state: what the law is evaluated at. */
  readonly nodes: Float64Array;
  readonly values: LawValues;
  /** d(rho)/dt `[members * elements]`. */
  readonly rate: Float64Array;
}

/** Evaluates a law at a point: values, checks and rate. Counts into the shared records. */
export interface RateEvaluator {
  readonly law: MacroscopicLaw;
  readonly invariants: Invariants;
  readonly steps: StepCounts;
  /** 1 for each member whose averages stand for its point values. */
  readonly lumped: Uint8Array;
  newPoint(): Point;
  evaluate(point: Point, time: number): Promise<void>;
}

/** Why an attempted step was refused; `index` counts `[members * elements]`. */
export type Refusal =
  | { readonly kind: "error"; readonly ratio: number }
  | { readonly kind: "free-energy"; readonly member: number; readonly rise: number }
  | { readonly kind: "out-of-bounds"; readonly index: number; readonly density: number };

/** What became of an attempted step; after `"done"` the new point is complete, its rate included. */
export type Attempt = "done" | Extract<Refusal, { readonly kind: "out-of-bounds" }>;

/** A one-step method bound to an ensemble; all of its memory is allocated at creation. */
export interface Stepper {
  /** Attempts a step of length `h`, from `from` to `to`, and fills `error` `[members * elements]`. */
  attempt(from: Point, time: number, h: number, to: Point, error: Float64Array): Promise<Attempt>;
}

/** A one-step method as a value. */
export interface Method {
  readonly name: string;
  readonly order: number;
  /** Order of the error estimate's lower companion. */
  readonly errorOrder: number;
  /** `h * lambda` must stay below this on the negative real axis; Infinity where unconditionally stable. */
  readonly realStability: number;
  readonly needsCurvature: boolean;
  bind(evaluator: RateEvaluator): Stepper;
}
