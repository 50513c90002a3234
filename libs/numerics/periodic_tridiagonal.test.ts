import { describe, expect, it } from "vitest";
import fc from "fast-check";

import { solvePeriodicTridiagonal } from "./periodic_tridiagonal.ts";

const entries = (n: number) =>
  fc.array(fc.double({ min: -50, max: 0, noNaN: true }), { minLength: n, maxLength: n })
    .map((values) => Float64Array.from(values));

describe("solvePeriodicTridiagonal", () => {
  it("solves column-dominant systems at an offset, leaving the rest alone", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 40 }).chain((n) =>
          fc.tuple(
            entries(n),
            fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: n, maxLength: n }),
          )
        ),
        ([K1, solution]) => {
          const n = K1.length;
          const lower = K1.map((_, i) => K1[(i + n - 1) % n]);
          const diagonal = K1.map((_, i) => 1 - K1[i] - K1[(i + n - 1) % n]);
          const x = new Float64Array(n + 2).fill(7);
          for (let i = 0; i < n; i++) {
            x[i + 1] = lower[i] * solution[(i + n - 1) % n] + diagonal[i] * solution[i] +
              K1[i] * solution[(i + 1) % n];
          }
          solvePeriodicTridiagonal(lower, diagonal, K1, x, 1, new Float64Array(3 * n));
          for (let i = 0; i < n; i++) expect(x[i + 1]).toBeCloseTo(solution[i], 9);
          expect(x[0]).toBe(7);
          expect(x[n + 1]).toBe(7);
        },
      ),
      { numRuns: 100 },
    );
  });
});
