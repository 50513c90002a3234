import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import {
  BAND_WIDTH,
  bandIndex,
  bandWidth,
  covarianceOfBand,
  firstColumn,
  symmetricEigenvalues,
  transposedBand,
} from "./mod.ts";

const ring = fc.integer({ min: 1, max: 60 });
const distance = (i: number, j: number, n: number) =>
  Math.min(Math.abs(i - j), n - Math.abs(i - j));
/** The band of a function of two nodes. */
const bandOf = (n: number, entry: (i: number, j: number) => number) => {
  const width = bandWidth(n);
  return Float64Array.from({ length: n * width }, (_, at) => {
    const i = Math.floor(at / width);
    return entry(i, (firstColumn(n, i) + at % width) % n);
  });
};

describe("bands around a ring", () => {
  it("keep each entry up to 12 nodes away once, and all of a ring of 25 row by row", () => {
    fc.assert(fc.property(ring, (n) => {
      const seen = new Set<number>();
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          const at = bandIndex(n, i, j);
          expect(at >= 0).toBe(n <= BAND_WIDTH || distance(i, j, n) <= 12);
          expect(bandIndex(n, i - n, j + n)).toBe(at);
          if (n <= BAND_WIDTH) expect(at).toBe(i * n + j);
          if (at >= 0) seen.add(at);
        }
      }
      expect(seen.size).toBe(n * bandWidth(n));
      expect(Math.max(...seen)).toBe(seen.size - 1);
    }));
  });
  it("stand where bandIndex says, and their transpose too", () => {
    fc.assert(fc.property(ring, (n) => {
      const band = bandOf(n, (i, j) => 100 * i + j), turned = transposedBand(band, n);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          const at = bandIndex(n, i, j);
          if (at >= 0) expect([band[at], turned[at]]).toEqual([100 * i + j, 100 * j + i]);
        }
      }
    }));
  });
});

describe("covarianceOfBand", () => {
  it("gives short rings back as they are", () => {
    const band = bandOf(25, (i, j) => Math.sin(i * j + 1));
    expect(covarianceOfBand(band, 25).toMatrix().to1DArray()).toEqual([...band]);
  });
  it("is positive definite for sample covariances of fewer samples than nodes; cutting off is not", () => {
    const smallest = (values: Float64Array, n: number) =>
      Math.min(...symmetricEigenvalues(Matrix.from1DArray(n, n, values).to2DArray()));
    let cutBelow = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 26, max: 48 }),
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 48, maxLength: 144 }),
        (n, noise) => {
          // Long waves, which correlate beyond any band, with some noise.
          const samples = Array.from(
            { length: 3 },
            (_, s) =>
              Array.from(
                { length: n },
                (_, i) =>
                  Math.cos(2 * Math.PI * i / n + s) + 0.1 * noise[(s * n + i) % noise.length] +
                  0.01,
              ),
          );
          const band = bandOf(n, (i, j) => samples.reduce((sum, z) => sum + z[i] * z[j], 0));
          const tapered = Float64Array.from(covarianceOfBand(band, n).toMatrix().to1DArray());
          const scale = Math.max(...tapered);
          expect(smallest(tapered, n)).toBeGreaterThan(-1e-12 * scale);
          const cut = new Float64Array(n * n);
          for (let i = 0; i < n; i++) {
            for (let j = 0; j < n; j++) cut[i * n + j] = band[bandIndex(n, i, j)] ?? 0;
            expect(tapered[i * n + i]).toBe(cut[i * n + i]);
          }
          // Negative control.
          if (smallest(cut, n) < -1e-3 * scale) cutBelow++;
        },
      ),
      { numRuns: 40 },
    );
    expect(cutBelow).toBeGreaterThan(20);
  });
  it("takes 3 % off next neighbours and nearly everything off the band's edge", () => {
    const all = covarianceOfBand(bandOf(40, () => 1), 40);
    expect(all.get(0, 1)).toBeCloseTo(0.972, 3);
    expect(all.get(0, 12)).toBeLessThan(2e-3);
    expect(all.get(0, 13)).toBe(0);
  });
});
