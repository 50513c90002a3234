import { memberSize } from "@spiediff/law";
import type { Problem } from "./problem.ts";
import { firstOutside, placeOf } from "./projection.ts";
import type { StepControl } from "./types.ts";

/** @throws {RangeError} with the field, its value and what is allowed. */
export function checkArguments(problem: Problem): void {
  const { law, initialState, times, method, control } = problem;
  if (!Number.isInteger(law.members) || law.members < 1) {
    throw new RangeError(`law.members must be a whole number above 0, not ${law.members}.`);
  }
  const size = law.members * memberSize(law);
  if (initialState.length !== size) {
    throw new RangeError(
      `initialState must hold members * fields * nodes = ${size} values, not ${initialState.length}.`,
    );
  }
  const bad = firstOutside(law, initialState);
  if (bad >= 0) {
    const { field: { name, low, high }, node } = placeOf(law, bad);
    throw new RangeError(
      `initialState of node ${node} has the ${name} ${initialState[bad]}; it must lie strictly ` +
        `between ${low} and ${high}.`,
    );
  }
  if (method.needsCurvature && !(law.fillsCurvature && law.fields.length === 1)) {
    throw new RangeError(
      `The method ${method.name} needs a law of one field that fills its curvature f''.`,
    );
  }
  checkTimes(times, problem.startTime ?? 0);
  checkStepControl(control, times, problem.startTime ?? 0);
}

/** More equal steps than this are not what anybody waits for. */
const MOST_EQUAL_STEPS = 1_000_000;

/**
 * @param names What the caller calls the two lengths.
 * @throws {RangeError} if a length is not positive, or equal steps would be too many.
 */
export function checkStepControl(
  control: StepControl,
  times: readonly number[],
  start: number,
  names = { step: "control.step", tolerance: "control.tolerance" },
): void {
  const [name, amount] = control.kind === "fixed"
    ? [names.step, control.step]
    : [names.tolerance, control.tolerance];
  if (!(amount > 0 && Number.isFinite(amount))) {
    throw new RangeError(`${name} must be positive and finite, not ${amount}.`);
  }
  if (control.kind !== "fixed") return;
  const count = times.reduce(
    (sum, time, i) => sum + equalSteps(i === 0 ? start : times[i - 1], time, amount),
    0,
  );
  if (count > MOST_EQUAL_STEPS) {
    const end = times[times.length - 1];
    throw new RangeError(
      `${name} = ${amount} makes ${count} steps up to time ${end}; at most ${MOST_EQUAL_STEPS} are ` +
        `allowed, so it must be at least ${(end - start) / MOST_EQUAL_STEPS}.`,
    );
  }
}

/** Steps differ from what was asked for by less than this share. */
const SLIVER = 1e-9;

/** How many equal steps of at most `step` lead from one time to another. */
export function equalSteps(from: number, to: number, step: number): number {
  return to > from ? Math.max(1, Math.ceil((to - from) / step - SLIVER)) : 0;
}

/** @throws {RangeError} unless the times are finite and rise from `start` on. */
export function checkTimes(times: readonly number[], start: number): void {
  if (times.length === 0) throw new RangeError("times must name at least one output time.");
  let previous = start;
  times.forEach((time, i) => {
    if (!Number.isFinite(time) || time < previous || (i > 0 && time === previous)) {
      throw new RangeError(
        `times[${i}] is ${time}; times must be finite and rise from ${start} on.`,
      );
    }
    previous = time;
  });
}
