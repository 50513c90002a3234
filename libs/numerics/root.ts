/**
 * The zero of a continuous function between two points at which it has different signs, by the method of
 * Illinois (Dowell & Jarratt 1971): regula falsi that halves the value of an end that stays.
 *
 * @throws {RangeError} if the signs are the same, or a value is not a number.
 */
export function rootBetween(
  f: (x: number) => number,
  low: number,
  high: number,
  tolerance = 1e-14,
): number {
  let a = low, b = high, fa = f(a), fb = f(b);
  if (Number.isNaN(fa + fb) || Math.sign(fa) * Math.sign(fb) > 0) {
    throw new RangeError(`There is no change of sign between ${low} and ${high}: ${fa}, ${fb}.`);
  }
  for (let n = 0; n < 300 && Math.abs(b - a) > tolerance * Math.max(1, Math.abs(a)); n++) {
    // A secant that hardly moves an end leaves the interval long: then its middle.
    const x = fa === fb || n % 8 === 7 ? (a + b) / 2 : b - fb * (b - a) / (fb - fa);
    const fx = f(x);
    if (fx === 0) return x;
    if (Math.sign(fx) !== Math.sign(fb)) [a, fa] = [b, fb];
    else fa /= 2;
    [b, fb] = [x, fx];
  }
  return b;
}
