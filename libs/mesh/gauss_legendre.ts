/**
 * The 16-point Gauss-Legendre rule on `[-1, 1]` (Abramowitz & Stegun, 25.4.30): its positive nodes and
 * their weights; the negative ones mirror them.
 */
export const GAUSS_LEGENDRE: {
  readonly nodes: readonly number[];
  readonly weights: readonly number[];
} = {
  nodes: [
    0.0950125098376374,
    0.2816035507792589,
    0.4580167776572274,
    0.6178762444026438,
    0.7554044083550030,
    0.8656312023878318,
    0.9445750230732326,
    0.9894009349916499,
  ],
  weights: [
    0.1894506104550685,
    0.1826034150449236,
    0.1691565193950025,
    0.1495959888165767,
    0.1246289712555339,
    0.0951585116824928,
    0.0622535239386479,
    0.0271524594117541,
  ],
};
