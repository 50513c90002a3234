import type { Problem } from "./integrate.ts";
import { firstOutside } from "./projection.ts";

/** @throws {RangeError} with the field, its value and what is allowed. */
export function checkArguments(problem: Problem): void {
  const { law, initialDensity, times, method, control } = problem;
  if (!Number.isInteger(law.members) || law.members < 1) {
    throw new RangeError(`law.members must be a whole number above 0, not ${law.members}.`);
  }
  if (!Number.isInteger(law.elements) || law.elements < 3) {
    throw new RangeError(`law.elements must be a whole number above 2, not ${law.elements}.`);
  }
  const size = law.members * law.elements;
  if (initialDensity.length !== size) {
    throw new RangeError(
      `initialDensity must hold members * elements = ${size} values, not ${initialDensity.length}.`,
    );
  }
  const bad = firstOutside(initialDensity);
  if (bad >= 0) {
    throw new RangeError(
      `initialDensity of node ${bad % law.elements} is ${
        initialDensity[bad]
      }; densities must lie ` +
        `strictly between 0 and 1.`,
    );
  }
  if (method.needsCurvature && !law.fillsCurvature) {
    throw new RangeError(`The method ${method.name} needs a law that fills the curvature f''.`);
  }
  checkTimes(times, problem.startTime ?? 0);
  const amount = control.kind === "fixed" ? control.step : control.tolerance;
  const name = control.kind === "fixed" ? "control.step" : "control.tolerance";
  if (!(amount > 0 && Number.isFinite(amount))) {
    throw new RangeError(`${name} must be positive and finite, not ${amount}.`);
  }
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
