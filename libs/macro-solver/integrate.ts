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
import type { Method, Point } from "./method.ts";
import { checkArguments } from "./arguments.ts";
import { rateEvaluator } from "./rate.ts";
import { largestDecayRate, piController } from "./step_size.ts";
import type { MacroscopicLaw, Sample, StepControl } from "./types.ts";

/** What `integrate` needs to know; law, method and step control are independent values. */
export interface Problem {
  readonly law: MacroscopicLaw;
  /** Lumped nodal densities `[members * elements]`, all inside (0, 1); not modified. */
  readonly initialDensity: Float64Array;
  /** Rising times, the first not before `startTime`; each is reached exactly. */
  readonly times: readonly number[];
  readonly startTime?: number;
  readonly method: Method;
  readonly control: StepControl;
  /** Stops between two steps; the reason is thrown. */
  readonly signal?: AbortSignal;
}

const DEFAULT_MAXIMUM_STEPS = 200_000;
/** Fraction of the stability interval that an adaptive step may use. */
const STABILITY_FRACTION = 0.95;

/**
 * Integrates `d rho/dt = -(1/Delta) K f'` for all members with one common step, yielding the state
 * at each requested time as soon as it is reached.
 *
 * Adaptive control refuses a step when its error estimate is too large, when any stage leaves
 * (0, 1), or when any member's discrete free energy rises; then the step is shortened and repeated.
 *
 * @throws {RangeError} if an argument is not allowed.
 * @throws {SolverError} if the law gives a value that is not finite, or no step length will do.
 */
export async function* integrate(problem: Problem): AsyncGenerator<Sample, void, void> {
  checkArguments(problem);
  const { law, times, method, control } = problem;
  const { members, elements } = law;
  const invariants = newInvariants();
  const steps = newStepCounts();
  const evaluator = rateEvaluator(law, invariants, steps);
  const stepper = method.bind(evaluator);
  const controller = piController(method.errorOrder);
  const error = new Float64Array(members * elements);
  const initialMass = new Float64Array(members);
  const mass = new Float64Array(members);
  let freeEnergy = new Float64Array(members);
  let nextFreeEnergy = new Float64Array(members);
  let from: Point = evaluator.newPoint();
  let to: Point = evaluator.newPoint();

  let time = problem.startTime ?? 0;
  from.density.set(problem.initialDensity);
  masses(from.density, elements, initialMass);
  recordRange(invariants, from.density);
  await evaluator.evaluate(from, time);
  law.freeEnergy(from.density, freeEnergy);
  let proposed = control.kind === "adaptive" ? control.initialStep ?? firstStep(from) : NaN;
  // More than 1e10 equal steps cannot be meant; a shorter transient step than this is hopeless.
  const smallestUsefulStep = 1e-10 * (times[times.length - 1] - time);
  const maximumSteps = control.kind === "adaptive"
    ? control.maximumSteps ?? DEFAULT_MAXIMUM_STEPS
    : Infinity;

  for (const target of times) {
    const fixedCount = control.kind === "fixed"
      ? Math.max(1, Math.ceil((target - time) / control.step - 1e-9))
      : 0;
    const intervalStart = time;
    for (let n = 0; time < target; n++) {
      problem.signal?.throwIfAborted();
      if (steps.accepted >= maximumSteps) {
        throw new SolverError(
          "step-limit",
          `The integration took ${maximumSteps} steps and reached only time ${time} of ${target}.`,
        );
      }
      refuseUselessStep();
      const h = control.kind === "fixed"
        ? (n === fixedCount - 1
          ? target - time
          : intervalStart + (n + 1) * (target - intervalStart) / fixedCount - time)
        : nextLength(target - time, stabilityLimited(proposed, from));
      const reachesTarget = h >= target - time;
      const outcome = await stepper.attempt(from, time, h, to, error);
      const verdict = outcome === "done" ? judge(h) : refuseBounds(h);
      if (verdict !== "accept") continue;
      steps.accepted++;
      steps.smallestStep = Math.min(steps.smallestStep, h);
      steps.largestStep = Math.max(steps.largestStep, h);
      time = reachesTarget ? target : time + h;
      [from, to] = [to, from];
      [freeEnergy, nextFreeEnergy] = [nextFreeEnergy, freeEnergy];
      recordRange(invariants, from.density);
      masses(from.density, elements, mass);
      recordMass(invariants, initialMass, mass);
    }
    yield {
      time: target,
      density: from.density.slice(),
      freeEnergy: freeEnergy.slice(),
      invariants: { ...invariants },
      steps: { ...steps },
    };
  }

  /** Accepts or refuses a completed attempt, and in adaptive control proposes the next length. */
  function judge(h: number): "accept" | "refuse" {
    law.freeEnergy(to.density, nextFreeEnergy);
    const rise = largestRise(freeEnergy, nextFreeEnergy);
    if (Number.isNaN(rise)) {
      throw new SolverError("not-finite", `The free energy at time ${time + h} is not a number.`);
    }
    if (control.kind === "adaptive") {
      const ratio = maxAbs(error) / control.tolerance;
      if (!(ratio <= 1)) {
        steps.rejectedForError++;
        shorten(h, Number.isFinite(ratio) ? controller.rejected(ratio) : 0.2);
        return "refuse";
      }
      if (rise > freeEnergyRounding(freeEnergy) + law.freeEnergyAccuracy) {
        steps.rejectedForFreeEnergy++;
        shorten(h, 0.5);
        return "refuse";
      }
      // A step cut short by an output time says nothing against the length that was proposed.
      const grown = h * controller.accepted(ratio);
      proposed = h < 0.99 * proposed ? Math.max(proposed, grown) : grown;
    }
    invariants.maxFreeEnergyRise = Math.max(invariants.maxFreeEnergyRise, rise);
    return "accept";
  }

  function refuseBounds(h: number): "refuse" {
    steps.rejectedForBounds++;
    if (control.kind === "fixed") {
      throw new SolverError(
        "out-of-bounds",
        `A density left (0, 1) at time ${time} with the fixed step ${h}; use a smaller step.`,
      );
    }
    shorten(h, 0.5);
    return "refuse";
  }

  function shorten(h: number, factor: number): void {
    proposed = h * factor;
    refuseUselessStep();
  }

  function refuseUselessStep(): void {
    if (proposed < smallestUsefulStep) {
      throw new SolverError(
        "step-underflow",
        `No step length down to ${proposed} at time ${time} keeps the density inside (0, 1) and ` +
          `the free energy from rising; the law is too stiff or inconsistent.`,
      );
    }
  }

  function stabilityLimited(h: number, point: Point): number {
    if (!law.fillsCurvature || method.realStability === Infinity) return h;
    const rate = largestDecayRate(point.values, elements);
    return rate > 0 ? Math.min(h, STABILITY_FRACTION * method.realStability / rate) : h;
  }
}

/** Avoids a last step that is a sliver: near the target the rest is taken whole or in halves. */
function nextLength(rest: number, h: number): number {
  if (rest <= h * (1 + 1e-9)) return rest;
  return rest < 2 * h ? rest / 2 : h;
}

/** A first length that moves no density by more than a hundredth of its distance to the bounds. */
function firstStep(point: Point): number {
  let h = 1e-3;
  for (let i = 0; i < point.density.length; i++) {
    const room = Math.min(point.density[i], 1 - point.density[i]);
    const speed = Math.abs(point.rate[i]);
    if (speed * h > 0.01 * room) h = 0.01 * room / speed;
  }
  return h;
}

function maxAbs(values: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]);
    if (!(size <= largest)) largest = size;
  }
  return largest;
}
