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
import type { Point, Refusal } from "./method.ts";
import { rateEvaluator } from "./rate.ts";
import { stepUnderflow } from "./refusal.ts";
import { isStationary } from "./stationary.ts";
import { firstLength, largestDecayRate, piController } from "./step_size.ts";
import type { Problem } from "./problem.ts";
import type { Sample } from "./types.ts";

const DEFAULT_MAXIMUM_STEPS = 200_000;
/** Fraction of the stability interval that an adaptive step may use. */
const STABILITY_FRACTION = 0.95;
/** The stiff method takes over where more steps than this would still be held by stability ... */
const STIFF_PAYS = 2000;
/** ... and accuracy would allow steps longer by this factor. */
const HELD_BY_STABILITY = 2;
/** A step below this share of the time that is left, or of the diffusive unit of time, is hopeless. */
const USELESS = 1e-10;

/** An integration under way: one state of all members, and what it takes to go on from it. */
export interface Integration {
  readonly time: number;
  /** The time from which on the state is stationary; null before. */
  readonly stationaryFrom: number | null;
  /** The length that accuracy and stability allow; the stiff method may take over here. */
  proposedLength(): number;
  /** Attempts one step; a refused one shortens the length that is proposed next. */
  attempt(h: number, target: number): Promise<void>;
  sampleAt(target: number): Sample;
}

/** Evaluates the law at the start of a problem. */
export async function newIntegration(problem: Problem): Promise<Integration> {
  const { law, times, control } = problem;
  const { members, elements } = law;
  const invariants = newInvariants();
  const steps = newStepCounts();
  const evaluator = rateEvaluator(law, invariants, steps);
  let method = problem.method;
  let stepper = method.bind(evaluator);
  let controller = piController(method.errorOrder);
  const error = new Float64Array(members * elements);
  const initialMass = new Float64Array(members), mass = new Float64Array(members);
  let freeEnergy = new Float64Array(members), nextFreeEnergy = new Float64Array(members);
  let from: Point = evaluator.newPoint(), to: Point = evaluator.newPoint();
  const end = times[times.length - 1];
  let time = problem.startTime ?? 0;
  let stationaryFrom: number | null = null;
  let refusal: Refusal | undefined;

  from.density.set(problem.initialDensity);
  masses(from.density, elements, initialMass);
  recordRange(invariants, from.density);
  await evaluator.evaluate(from, time);
  law.freeEnergy(from.density, freeEnergy);
  const adaptive = control.kind === "adaptive";
  const maximumSteps = adaptive ? control.maximumSteps ?? DEFAULT_MAXIMUM_STEPS : Infinity;
  const shortest = USELESS * Math.min(1, end - time);
  let proposed = adaptive ? control.initialStep ?? firstLength(from) : NaN;
  findRest();

  return {
    get time() {
      return time;
    },
    get stationaryFrom() {
      return stationaryFrom;
    },
    proposedLength,
    attempt,
    sampleAt,
  };

  function proposedLength(): number {
    if (!law.fillsCurvature || method.realStability === Infinity) return proposed;
    const rate = largestDecayRate(from.values, elements);
    if (!(rate > 0)) return proposed;
    const stable = STABILITY_FRACTION * method.realStability / rate;
    if (
      problem.stiff && proposed >= HELD_BY_STABILITY * stable && end - time > STIFF_PAYS * stable
    ) {
      method = problem.stiff;
      stepper = method.bind(evaluator);
      controller = piController(method.errorOrder);
      return proposed = stable;
    }
    return Math.min(proposed, stable);
  }

  async function attempt(h: number, target: number): Promise<void> {
    problem.signal?.throwIfAborted();
    if (steps.accepted >= maximumSteps) {
      throw new SolverError(
        "step-limit",
        `The integration took ${maximumSteps} steps and reached only time ${time} of ${target}.`,
      );
    }
    requireUsefulStep();
    const reachesTarget = h >= target - time;
    const outcome = await stepper.attempt(from, time, h, to, error);
    const reason = outcome === "done" ? judge(h) : outsideAt(outcome, h);
    if (reason) return refuse(reason, h);
    accept(reachesTarget ? target : time + h, h);
  }

  function outsideAt(outcome: Refusal, h: number): Refusal {
    steps.rejectedForBounds++;
    if (!adaptive) {
      throw new SolverError(
        "out-of-bounds",
        `A density left (0, 1) at time ${time} with the fixed step ${h}; use a smaller step.`,
      );
    }
    return outcome;
  }

  /** Why a completed attempt is refused, if it is; else the next length is proposed. */
  function judge(h: number): Refusal | undefined {
    law.freeEnergy(to.density, nextFreeEnergy);
    const { member, rise } = largestRise(freeEnergy, nextFreeEnergy);
    if (Number.isNaN(rise)) {
      throw new SolverError("not-finite", `The free energy at time ${time + h} is not a number.`);
    }
    if (adaptive) {
      const ratio = maxAbs(error) / control.tolerance;
      if (!(ratio <= 1)) {
        steps.rejectedForError++;
        return { kind: "error", ratio };
      }
      if (rise > freeEnergyRounding(freeEnergy) + law.freeEnergyAccuracy) {
        steps.rejectedForFreeEnergy++;
        return { kind: "free-energy", member, rise };
      }
      // A step cut short by an output time says nothing against the length that was proposed.
      const grown = h * controller.accepted(ratio);
      proposed = h < 0.99 * proposed ? Math.max(proposed, grown) : grown;
    }
    invariants.maxFreeEnergyRise = Math.max(invariants.maxFreeEnergyRise, rise);
    return undefined;
  }

  function refuse(reason: Refusal, h: number): void {
    refusal = reason;
    proposed = h * shrink(reason);
    requireUsefulStep();
  }

  function requireUsefulStep(): void {
    if (proposed < shortest) throw stepUnderflow(law, from, time, proposed, refusal);
  }

  function shrink(reason: Refusal): number {
    if (reason.kind !== "error") return 0.5;
    return Number.isFinite(reason.ratio) ? controller.rejected(reason.ratio) : 0.2;
  }

  function accept(reached: number, h: number): void {
    steps.accepted++;
    steps.smallestStep = Math.min(steps.smallestStep, h);
    steps.largestStep = Math.max(steps.largestStep, h);
    time = reached;
    refusal = undefined;
    [from, to] = [to, from];
    [freeEnergy, nextFreeEnergy] = [nextFreeEnergy, freeEnergy];
    recordRange(invariants, from.density);
    masses(from.density, elements, mass);
    recordMass(invariants, initialMass, mass);
    findRest();
    const length = adaptive ? Math.max(proposed, h) : h;
    const left = stationaryFrom === null ? Math.ceil((end - time) / length) : 0;
    problem.onStep?.({ time, end, done: steps.accepted, total: steps.accepted + left });
  }

  function findRest(): void {
    if (adaptive && isStationary(law, from, control.tolerance)) stationaryFrom ??= time;
  }

  function sampleAt(target: number): Sample {
    return {
      time: target,
      density: from.density.slice(),
      freeEnergy: freeEnergy.slice(),
      stationaryFrom,
      invariants: { ...invariants },
      steps: { ...steps },
    };
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
