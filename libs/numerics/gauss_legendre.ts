/**
 * A Gauss-Legendre rule of n points for means over an interval, exact for polynomials of degree 2n - 1:
 * points in [-1, 1], from the middle outwards, and weights that add up to 1.
 */
export interface GaussRule {
  readonly points: readonly number[];
  readonly weights: readonly number[];
}

/** Rules by their number of points (Abramowitz & Stegun, 25.4.30, where weights add up to 2). */
export const gaussLegendre: Readonly<Record<2 | 3 | 5 | 16, GaussRule>> = {
  2: symmetric([[1 / Math.sqrt(3), 1]]),
  3: symmetric([[Math.sqrt(0.6), 5 / 9]], 8 / 9),
  5: symmetric(
    [[0.5384693101056831, 0.4786286704993665], [0.906179845938664, 0.2369268850561891]],
    128 / 225,
  ),
  16: symmetric([
    [0.0950125098376374, 0.1894506104550685],
    [0.2816035507792589, 0.1826034150449236],
    [0.4580167776572274, 0.1691565193950025],
    [0.6178762444026438, 0.1495959888165767],
    [0.7554044083550030, 0.1246289712555339],
    [0.8656312023878318, 0.0951585116824928],
    [0.9445750230732326, 0.0622535239386479],
    [0.9894009349916499, 0.0271524594117541],
  ]),
};

/** The rule of pairs of points `-x, x` of one weight, and of the middle if it has one. */
function symmetric(pairs: readonly [x: number, weight: number][], middle?: number): GaussRule {
  const points = pairs.flatMap(([x]) => [-x, x]);
  const weights = pairs.flatMap(([, w]) => [w / 2, w / 2]);
  return middle === undefined
    ? { points, weights }
    : { points: [0, ...points], weights: [middle / 2, ...weights] };
}

/** A rule's points between `a` and `b`, in either order. */
export function gaussPoints(a: number, b: number, { points }: GaussRule): number[] {
  const middle = (a + b) / 2, half = (b - a) / 2;
  return points.map((x) => middle + half * x);
}

/** Mean of a function between `a` and `b`; the same bits in either direction. */
export function gaussMean(
  f: (x: number) => number,
  a: number,
  b: number,
  { points, weights } = gaussLegendre[16],
): number {
  const middle = (a + b) / 2, half = (b - a) / 2;
  const odd = points.length % 2;
  let mean = odd ? weights[0] * f(middle) : 0;
  for (let q = odd; q < points.length; q += 2) {
    mean += weights[q] * (f(middle + half * points[q]) + f(middle + half * points[q + 1]));
  }
  return mean;
}
