const MOST_DIGITS = 9;
const COORDINATES = 201;

/**
 * What the last digit of coordinates is worth, of the middle one by digits: they, or fractions of the box, are
 * written with so many; 0 where that is more than nine.
 *
 * @param fractions Of the box's length, as a file gave them or as they follow from its coordinates.
 */
export function resolutionOf(fractions: Float64Array, origin: number, length: number): number {
  const some = fractions.subarray(0, COORDINATES);
  return Math.max(
    length * lastDigit(some),
    lastDigit(some.map((fraction) => origin + fraction * length)),
  );
}

function lastDigit(values: Float64Array): number {
  const digits = values.map(decimals).sort();
  const middle = digits[digits.length >> 1];
  return middle > MOST_DIGITS ? 0 : 10 ** -middle;
}

/** Decimals of a number; more than {@link MOST_DIGITS} where they do not end there. */
function decimals(value: number): number {
  for (let digits = 0; digits <= MOST_DIGITS; digits++) {
    const scaled = value * 10 ** digits;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-4) return digits;
  }
  return MOST_DIGITS + 1;
}
