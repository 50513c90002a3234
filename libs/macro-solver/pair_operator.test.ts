import { ring } from "@spiediff/mesh";
import { symmetricEigenvalues } from "@spiediff/numerics";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { even, mobilities } from "./arbitraries.ts";
import { denseOperator } from "./pair_operator.ts";

const sizes = fc.integer({ min: 3, max: 30 });

describe("the operator of pairs", () => {
  it("is symmetric with zero row sums and no negative eigenvalue", () => {
    fc.assert(
      fc.property(sizes.chain((n) => mobilities(n)), (mobility) => {
        const K = denseOperator(ring(mobility.length), mobility);
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

  it("has the entries -m / Delta of the ring", () => {
    const K = denseOperator(ring(4), [0.25, 0.5, 0.75, 1]);
    expect([...K[0]]).toEqual([5, -1, 0, -4]);
    expect([...K[1]]).toEqual([-1, 3, -2, 0]);
  });

  it("is what fluxes down a gradient, and what they bring to the nodes, amount to", () => {
    const cases = sizes.chain((n) =>
      fc.tuple(
        mobilities(n),
        fc.array(even(-9, 9), { minLength: n, maxLength: n }),
      )
    );
    fc.assert(
      fc.property(cases, ([mobility, numbers]) => {
        const n = mobility.length, mesh = ring(n);
        const v = Float64Array.from(numbers);
        const dense = denseOperator(mesh, mobility)
          .map((row) => row.reduce((s, k, j) => s + k * v[j], 0));
        const flux = new Float64Array(n), rate = new Float64Array(n);
        mesh.gradient(v, 0, flux, 0);
        flux.forEach((difference, p) => flux[p] = -mesh.pairs.weight[p] * mobility[p] * difference);
        mesh.inflow(flux, 0, rate, 0);
        const scale = 1e-10 * n * Math.max(...mobility, 1);
        rate.forEach((r, i) =>
          expect(Math.abs(r * mesh.nodeVolume + dense[i])).toBeLessThan(scale)
        );
        expect(v.reduce((sum, value, i) => sum + value * dense[i], 0)).toBeGreaterThan(-scale);
      }),
      { numRuns: 60 },
    );
  });
});
