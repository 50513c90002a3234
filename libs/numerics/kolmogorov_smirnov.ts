/**
 * Probability that so many values, independent and uniform between 0 and 1, lie farther from a uniform
 * distribution: the test of Kolmogorov and Smirnov, with Stephens' correction for few values: good to a
 * tenth of itself from eight on.
 *
 * @param values Between 0 and 1, in any order.
 */
export function uniformPValue(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b), n = sorted.length;
  const distance = Math.max(...sorted.map((p, i) => Math.max(p - i / n, (i + 1) / n - p)));
  const x = (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n)) * distance;
  // The series is one of almost 0 where its terms hardly fall.
  if (x < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 20; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * x) ** 2);
  return Math.min(1, Math.max(0, sum));
}
