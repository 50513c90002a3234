import { SolverError } from "./errors.ts";
import {
  freeEnergyRounding,
  largestRise,
  masses,
  newInvariants,
  newStepCounts,
  recordMass,
  recordRange,
} from "./invariants.ts";
import type { Point, RateEvaluator, Refusal } from "./method.ts";
import { Pace } from "./pace.ts";
import type { Problem } from "./problem.ts";
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
  const evaluator = rateEvaluator(law, newInvariants(), newStepCounts());
  const start = evaluator.newPoint();
  start.density.set(problem.initialDensity);
  await evaluator.evaluate(start, startTime);
  const freeEnergy = new Float64Array(law.members);
  await law.freeEnergy(start.density, freeEnergy);
  return new Integration(problem, evaluator, start, freeEnergy);
}

/** An integration under way: one state of all members, and what it takes to go on from it. */
export class Integration {
  readonly #problem: Problem;
  readonly #evaluator: RateEvaluator;
  readonly #pace: Pace;
  readonly #end: number;
  readonly #shortest: number;
  readonly #initialMass: Float64Array;
  readonly #mass: Float64Array;
  readonly #error: Float64Array;
  #from: Point;
  #to: Point;
  #freeEnergy: Float64Array;
  #nextFreeEnergy: Float64Array;
  #time: number;
  #stationaryFrom: number | null = null;
  #refusal: Refusal | undefined;
  #rises = 0;

  /** @param start, freeEnergy The point of departure, evaluated. */
  constructor(
    problem: Problem,
    evaluator: RateEvaluator,
    start: Point,
    freeEnergy: Float64Array,
  ) {
    const { members, elements } = problem.law;
    this.#problem = problem;
    this.#evaluator = evaluator;
    this.#pace = new Pace(problem, evaluator, start);
    this.#time = problem.startTime ?? 0;
    this.#end = problem.times[problem.times.length - 1];
    this.#shortest = USELESS * Math.min(1, this.#end - this.#time);
    this.#initialMass = new Float64Array(members);
    this.#mass = new Float64Array(members);
    this.#error = new Float64Array(members * elements);
    [this.#from, this.#to] = [start, evaluator.newPoint()];
    [this.#freeEnergy, this.#nextFreeEnergy] = [freeEnergy, new Float64Array(members)];
    masses(start.density, elements, this.#initialMass);
    recordRange(evaluator.invariants, start.density);
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
    if (reason.kind === "free-energy") await this.#lumpIfPatienceEnds(reason.member);
  }

  sampleAt(target: number): Sample {
    return {
      time: target,
      density: this.#from.density.slice(),
      freeEnergy: this.#freeEnergy.slice(),
      stationaryFrom: this.#stationaryFrom,
      invariants: { ...this.#evaluator.invariants },
      steps: { ...this.#evaluator.steps },
    };
  }

  #outsideAt(outcome: Refusal, h: number): Refusal {
    this.#evaluator.steps.rejectedForBounds++;
    if (this.#problem.control.kind === "fixed") {
      throw new SolverError(
        "out-of-bounds",
        `A density left (0, 1) at time ${this.#time} with the fixed step ${h}; use a smaller step.`,
      );
    }
    return outcome;
  }

  /** Why a completed attempt is refused, if it is; else the next length is proposed. */
  async #judge(h: number): Promise<Refusal | undefined> {
    const { law, control } = this.#problem;
    const { invariants, steps } = this.#evaluator;
    const pending = law.freeEnergy(this.#to.density, this.#nextFreeEnergy);
    if (pending !== undefined) await pending;
    const { member, rise } = largestRise(this.#freeEnergy, this.#nextFreeEnergy);
    if (Number.isNaN(rise)) {
      const time = this.#time + h;
      throw new SolverError("not-finite", `The free energy at time ${time} is not a number.`);
    }
    if (control.kind === "adaptive") {
      const ratio = maxAbs(this.#error) / control.tolerance;
      if (!(ratio <= 1)) {
        steps.rejectedForError++;
        return { kind: "error", ratio };
      }
      if (rise > freeEnergyRounding(this.#freeEnergy) + law.freeEnergyAccuracy) {
        steps.rejectedForFreeEnergy++;
        return { kind: "free-energy", member, rise };
      }
      this.#pace.accepted(h, ratio);
    }
    invariants.maxFreeEnergyRise = Math.max(invariants.maxFreeEnergyRise, rise);
    return undefined;
  }

  /**
   * Where f is not convex, point values of high order may let F rise, whatever the step; averages alone
   * are an exact gradient flow of it.
   */
  async #lumpIfPatienceEnds(member: number): Promise<void> {
    const { lumped, invariants } = this.#evaluator;
    if (++this.#rises < PATIENCE || lumped[member] === 1) return;
    lumped[member] = 1;
    invariants.lumpedMembers++;
    this.#rises = 0;
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
    const { steps, invariants } = this.#evaluator;
    const { control, law, onStep } = this.#problem;
    steps.accepted++;
    steps.smallestStep = Math.min(steps.smallestStep, h);
    steps.largestStep = Math.max(steps.largestStep, h);
    this.#time = reached;
    this.#refusal = undefined;
    this.#rises = 0;
    [this.#from, this.#to] = [this.#to, this.#from];
    [this.#freeEnergy, this.#nextFreeEnergy] = [this.#nextFreeEnergy, this.#freeEnergy];
    recordRange(invariants, this.#from.density);
    masses(this.#from.density, law.elements, this.#mass);
    recordMass(invariants, this.#initialMass, this.#mass);
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
