/** Entry checks: each error names the field, its value and what is allowed. */

/** @throws {RangeError} unless `value` is an integer of at least `least`. */
export function checkInteger(field: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${field} must be an integer of at least ${least}, not ${value}.`);
  }
}

/** @throws {RangeError} unless the times are finite, above `above` and strictly ascending. */
export function checkTimes(field: string, times: readonly number[], above: number): void {
  if (times.length === 0) throw new RangeError(`${field} must name at least one time.`);
  times.forEach((time, i) => {
    if (!Number.isFinite(time) || time <= above) {
      throw new RangeError(`${field}[${i}] must be finite and above ${above}, not ${time}.`);
    }
    if (i > 0 && time <= times[i - 1]) {
      throw new RangeError(
        `${field}[${i}] = ${time} must exceed ${field}[${i - 1}] = ${times[i - 1]}.`,
      );
    }
  });
}

/** @throws {RangeError} unless `value` is finite and not negative. */
export function checkDuration(field: string, value: number): void {
  if (!(value >= 0 && Number.isFinite(value))) {
    throw new RangeError(`${field} must be finite and not negative, not ${value}.`);
  }
}
