/** The equation of state by LAMMPS' own virial, as a smooth curve with errors. */
import { leastSquaresMap } from "@spiediff/numerics";
import { Matrix } from "ml-matrix";
import type { Measured } from "./lmp.ts";

/** Powers of the density by which `P/rho - 1` is told. */
const DEGREE = 4;

/**
 * `dP/drho` by a virial series through measured pressures, weighed by their errors.
 *
 * Pressures of lines of fixed length and N rods are low by `a rho / N`, `a` the rods' effective diameter
 * `1/rho - 1/P`, exactly so of hard rods (Tonks): they are put right first.
 *
 * @param length Of a line. @returns The slope and its standard error at a density, and chi-square over freedom.
 */
export function slopeOfPressure(
  densities: readonly number[],
  measured: readonly Measured[],
  length: number,
): { slope: (rho: number) => Measured; misfit: number; largestCorrection: number } {
  const corrected = densities.map((rho, i) => {
    const { value } = measured[i];
    return value + (1 / rho - 1 / value) / length;
  });
  const design = new Matrix(
    densities.map((rho, i) =>
      Array.from({ length: DEGREE }, (_, k) => rho ** (k + 2) / measured[i].standardError)
    ),
  );
  const map = leastSquaresMap(design)!;
  const target = corrected.map((P, i) => (P - densities[i]) / measured[i].standardError);
  const coefficients = map.mmul(Matrix.columnVector(target)).to1DArray();
  const covariance = map.mmul(map.transpose());
  const fitted = design.mmul(Matrix.columnVector(coefficients)).to1DArray();
  const square = fitted.reduce((sum, v, i) => sum + (v - target[i]) ** 2, 0);
  return {
    slope(rho) {
      const row = Array.from({ length: DEGREE }, (_, k) => (k + 2) * rho ** (k + 1));
      const value = row.reduce((sum, v, k) => sum + v * coefficients[k], 1);
      const vector = Matrix.rowVector(row);
      const variance = vector.mmul(covariance).mmul(vector.transpose()).get(0, 0);
      return { value, standardError: Math.sqrt(variance) };
    },
    misfit: square / (densities.length - DEGREE),
    largestCorrection: Math.max(
      ...corrected.map((P, i) => Math.abs(P / measured[i].value - 1)),
    ),
  };
}
