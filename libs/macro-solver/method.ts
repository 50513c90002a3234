import type { Law, LawValues } from "@spiediff/law";
import type { Checks, StepCounts } from "./types.ts";

/** A point of the trajectory with everything that the law says about it; arrays as in `Law`. */
export interface Point {
  /** Averages. */
  readonly state: Float64Array;
  /** Point values at the nodes, made of them: what the law is evaluated at. */
  readonly nodes: Float64Array;
  readonly values: LawValues;
  /** d(state)/dt. */
  readonly rate: Float64Array;
}

/** Evaluates a law at a point: values, checks and rate. Counts into the shared records. */
export interface RateEvaluator {
  readonly law: Law;
  readonly checks: Checks;
  readonly steps: StepCounts;
  /** 1 for each member whose averages stand for its point values. */
  readonly lumped: Uint8Array;
  newPoint(): Point;
  evaluate(point: Point, time: number): Promise<void>;
}

/** Why an attempted step was refused; `index` counts the state. */
export type Refusal =
  | { readonly kind: "error"; readonly ratio: number }
  | {
    readonly kind: "invariant";
    readonly name: string;
    readonly member: number;
    /** Change over the step; its sign is the forbidden one. */
    readonly change: number;
  }
  | { readonly kind: "out-of-bounds"; readonly index: number; readonly value: number };

/** What became of an attempted step; after `"done"` the new point is complete, its rate included. */
export type Attempt = "done" | Extract<Refusal, { readonly kind: "out-of-bounds" }>;

/** A one-step method bound to an ensemble; all of its memory is allocated at creation. */
export interface Stepper {
  /** Attempts a step of length `h`, from `from` to `to`, and fills `error`, an array like the state. */
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
  /** Whether it needs a law of one field that fills its curvature. */
  readonly needsCurvature: boolean;
  bind(evaluator: RateEvaluator): Stepper;
}
