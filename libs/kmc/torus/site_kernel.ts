/** Kernels of squares and cubes: which sites bind a particle, and how strongly. */
import type { Dimension } from "@spiediff/mesh";
import type { SiteKernel } from "./types.ts";

/**
 * Any isotropic kernel: all sites within `halfWidth`, bound by `shape(distance)` and scaled such that `betaJ0`
 * is the sum of `|beta J|`; `betaJ0 = 2 d b` for nearest neighbours of `b` each, `halfWidth` 1.
 *
 * @param shape Of the distance in sites, up to a factor; constant when absent.
 * @throws {RangeError} naming the field at fault.
 */
export function isotropicKernel(
  dimension: Dimension,
  halfWidth: number,
  betaJ0: number,
  shape: (distance: number) => number = () => 1,
): SiteKernel {
  if (!Number.isInteger(halfWidth) || halfWidth < 1) {
    throw new RangeError(`halfWidth must be a whole number above 0, not ${halfWidth}.`);
  }
  if (!Number.isFinite(betaJ0)) throw new RangeError(`betaJ0 must be finite, not ${betaJ0}.`);
  const width = 2 * halfWidth + 1;
  const ways = Array.from({ length: width ** dimension }, (_, index) =>
    Array.from(
      { length: dimension },
      (_, axis) => Math.floor(index / width ** axis) % width - halfWidth,
    )).filter((way) => {
      const distance = Math.hypot(...way);
      return distance > 0 && distance <= halfWidth;
    });
  const shapes = ways.map((way) => shape(Math.hypot(...way)));
  const total = shapes.reduce((sum, value) => sum + Math.abs(value), 0);
  if (!(total > 0 && Number.isFinite(total))) {
    throw new RangeError("The kernel's shape must be finite and somewhere not 0.");
  }
  return { ways, couplings: Float64Array.from(shapes, (value) => betaJ0 * value / total) };
}
