/** What one process of the study computes. */
import { classicalRungeKutta, discreteGradient, tensionOf } from "@spiediff/generic";
import { freeTension } from "./_baseline.ts";
import { estimates, learn } from "./_data.ts";
import {
  functionErrors,
  largestDefect,
  predict,
  type Prediction,
  type RawChecks,
  rawSteps,
  reversibleProduction,
  spoiledTension,
} from "./_errors.ts";
import { type MixtureErrors, mixtureErrors } from "./_mixture.ts";
import { particleModes } from "./_particles.ts";

/** One data set, learned and predicted; a seed of two species; or some realizations at N = 1000. */
export type Unit =
  | { readonly kind: "ring"; readonly seed: number; readonly sizes: Sizes }
  | { readonly kind: "mixture"; readonly seed: number; readonly realizations: number }
  | {
    readonly kind: "particles";
    readonly sites: number;
    readonly from: number;
    readonly to: number;
  };

/** Of a data set. */
export interface Sizes {
  readonly profiles: number;
  readonly realizations: number;
  readonly members: number;
}

/** What a data set of the ring gives. */
export interface RingResult {
  readonly kind: "ring";
  readonly errors: Readonly<Record<string, number>>;
  readonly prediction: Prediction;
  readonly scales: readonly number[];
  readonly chiSquares: readonly number[];
  /** Jacobi's identity: of the law and its members, of the control, and of the free tension. */
  readonly jacobi: number;
  readonly control: number;
  readonly free: number;
  /** `L dS/dz` over `L dE/dz`: of a tension of the learned entropy it is 0 with that entropy, by construction. */
  readonly freeProduction: number;
  readonly learnedProduction: number;
  readonly gradientSteps: RawChecks;
  readonly rungeKuttaSteps: RawChecks;
}

export type UnitResult =
  | RingResult
  | { readonly kind: "mixture"; readonly errors: MixtureErrors }
  | { readonly kind: "particles"; readonly rows: number[][] };

/** Steps of the discrete gradient alone: to t = 0.25. */
const STEP = 0.0125, STEPS = 20;

export function compute(unit: Unit): UnitResult {
  if (unit.kind === "mixture") {
    return { kind: "mixture", errors: mixtureErrors(unit.seed, unit.realizations) };
  }
  if (unit.kind === "particles") {
    return { kind: "particles", rows: particleModes(unit.sites, unit.from, unit.to) };
  }
  const { seed, sizes: { profiles, realizations, members } } = unit;
  const data = estimates(seed, profiles, realizations);
  const learned = learn(data, seed, members), tension = freeTension(data);
  const laws = [learned.law, ...learned.members];
  return {
    kind: "ring",
    errors: functionErrors(learned),
    prediction: predict(learned),
    scales: learned.scales,
    chiSquares: learned.chiSquares,
    jacobi: Math.max(...laws.map(({ entropy }) => largestDefect(tensionOf(entropy)))),
    control: largestDefect(spoiledTension(learned.law)),
    free: largestDefect(tension),
    freeProduction: reversibleProduction(tension),
    learnedProduction: reversibleProduction(tensionOf(learned.law.entropy)),
    gradientSteps: rawSteps(learned.law, discreteGradient, STEP, STEPS),
    rungeKuttaSteps: rawSteps(learned.law, classicalRungeKutta, STEP / 4, 4 * STEPS),
  };
}
