/**
 * Interaction kernels: `beta J(r)`, the binding energy of two particles `r <= L` sites apart.
 *
 * A named kernel has a shape `V(u)`, `u = r / (2L+1)` in (-1/2, 1/2), and
 * `beta J(r) = betaJ0 V(u) / sum over r = -L..L of |V|`: the constant kernel's `betaJ0 / (2L+1)` for any
 * kernel of one sign, and `betaJ0` is the sum of `|beta J|` for one of both.
 */
import type { ArrheniusSystem, Kernel } from "./types.ts";

/** Shape `V(u)`, even, of a named kernel. @throws {RangeError} naming the field at fault. */
export function shapeOf(kernel: Exclude<Kernel, { name: "table" }>): (u: number) => number {
  switch (kernel.name) {
    case "constant":
      return () => 1;
    case "linear":
      return (u) => 1 - 2 * Math.abs(u);
    case "gaussian": {
      const width = positive("kernel.width", kernel.width ?? 0.2);
      return (u) => Math.exp(-0.5 * (u / width) ** 2);
    }
    case "morse": {
      const well = positive("kernel.well", kernel.well ?? 0.15);
      const steepness = positive("kernel.steepness", kernel.steepness ?? 10);
      return (u) => {
        const approach = Math.exp(-steepness * (Math.abs(u) - well));
        return approach * (2 - approach);
      };
    }
    default:
      throw new RangeError(
        `kernel.name must be "constant", "linear", "gaussian", "morse" or "table", not ${
          JSON.stringify((kernel as { name: unknown }).name)
        }.`,
      );
  }
}

function positive(field: string, value: number): number {
  if (value > 0 && Number.isFinite(value)) return value;
  throw new RangeError(`${field} must be positive and finite, not ${value}.`);
}

/**
 * `beta J(r)` `[L + 1]`, entry 0 = 0 (a particle does not bind itself).
 *
 * @throws {RangeError} naming the kernel's field at fault.
 */
export function couplings(
  { halfWidth, betaJ0, kernel = { name: "constant" } }: ArrheniusSystem,
): Float64Array {
  const energy = new Float64Array(halfWidth + 1);
  if (kernel.name === "table") {
    if (!Array.isArray(kernel.values) || kernel.values.length !== halfWidth) {
      throw new RangeError(
        `kernel.values must have one value for each r = 1 .. halfWidth = ${halfWidth}, not ${kernel.values?.length}.`,
      );
    }
    kernel.values.forEach((value, i) => {
      if (!Number.isFinite(value)) {
        throw new RangeError(`kernel.values[${i}] must be finite, not ${value}.`);
      }
      energy[i + 1] = betaJ0 * value;
    });
    return energy;
  }
  const shape = shapeOf(kernel);
  const extent = 2 * halfWidth + 1;
  let norm = Math.abs(shape(0));
  for (let r = 1; r <= halfWidth; r++) norm += 2 * Math.abs(shape(r / extent));
  for (let r = 1; r <= halfWidth; r++) energy[r] = betaJ0 * (shape(r / extent) / norm);
  return energy;
}

/** Whether window counts suffice for the rates. */
export function isConstant({ kernel }: ArrheniusSystem): boolean {
  return kernel === undefined || kernel.name === "constant";
}
