import type { Method, Point, RateEvaluator, Refusal, Stepper } from "./method.ts";
import type { Problem } from "./problem.ts";
import {
  firstLength,
  largestDecayRate,
  piController,
  type StepSizeController,
} from "./step_size.ts";

/** Fraction of the stability interval that an adaptive step may use. */
const STABILITY_FRACTION = 0.95;
/** The stiff method takes over where more steps than this would still be held by stability ... */
const STIFF_PAYS = 2000;
/** ... and accuracy would allow steps longer by this factor. */
const HELD_BY_STABILITY = 2;

/** How long the next step is, and which method takes it. */
export class Pace {
  readonly #problem: Problem;
  readonly #evaluator: RateEvaluator;
  #method!: Method;
  #stepper!: Stepper;
  #controller!: StepSizeController;
  #accurate: number;

  /** @param start The point of departure, evaluated. */
  constructor(problem: Problem, evaluator: RateEvaluator, start: Point) {
    this.#problem = problem;
    this.#evaluator = evaluator;
    const { control } = problem;
    this.#accurate = control.kind === "fixed"
      ? control.step
      : control.initialStep ?? firstLength(evaluator.law, start);
    this.#use(problem.method);
  }

  get stepper(): Stepper {
    return this.#stepper;
  }

  /** The length that accuracy allows. */
  get accurate(): number {
    return this.#accurate;
  }

  /** The length that accuracy and stability allow at a point; the stiff method may take over here. */
  lengthAt(from: Point, left: number): number {
    const { law, stiff } = this.#problem;
    const known = law.fillsCurvature && law.fields.length === 1;
    if (!known || this.#method.realStability === Infinity) return this.#accurate;
    const rate = largestDecayRate(law, from.values);
    if (!(rate > 0)) return this.#accurate;
    const stable = STABILITY_FRACTION * this.#method.realStability / rate;
    if (stiff && this.#accurate >= HELD_BY_STABILITY * stable && left > STIFF_PAYS * stable) {
      this.#use(stiff);
      return this.#accurate = stable;
    }
    return Math.min(this.#accurate, stable);
  }

  /** @param ratio Error over tolerance. */
  accepted(h: number, ratio: number): void {
    // A step cut short by an output time says nothing against the length that was proposed.
    const grown = h * this.#controller.accepted(ratio);
    this.#accurate = h < 0.99 * this.#accurate ? Math.max(this.#accurate, grown) : grown;
  }

  refused(h: number, reason: Refusal): void {
    let factor = 0.5;
    if (reason.kind === "error") {
      factor = Number.isFinite(reason.ratio) ? this.#controller.rejected(reason.ratio) : 0.2;
    }
    this.#accurate = h * factor;
  }

  #use(method: Method): void {
    this.#method = method;
    this.#stepper = method.bind(this.#evaluator);
    this.#controller = piController(method.errorOrder);
  }
}
