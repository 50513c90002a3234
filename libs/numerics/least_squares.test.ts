import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { leastSquaresMap, weightedLeastSquares, whiteningOf } from "./mod.ts";

const number = fc.double({ min: -1, max: 1, noNaN: true });
const matrix = (rows: number, columns: number) =>
  fc.array(number, { minLength: rows * columns, maxLength: rows * columns })
    .map((values) => Matrix.from1DArray(rows, columns, values));
/** Positive definite, with variances over ten orders of magnitude. */
const covariances = fc.tuple(matrix(5, 5), fc.integer({ min: 0, max: 5 })).map(([A, decades]) => {
  const C = A.mmul(A.transpose()).add(Matrix.eye(5));
  const scales = Array.from({ length: 5 }, (_, i) => 10 ** (decades * (i - 2) / 2));
  return C.mulRowVector(scales).mulColumnVector(scales);
});
const design = new Matrix([1, 2, 3, 4, 5].map((x) => [1, Math.sqrt(x)]));

describe("whiteningOf", () => {
  it("makes errors independent with variance 1, whatever their units", () => {
    fc.assert(fc.property(covariances, (C) => {
      const W = whiteningOf(C)!;
      expect(Matrix.sub(W.mmul(C).mmul(W.transpose()), Matrix.eye(5)).norm()).toBeLessThan(1e-10);
    }));
  });
  it("does not exist where errors are one error, in any units", () => {
    const one = (scale: number) => new Matrix([[1, scale], [scale, scale ** 2]]);
    for (const scale of [1, 1e-9, 3e7]) expect(whiteningOf(one(scale))).toBeNull();
    expect(whiteningOf(Matrix.diag([1, 0]))).toBeNull();
    expect(whiteningOf(new Matrix([[1, 1], [1, 1 + 1e-12]]))).not.toBeNull();
  });
});

describe("leastSquaresMap", () => {
  it("gives coefficients back, whatever the errors", () => {
    fc.assert(fc.property(covariances, number, number, (C, a, b) => {
      const values = design.mmul(Matrix.columnVector([a, b]));
      const found = leastSquaresMap(design, whiteningOf(C)!)!.mmul(values).to1DArray();
      expect(found[0]).toBeCloseTo(a, 7);
      expect(found[1]).toBeCloseTo(b, 7);
    }));
  });
  it("leaves residuals that the errors' norm holds orthogonal to the columns (Gauss and Markov)", () => {
    fc.assert(fc.property(covariances, matrix(5, 1), (C, values) => {
      const W = whiteningOf(C)!;
      const fitted = design.mmul(leastSquaresMap(design, W)!.mmul(values));
      const residual = W.mmul(Matrix.sub(values, fitted));
      const columns = W.mmul(design);
      const product = columns.transpose().mmul(residual).norm();
      expect(product).toBeLessThan(1e-11 * columns.norm() * W.mmul(values).norm() + 1e-300);
    }));
  });
  it("is the mean for one constant column, and does not exist for columns that are one", () => {
    const constant = Matrix.ones(4, 1);
    leastSquaresMap(constant)!.to1DArray().forEach((w) => expect(w).toBeCloseTo(1 / 4, 14));
    expect(leastSquaresMap(Matrix.zeros(4, 2))).toBeNull();
    expect(leastSquaresMap(new Matrix([[1, 0.1], [1, 0.1], [1, 0.1]]))).toBeNull();
  });
});

it("weights are inverse variances: those of independent errors as a covariance", () => {
  const weights = Float64Array.of(1, 4, 0.25, 9, 1);
  const columns = design.transpose().to2DArray().map((c) => Float64Array.from(c));
  const full = leastSquaresMap(
    design,
    whiteningOf(Matrix.diag(Array.from(weights, (w) => 1 / w)))!,
  )!;
  weightedLeastSquares(columns, weights)!.forEach((row, k) =>
    row.forEach((value, i) => expect(value).toBeCloseTo(full.get(k, i), 12))
  );
  expect(weightedLeastSquares([], weights)).toEqual([]);
  // The weighted mean of a constant.
  const [mean] = weightedLeastSquares([new Float64Array(5).fill(1)], weights)!;
  mean.forEach((w, i) => expect(w).toBeCloseTo(weights[i] / 15.25, 14));
  expect(weightedLeastSquares([new Float64Array(5), columns[1]], weights)).toBeNull();
});
