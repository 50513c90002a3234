/** What a smooth curve makes of the same mobilities: how much the data hold. */
import { relativeError } from "@spiediff/run-report";
import { mobilityRows, type OperatorData } from "@spiediff/diffusion-train";
import type { ExactReference } from "@spiediff/exact-reference";

/** Highest degree that is tried. */
export const DEGREES = 8;

/**
 * Errors of m(rho), relative and so those of K1, by weighted least squares with polynomials in the mean density of degree 0 to
 * `DEGREES`, and one term in the squared difference. Means of one profile have uncorrelated errors, so
 * that among unbiased fits of a degree none has less variance (Gauss and Markov).
 *
 * @returns `[degree]` relative L2 errors over `grid`.
 */
export function smoothCurveErrors(
  data: readonly OperatorData[],
  reference: ExactReference,
  grid: readonly number[],
): number[] {
  const { left, right, mobility, standardError } = mobilityRows(data);
  const target = mobility.map((v, i) => v / standardError[i]);
  const means = left.map((a, i) => (a + right[i]) / 2);
  const low = Math.min(...means), high = Math.max(...means);
  const polynomial = (degree: number, rho: number) =>
    Math.cos(degree * Math.acos(Math.max(-1, Math.min(1, 2 * (rho - low) / (high - low) - 1))));
  const columns = [
    { atData: left.map((a, i) => (a - right[i]) ** 2), onGrid: grid.map(() => 0) },
    ...Array.from({ length: DEGREES + 1 }, (_, degree) => ({
      atData: means.map((rho) => polynomial(degree, rho)),
      onGrid: grid.map((rho) => polynomial(degree, rho)),
    })),
  ];
  const exact = grid.map(reference.mobility);
  const fitted = grid.map(() => 0);
  const before: { q: Float64Array; g: number[] }[] = [];
  // Gram-Schmidt: each column adds its own part of the fit, so that one pass gives every degree.
  const errors = columns.map(({ atData, onGrid }) => {
    const q = atData.map((v, i) => v / standardError[i]);
    const g = [...onGrid];
    for (const earlier of before) {
      const along = dot(earlier.q, q);
      q.forEach((_, i) => q[i] -= along * earlier.q[i]);
      g.forEach((_, i) => g[i] -= along * earlier.g[i]);
    }
    const norm = Math.sqrt(dot(q, q));
    before.push({ q: q.map((v) => v / norm), g: g.map((v) => v / norm) });
    const last = before[before.length - 1];
    const coefficient = dot(last.q, target);
    fitted.forEach((_, i) => fitted[i] += coefficient * last.g[i]);
    return relativeError(fitted, exact);
  });
  return errors.slice(1);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, v, i) => sum + v * b[i], 0);
}
