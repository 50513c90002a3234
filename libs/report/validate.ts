/** Checks on entry, so that a picture never shows NaN and an error names the array that is wrong. */

/** @throws {RangeError} if `values` is empty or not of `length`. */
export function requireLength(name: string, values: ArrayLike<unknown>, length: number): void {
  if (length === 0) {
    throw new RangeError(`${name} is empty; a figure needs at least one point.`);
  }
  if (values.length !== length) {
    throw new RangeError(`${name} has ${values.length} values, but its grid has ${length} points.`);
  }
}

/** @throws {RangeError} if an entry of `values` is not finite. */
export function requireFinite(name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`${name}[${i}] is ${values[i]}; a figure needs finite numbers.`);
    }
  }
}

/** Length and finiteness together: what most arrays need. */
export function requireCurve(name: string, values: number[], length: number): void {
  requireLength(name, values, length);
  requireFinite(name, values);
}

/** @throws {RangeError} unless `values` is strictly increasing. */
export function requireIncreasing(name: string, values: number[]): void {
  for (let i = 1; i < values.length; i++) {
    if (!(values[i] > values[i - 1])) {
      throw new RangeError(
        `${name} must increase, but ${name}[${i}] = ${values[i]} follows ${values[i - 1]}.`,
      );
    }
  }
}

/** @throws {RangeError} unless `id` is letters, digits and dashes, since it becomes a file name. */
export function requireId(id: string): void {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(id)) {
    throw new RangeError(`Figure id "${id}" must be lower-case letters, digits and dashes.`);
  }
}
