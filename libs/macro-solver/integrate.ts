import { checkArguments, equalSteps } from "./arguments.ts";
import { type Integration, startIntegration } from "./integration.ts";
import type { Problem } from "./problem.ts";
import type { Sample } from "./types.ts";

/** Fraction of the last step's length below which the rest of an interval is taken whole. */
const SLIVER = 1e-9;

/**
 * Integrates `dz/dt = -K f'` and what other terms the law has, for all members with one common step,
 * yielding the state at each requested time as soon as it is reached.
 *
 * Adaptive control refuses a step when its error estimate is too large, when any stage leaves a
 * domain, or when an invariant of any member goes the wrong way; then the step is shortened and repeated.
 * Where a method's stability, not its accuracy, holds the step, `problem.stiff` takes over if that pays.
 * A stationary state ends the work: the times that remain get it as it is.
 *
 * @throws {RangeError} if an argument is not allowed.
 * @throws {SolverError} if the law gives a value that is not finite, or no step length will do.
 */
export async function* integrate(problem: Problem): AsyncGenerator<Sample, void, void> {
  checkArguments(problem);
  const run = await startIntegration(problem);
  for (const target of problem.times) {
    if (problem.control.kind === "fixed") await stepEqually(run, target, problem.control.step);
    else {
      while (run.time < target && run.stationaryFrom === null) {
        await run.attempt(nextLength(target - run.time, run.proposedLength()), target);
      }
    }
    yield run.sampleAt(target);
  }
}

/** Equal steps of at most a given length. */
async function stepEqually(run: Integration, target: number, step: number): Promise<void> {
  const start = run.time;
  const count = equalSteps(start, target, step);
  for (let n = 1; run.time < target; n++) {
    const end = n >= count ? target : start + n * (target - start) / count;
    await run.attempt(end - run.time, target);
  }
}

/** Avoids a last step that is a sliver: near the target the rest is taken whole or in halves. */
function nextLength(rest: number, h: number): number {
  if (rest <= h * (1 + SLIVER)) return rest;
  return rest < 2 * h ? rest / 2 : h;
}
