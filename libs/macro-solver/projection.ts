import { SolverError } from "./errors.ts";
import type { Attempt } from "./method.ts";

/**
 * Projects K1 onto the cone of positive semi-definite operators, `min(K1, 0)`, in place.
 *
 * @returns How many entries were positive and are now 0.
 * @throws {SolverError} naming the first entry that is NaN or infinite: such a value is refused,
 * never repaired.
 */
export function projectNonPositive(K1: Float64Array, elements: number): number {
  let projected = 0;
  for (let e = 0; e < K1.length; e++) {
    const value = K1[e];
    // One comparison catches the usual case; NaN fails it too and is sorted out below.
    if (value <= 0 && value > -Infinity) continue;
    if (!Number.isFinite(value)) {
      throw new SolverError(
        "not-finite",
        `The operator entry K1 of element ${e % elements}, member ${Math.floor(e / elements)}, ` +
          `is ${value}; only finite values can be used.`,
      );
    }
    K1[e] = 0;
    projected++;
  }
  return projected;
}

/** @throws {SolverError} naming the first driving force that is NaN or infinite. */
export function requireFinite(name: string, values: Float64Array, elements: number): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new SolverError(
        "not-finite",
        `The ${name} at node ${i % elements}, member ${Math.floor(i / elements)}, ` +
          `is ${values[i]}; only finite values can be used.`,
      );
    }
  }
}

/** How many members' operators have an entry that is not `<= 0`, hence are not surely PSD. */
export function countNotPSD(K1: Float64Array, elements: number): number {
  let count = 0;
  for (let base = 0; base < K1.length; base += elements) {
    for (let e = base; e < base + elements; e++) {
      if (!(K1[e] <= 0)) {
        count++;
        break;
      }
    }
  }
  return count;
}

/** The index of the first density that is not inside (0, 1), NaN included; -1 when all are. */
export function firstOutside(density: Float64Array): number {
  for (let i = 0; i < density.length; i++) {
    if (!(density[i] > 0 && density[i] < 1)) return i;
  }
  return -1;
}

/** The refusal of a step that leads to a density outside of (0, 1); undefined when all are inside. */
export function outsideOf(density: Float64Array): Exclude<Attempt, "done"> | undefined {
  const index = firstOutside(density);
  return index < 0 ? undefined : { kind: "out-of-bounds", index, density: density[index] };
}
