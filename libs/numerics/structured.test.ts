/** Matrices that are kept by their structure, against the same matrices in full. */
import fc from "fast-check";
import { CholeskyDecomposition, inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import {
  logDeterminant,
  RingMatrix,
  shrunkFactor,
  skylineCholesky,
  symmetrised,
  unitPlusGram,
} from "./mod.ts";

const number = fc.double({ min: -1, max: 1, noNaN: true });
const noise = fc.array(number, { minLength: 40, maxLength: 80 });
const close = (got: Matrix, want: Matrix) =>
  expect(Matrix.sub(got, want).norm()).toBeLessThan(1e-11 * (1 + want.norm()));
const dense = (rows: number, columns: number, values: readonly number[], from = 0) =>
  Matrix.from1DArray(
    rows,
    columns,
    Array.from({ length: rows * columns }, (_, i) => values[(from + 7 * i) % values.length]),
  );
const around = (i: number, j: number, n: number) => Math.min(Math.abs(i - j), n - Math.abs(i - j));

describe("a matrix on a ring", () => {
  const any = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.nat(8), fc.nat(8), noise);
  const some = (n: number, reach: number, values: readonly number[], from: number) =>
    RingMatrix.from(n, reach, (i, j) => values[(from + 11 * i + 5 * j) % values.length]);

  it("is zero beyond its reach and what was asked within it, wherever the ring closes", () => {
    fc.assert(fc.property(any, ([n, reach, , values]) => {
      const matrix = some(n, reach, values, 0);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          const own = values[(11 * i + 5 * j) % values.length];
          expect(matrix.get(i, j)).toBe(around(i, j, n) <= reach ? own : 0);
        }
        expect(new Set(matrix.columns(i)).size).toBe(matrix.width);
      }
    }));
  });
  it("adds, multiplies and turns as the full matrix does", () => {
    fc.assert(fc.property(any, ([n, reach, other, values]) => {
      const a = some(n, reach, values, 0), b = some(n, other, values, 3);
      const [A, B] = [a, b].map((one) => one.toMatrix());
      close(a.times(b).toMatrix(), A.mmul(B));
      close(a.transposed().toMatrix(), A.transpose());
      close(a.combined(2, b, -3).toMatrix(), Matrix.mul(A, 2).sub(Matrix.mul(B, 3)));
      close(a.scaled(0.7).toMatrix(), Matrix.mul(A, 0.7));
      close(a.plus(0.3).toMatrix(), Matrix.add(A, 0.3));
      expect(a.plus(0)).toBe(a);
      const column = values.slice(0, n);
      close(a.plusDiagonal(column).toMatrix(), Matrix.add(A, Matrix.diag(column)));
      close(
        Matrix.columnVector([...a.timesColumn(column)]),
        A.mmul(Matrix.columnVector(column)),
      );
    }));
  });
  it("says which way around an entry stands", () => {
    const way = RingMatrix.from(9, 2, (_i, _j, distance) => distance);
    expect([0, 1, 2, 7, 8].map((j) => way.get(0, j))).toEqual([0, 1, 2, -2, -1]);
  });
});

describe("a decomposition by rows' first entries", () => {
  /** Positive definite: `B B^T` of a band, with a unit in some order and without some nodes. */
  const any = fc.record({
    n: fc.integer({ min: 6, max: 24 }),
    reach: fc.integer({ min: 0, max: 4 }),
    values: noise,
    keys: fc.array(number, { minLength: 24, maxLength: 24 }),
    without: fc.nat(3),
  });

  it("is Cholesky's of the full matrix in that order, numbers and solutions", () => {
    fc.assert(fc.property(any, ({ n, reach, values, keys, without }) => {
      const B = RingMatrix.from(n, reach, (i, j) => values[(11 * i + 5 * j) % values.length]);
      const matrix = B.times(B.transposed()).plusDiagonal(new Array(n).fill(0.1));
      const order = Array.from({ length: n }, (_, i) => i)
        .sort((i, j) => keys[i] - keys[j]).slice(without);
      const full = new CholeskyDecomposition(
        symmetrised(matrix.toMatrix()).selection(order, order),
      );
      const own = skylineCholesky(matrix, order)!;
      const x = dense(order.length, 3, values);
      expect(own.size).toBe(order.length);
      expect(own.logDeterminant).toBeCloseTo(logDeterminant(full), 9);
      const solved = inverse(full.lowerTriangularMatrix).mmul(x);
      const scale = 1e-9 * (1 + solved.norm());
      expect(Matrix.sub(own.solveLower(x), solved).norm()).toBeLessThan(scale);
      expect(Matrix.sub(own.solve(x), full.solve(x)).norm()).toBeLessThan(
        1e-8 * (1 + full.solve(x).norm()),
      );
      // The first rows need no others.
      const part = order.length - 2, rows = Array.from({ length: part }, (_, i) => i);
      const first = own.solveLower(x.selection(rows, [0, 1, 2]), part);
      expect(Matrix.sub(first, solved.selection(rows, [0, 1, 2])).norm()).toBeLessThan(scale);
    }));
  });
  it("takes the symmetric part, and refuses what is not positive definite", () => {
    const two = (above: number, below: number) =>
      RingMatrix.from(2, 1, (i, j) => i === j ? 2 : i < j ? above : below);
    const even = skylineCholesky(two(1, 1), [0, 1])!.solve(Matrix.eye(2));
    expect(skylineCholesky(two(1.5, 0.5), [0, 1])!.solve(Matrix.eye(2))).toEqual(even);
    expect(skylineCholesky(two(3, 3), [0, 1])).toBeNull();
    expect(skylineCholesky(two(NaN, 1), [0, 1])).toBeNull();
    expect(skylineCholesky(two(3, 3), [1])).not.toBeNull();
  });
});

describe("1 + F F^T", () => {
  const any = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), noise);

  it("is solved, and its determinant found, whichever of data and causes are more", () => {
    fc.assert(fc.property(any, ([data, causes, values]) => {
      const factor = dense(data, causes, values).mul(3), x = dense(data, 2, values, 5);
      const full = factor.mmul(factor.transpose()).add(Matrix.eye(data));
      const own = unitPlusGram(factor)!;
      close(own.solve(x), inverse(full).mmul(x));
      expect(own.logDeterminant).toBeCloseTo(logDeterminant(new CholeskyDecomposition(full)), 9);
    }));
  });
  it("has an inverse of 1 - N N^T, N within the unit ball", () => {
    fc.assert(fc.property(any, ([data, causes, values]) => {
      const factor = dense(data, causes, values).mul(100);
      const shrunk = shrunkFactor(factor), square = shrunk.mmul(shrunk.transpose());
      const full = factor.mmul(factor.transpose()).add(Matrix.eye(data));
      expect(Matrix.sub(Matrix.eye(data).sub(square).mmul(full), Matrix.eye(data)).norm())
        .toBeLessThan(1e-11 * full.norm());
      expect(square.trace()).toBeLessThanOrEqual(Math.min(data, causes));
    }));
  });
});
