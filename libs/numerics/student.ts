import { fPValue } from "./f_distribution.ts";
import { rootBetween } from "./root.ts";

/**
 * The number of standard errors on either side of a mean that holds the truth with probability `level`, where
 * the standard error itself was estimated with so many degrees of freedom (Student's t); 1.96 for very many
 * and 95 %.
 *
 * @throws {RangeError} unless the level lies in (0, 1) and there is at least one degree of freedom.
 */
export function studentFactor(level: number, degreesOfFreedom: number): number {
  if (!(level > 0 && level < 1)) throw new RangeError(`level must lie in (0, 1), not be ${level}.`);
  if (!(degreesOfFreedom >= 1)) {
    throw new RangeError(`Degrees of freedom must be at least 1, not ${degreesOfFreedom}.`);
  }
  const excess = (t: number) => fPValue(t * t, 1, degreesOfFreedom) - (1 - level);
  let high = 2;
  while (excess(high) > 0) high *= 2;
  return rootBetween(excess, 0, high);
}
