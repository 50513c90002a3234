import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { nonPositiveEntries } from "./arbitraries.ts";
import {
  applyOperator,
  denseOperator,
  dissipationRate,
  elementFlux,
  fluxDivergence,
} from "./graph_laplacian.ts";
import { symmetricEigenvalues } from "./symmetric_eigenvalues.ts";

const sizes = fc.integer({ min: 3, max: 30 });
const operators = sizes.chain((n) => nonPositiveEntries(n));

describe("the graph Laplacian", () => {
  it("is symmetric with zero row sums and no negative eigenvalue", () => {
    fc.assert(
      fc.property(operators, (K1) => {
        const K = denseOperator(K1);
        const eigenvalues = symmetricEigenvalues(K);
        const largest = Math.max(...eigenvalues.map(Math.abs), Number.MIN_VALUE);
        for (let i = 0; i < K.length; i++) {
          const scale = K[i].reduce((sum, v) => sum + Math.abs(v), 0);
          expect(Math.abs(K[i].reduce((sum, v) => sum + v, 0))).toBeLessThanOrEqual(1e-14 * scale);
          for (let j = 0; j < i; j++) expect(K[i][j]).toBe(K[j][i]);
        }
        expect(Math.min(...eigenvalues)).toBeGreaterThanOrEqual(-1e-12 * largest);
      }),
      { numRuns: 60 },
    );
  });

  it("has the contract's entries", () => {
    const K = denseOperator([-1, -2, -3, -4]);
    expect([...K[0]]).toEqual([5, -1, 0, -4]);
    expect([...K[1]]).toEqual([-1, 3, -2, 0]);
  });

  it("gives the same in its dense, applied, flux and energy forms", () => {
    fc.assert(
      fc.property(
        sizes.chain((n) =>
          fc.tuple(
            nonPositiveEntries(n),
            fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: n, maxLength: n }),
          )
        ),
        ([K1, numbers]) => {
          const n = K1.length;
          const v = Float64Array.from(numbers);
          const dense = denseOperator(K1).map((row) => row.reduce((s, k, j) => s + k * v[j], 0));
          const applied = applyOperator(K1, v);
          const flux = new Float64Array(n);
          const rate = new Float64Array(n);
          elementFlux(K1, v, n, flux);
          fluxDivergence(flux, n, rate);
          let energy = 0;
          const scale = 1e-11 * Math.max(...K1.map(Math.abs), 1) * 10;
          for (let i = 0; i < n; i++) {
            expect(Math.abs(applied[i] - dense[i])).toBeLessThan(scale);
            expect(Math.abs(rate[i] / n + dense[i])).toBeLessThan(scale);
            energy += v[i] * dense[i];
          }
          expect(Math.abs(dissipationRate(K1, v) - energy)).toBeLessThan(100 * scale * n);
          expect(dissipationRate(K1, v)).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("treats members as independent rings", () => {
    const K1 = Float64Array.from([-1, -2, -3, -4, -5, -6]);
    const v = Float64Array.from([1, 4, 9, 2, 3, 5]);
    const both = new Float64Array(6);
    elementFlux(K1, v, 3, both);
    const second = new Float64Array(3);
    elementFlux(K1.slice(3), v.slice(3), 3, second);
    expect([...both.slice(3)]).toEqual([...second]);
  });

  it("refuses two elements, where left and right coincide", () => {
    expect(() => denseOperator([-1, -1])).toThrow(RangeError);
  });
});
