import fc from "fast-check";
import { determinant, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import {
  chebyshevSeries,
  choleskyOf,
  logDeterminant,
  meanOfRows,
  rootBetween,
  softplus,
  symmetricEigenvalues,
  symmetrised,
} from "./mod.ts";

const number = (size: number) => fc.double({ min: -size, max: size, noNaN: true });
const square = fc.array(number(1), { minLength: 16, maxLength: 16 })
  .map((values) => Matrix.from1DArray(4, 4, values));

describe("softplus", () => {
  it("is ln(1 + e^x) where that can be computed, and differs by x between x and -x anywhere", () => {
    fc.assert(fc.property(number(30), (x) => {
      expect(softplus(x)).toBeCloseTo(Math.log(1 + Math.exp(x)), 12);
    }));
    fc.assert(fc.property(number(1e6), (x) => {
      expect(softplus(x)).toBeGreaterThanOrEqual(Math.max(x, 0));
      expect(softplus(x) - softplus(-x)).toBeCloseTo(x, 9);
    }));
    // The tail that cancellation would lose, and the one that would overflow.
    expect(softplus(-100) / Math.exp(-100)).toBeCloseTo(1, 12);
    expect([softplus(1e300), softplus(-1e300), softplus(0)]).toEqual([1e300, 0, Math.LN2]);
  });
});

it("the mean of rows is each column's", () => {
  expect([...meanOfRows([Float64Array.of(1, -2), Float64Array.of(2, 0), Float64Array.of(6, 5)])])
    .toEqual([3, 1]);
});

describe("symmetric matrices", () => {
  it("are decomposed although rounding has made them unsymmetric; the parts give the matrix back", () => {
    fc.assert(fc.property(square, (A) => {
      const C = A.mmul(A.transpose()).add(Matrix.eye(4));
      const rounded = C.clone();
      rounded.set(0, 3, rounded.get(0, 3) * (1 + 1e-15));
      const cholesky = choleskyOf(rounded)!;
      const L = cholesky.lowerTriangularMatrix;
      expect(Matrix.sub(L.mmul(L.transpose()), C).norm()).toBeLessThan(1e-12 * C.norm());
      expect(logDeterminant(cholesky)).toBeCloseTo(Math.log(determinant(C)), 9);
      expect(symmetrised(A).isSymmetric()).toBe(true);
      expect(Matrix.sub(symmetrised(C), C).norm()).toBeLessThan(1e-14 * C.norm());
    }));
  });
  it("have no decomposition if they are not positive definite", () => {
    fc.assert(fc.property(square, (A) => {
      expect(choleskyOf(A.mmul(A.transpose()).add(Matrix.eye(4)).mul(-1))).toBeNull();
    }));
    expect(choleskyOf(Matrix.diag([1, 0, 1]))).toBeNull();
  });
});

describe("symmetricEigenvalues", () => {
  it("are those of a ring of equal springs, 2 - 2 cos(2 pi k / n), rising", () => {
    const n = 9;
    const rows = Array.from(
      { length: n },
      (_, i) =>
        Float64Array.from({ length: n }, (_, j) => [2, -1, 0, 0, 0, 0, 0, 0, -1][(j - i + n) % n]),
    );
    const exact = Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos(2 * Math.PI * k / n))
      .toSorted((a, b) => a - b);
    symmetricEigenvalues(rows).forEach((value, k) => expect(value).toBeCloseTo(exact[k], 12));
  });
});

describe("chebyshevSeries", () => {
  it("has values, integral and slope of an entire function to rounding", () => {
    const series = chebyshevSeries((x) => Math.exp(2 * x), -1, 2, 30);
    fc.assert(fc.property(fc.double({ min: -1, max: 2, noNaN: true }), (x) => {
      expect(series.value(x)).toBeCloseTo(Math.exp(2 * x), 10);
      expect(series.integral(x)).toBeCloseTo((Math.exp(2 * x) - Math.exp(-2)) / 2, 10);
      expect(series.derivative(x)).toBeCloseTo(2 * Math.exp(2 * x), 8);
    }));
    expect(series.tail).toBeLessThan(1e-13);
  });
  it("tells by its tail that it is too short", () => {
    const error = (points: number) => {
      const series = chebyshevSeries((x) => 1 / (1 + 25 * x * x), -1, 1, points);
      return [series.tail, Math.abs(series.value(0.1) - 0.8)];
    };
    expect(error(11)[0]).toBeGreaterThan(error(11)[1] / 3);
    expect(error(101)[1]).toBeLessThan(error(11)[1] / 1000);
  });
});

describe("rootBetween", () => {
  it("finds the root of any cubic with one, to rounding", () => {
    const place = fc.double({ min: -0.9, max: 1.9, noNaN: true });
    fc.assert(fc.property(place, fc.double({ min: 0, max: 9, noNaN: true }), (root, slope) => {
      const f = (x: number) => (x - root) * (1 + slope * (x - root) ** 2);
      expect(rootBetween(f, -1, 2)).toBeCloseTo(root, 12);
    }));
  });
  it("refuses ends of one sign, and what is not a number", () => {
    expect(() => rootBetween((x) => x * x + 1, -1, 1)).toThrow("no change of sign");
    expect(() => rootBetween(() => NaN, -1, 1)).toThrow("no change of sign");
  });
});
