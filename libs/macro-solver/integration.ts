import type { Law } from "@spiediff/law";
import {
  copyOf,
  largestDrift,
  newChecks,
  newStepCounts,
  recordRange,
  roundingOf,
  worstChange,
} from "./checks.ts";
import { SolverError } from "./errors.ts";
import type { Attempt, Point, RateEvaluator, Refusal } from "./method.ts";
import { Pace } from "./pace.ts";
import type { Problem } from "./problem.ts";
import { placeOf } from "./projection.ts";
import { rateEvaluator } from "./rate.ts";
import { stepUnderflow } from "./refusal.ts";
import { isStationary } from "./stationary.ts";
import type { Sample } from "./types.ts";

const DEFAULT_MAXIMUM_STEPS = 200_000;
/** A step below this share of the time that is left, or of the diffusive unit of time, is hopeless. */
const USELESS = 1e-10;
/** After so many rises of its free energy in a row, a member's averages stand for its point values. */
const PATIENCE = 4;

/** Evaluates the law at the start of a problem. */
export async function startIntegration(problem: Problem): Promise<Integration> {
  const { law, startTime = 0 } = problem;
  const evaluator = rateEvaluator(law, newChecks(law), newStepCounts());
  const start = evaluator.newPoint();
  start.state.set(problem.initialState);
  await evaluator.evaluate(start, startTime);
  const values = newValues(law);
  await fillValues(law, start.state, values);
  return new Integration(problem, evaluator, start, values);
}

/** Of each invariant, `[members]`. */
const newValues = (law: Law) => law.invariants.map(() => new Float64Array(law.members));

async function fillValues(law: Law, state: Float64Array, values: Float64Array[]): Promise<void> {
  for (const [k, invariant] of law.invariants.entries()) {
    const pending = invariant.value(state, values[k]);
    if (pending !== undefined) await pending;
  }
}

/** An integration under way: one state of all members, and what it takes to go on from it. */
export class Integration {
  readonly #problem: Problem;
  readonly #evaluator: RateEvaluator;
  readonly #pace: Pace;
  readonly #end: number;
  readonly #shortest: number;
  readonly #initialValues: Float64Array[];
  readonly #error: Float64Array;
  #from: Point;
  #to: Point;
  #values: Float64Array[];
  #nextValues: Float64Array[];
  #time: number;
  #stationaryFrom: number | null = null;
  #refusal: Refusal | undefined;
  #refusedByInvariant = 0;

  /** @param start, values The point of departure, evaluated. */
  constructor(problem: Problem, evaluator: RateEvaluator, start: Point, values: Float64Array[]) {
    const { law } = problem;
    this.#problem = problem;
    this.#evaluator = evaluator;
    this.#pace = new Pace(problem, evaluator, start);
    this.#time = problem.startTime ?? 0;
    this.#end = problem.times[problem.times.length - 1];
    this.#shortest = USELESS * Math.min(1, this.#end - this.#time);
    this.#initialValues = values.map((each) => each.slice());
    this.#error = new Float64Array(start.state.length);
    [this.#from, this.#to] = [start, evaluator.newPoint()];
    [this.#values, this.#nextValues] = [values, newValues(law)];
    recordRange(evaluator.checks, law, start.state);
    this.#findRest();
  }

  get time(): number {
    return this.#time;
  }

  /** The time from which on the state is stationary; null before. */
  get stationaryFrom(): number | null {
    return this.#stationaryFrom;
  }

  /** The length that accuracy and stability allow; the stiff method may take over here. */
  proposedLength(): number {
    return this.#pace.lengthAt(this.#from, this.#end - this.#time);
  }

  /** Attempts one step; a refused one shortens the length that is proposed next. */
  async attempt(h: number, target: number): Promise<void> {
    this.#problem.signal?.throwIfAborted();
    this.#requireStepsLeft(target);
    this.#requireUsefulStep();
    const reachesTarget = h >= target - this.#time;
    const outcome = await this.#pace.stepper.attempt(
      this.#from,
      this.#time,
      h,
      this.#to,
      this.#error,
    );
    const reason = outcome === "done" ? await this.#judge(h) : this.#outsideAt(outcome, h);
    if (reason === undefined) return this.#accept(reachesTarget ? target : this.#time + h, h);
    this.#refusal = reason;
    this.#pace.refused(h, reason);
    this.#requireUsefulStep();
    if (reason.kind === "invariant") await this.#lumpIfPatienceEnds(reason.member);
  }

  sampleAt(target: number): Sample {
    const { invariants } = this.#problem.law;
    return {
      time: target,
      state: this.#from.state.slice(),
      values: Object.fromEntries(
        invariants.map(({ name }, k) => [name, this.#values[k].slice()]),
      ),
      stationaryFrom: this.#stationaryFrom,
      checks: copyOf(this.#evaluator.checks),
      steps: { ...this.#evaluator.steps },
    };
  }

  #outsideAt(outcome: Exclude<Attempt, "done">, h: number): Refusal {
    const { control, law } = this.#problem;
    this.#evaluator.steps.rejectedForBounds++;
    if (control.kind === "fixed") {
      const { name, low, high } = placeOf(law, outcome.index).field;
      throw new SolverError(
        "out-of-bounds",
        `A ${name} left (${low}, ${high}) at time ${this.#time} with the fixed step ${h}; ` +
          "use a smaller step.",
      );
    }
    return outcome;
  }

  /** Why a completed attempt is refused, if it is; else the next length is proposed. */
  async #judge(h: number): Promise<Refusal | undefined> {
    const { law, control } = this.#problem;
    const { checks, steps } = this.#evaluator;
    await fillValues(law, this.#to.state, this.#nextValues);
    const worst = this.#worstChanges(h);
    if (control.kind === "adaptive") {
      const ratio = maxAbs(this.#error) / control.tolerance;
      if (!(ratio <= 1)) {
        steps.rejectedForError++;
        return { kind: "error", ratio };
      }
      for (const { k, member, change } of worst) {
        const { name, may, accuracy } = law.invariants[k];
        if (!(change > roundingOf(this.#values[k]) + accuracy)) continue;
        steps.rejectedForInvariant++;
        return { kind: "invariant", name, member, change: may === "rise" ? -change : change };
      }
      this.#pace.accepted(h, ratio);
    }
    for (const { k, change } of worst) {
      const { name } = law.invariants[k];
      checks.violation[name] = Math.max(checks.violation[name], change);
    }
    return undefined;
  }

  /** Of each invariant that may go one way, how far its worst member went the other. */
  #worstChanges(h: number) {
    return this.#problem.law.invariants.flatMap((invariant, k) => {
      if (invariant.may === "stay" || invariant.may === "change") return [];
      const worst = worstChange(invariant, this.#values[k], this.#nextValues[k]);
      if (Number.isNaN(worst.change)) {
        const time = this.#time + h;
        throw new SolverError(
          "not-finite",
          `The ${invariant.name} at time ${time} is not a number.`,
        );
      }
      return [{ k, ...worst }];
    });
  }

  /**
   * Where f is not convex, point values of high order may let F rise, whatever the step; averages alone
   * are an exact gradient flow of it.
   */
  async #lumpIfPatienceEnds(member: number): Promise<void> {
    const { lumped, checks } = this.#evaluator;
    if (++this.#refusedByInvariant < PATIENCE || lumped[member] === 1) return;
    lumped[member] = 1;
    checks.lumpedMembers++;
    this.#refusedByInvariant = 0;
    await this.#evaluator.evaluate(this.#from, this.#time);
  }

  #requireStepsLeft(target: number): void {
    const { control } = this.#problem;
    if (control.kind === "fixed") return;
    const most = control.maximumSteps ?? DEFAULT_MAXIMUM_STEPS;
    if (this.#evaluator.steps.accepted < most) return;
    throw new SolverError(
      "step-limit",
      `The integration took ${most} steps and reached only time ${this.#time} of ${target}.`,
    );
  }

  #requireUsefulStep(): void {
    const { accurate } = this.#pace;
    if (this.#problem.control.kind === "fixed" || accurate >= this.#shortest) return;
    throw stepUnderflow(this.#problem.law, this.#from, this.#time, accurate, this.#refusal);
  }

  #accept(reached: number, h: number): void {
    const { steps, checks } = this.#evaluator;
    const { control, law, onStep } = this.#problem;
    steps.accepted++;
    steps.smallestStep = Math.min(steps.smallestStep, h);
    steps.largestStep = Math.max(steps.largestStep, h);
    this.#time = reached;
    this.#refusal = undefined;
    this.#refusedByInvariant = 0;
    [this.#from, this.#to] = [this.#to, this.#from];
    [this.#values, this.#nextValues] = [this.#nextValues, this.#values];
    recordRange(checks, law, this.#from.state);
    law.invariants.forEach(({ name, may }, k) => {
      if (may !== "stay") return;
      const drift = largestDrift(this.#initialValues[k], this.#values[k]);
      checks.violation[name] = Math.max(checks.violation[name], drift);
    });
    this.#findRest();
    const length = control.kind === "adaptive" ? Math.max(this.#pace.accurate, h) : h;
    const left = this.#stationaryFrom === null ? Math.ceil((this.#end - reached) / length) : 0;
    onStep?.({
      time: reached,
      end: this.#end,
      done: steps.accepted,
      total: steps.accepted + left,
    });
  }

  #findRest(): void {
    const { control, law } = this.#problem;
    if (control.kind === "adaptive" && isStationary(law, this.#from, control.tolerance)) {
      this.#stationaryFrom ??= this.#time;
    }
  }
}

function maxAbs(values: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]);
    if (!(size <= largest)) largest = size;
  }
  return largest;
}
