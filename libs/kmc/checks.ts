/** What all plans of realizations are checked for. */
import type { Field } from "@spiediff/law";

/** @throws {RangeError} unless the rates' bound is one, sites may hold their densities, and the burn-in has a length. */
export function checkStart(
  { name, bound, field: { low, high } }: {
    readonly name: string;
    readonly bound: number | null;
    readonly field: Field;
  },
  density: Float64Array,
  burnIn: number,
): void {
  if (bound !== null && !(bound > 0 && Number.isFinite(bound))) {
    throw new RangeError(`${name}: bound must be positive and finite, or null, not ${bound}.`);
  }
  density.forEach((rho, x) => {
    if (!(rho > low && rho < high)) {
      throw new RangeError(
        `The density of site ${x} must lie in (${low}, ${high}), not be ${rho}.`,
      );
    }
  });
  if (!(burnIn >= 0)) throw new RangeError(`burnIn must not be negative, not ${burnIn}.`);
}

/** @throws {RangeError} unless a window has a length. */
export function checkWindow(window: number): void {
  if (!(window > 0 && Number.isFinite(window))) {
    throw new RangeError(`window must be positive and finite, not ${window}.`);
  }
}

/** @throws {RangeError} unless macroscopic times are finite and rise from 0 on. */
export function checkRisingTimes(times: readonly number[]): void {
  times.forEach((time, k) => {
    if (!(time >= (times[k - 1] ?? 0) && Number.isFinite(time))) {
      throw new RangeError(`times must not be negative and must rise; number ${k} is ${time}.`);
    }
  });
}
