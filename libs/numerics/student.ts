import { chiSquarePValue } from "./chi_square.ts";
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
  checkLevel(level);
  if (!(degreesOfFreedom >= 1)) {
    throw new RangeError(`Degrees of freedom must be at least 1, not ${degreesOfFreedom}.`);
  }
  return factorOf((square) => fPValue(square, 1, degreesOfFreedom), level);
}

/**
 * The same where the standard deviation is known, of a normal error.
 *
 * @throws {RangeError} unless the level lies in (0, 1).
 */
export function normalFactor(level: number): number {
  checkLevel(level);
  return factorOf((square) => chiSquarePValue(square, 1), level);
}

function checkLevel(level: number): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`level must lie in (0, 1), not be ${level}.`);
}

/** @param beyond Probability that a squared deviation is larger. */
function factorOf(beyond: (square: number) => number, level: number): number {
  const excess = (t: number) => beyond(t * t) - (1 - level);
  let high = 2;
  while (excess(high) > 0) high *= 2;
  return rootBetween(excess, 0, high);
}
