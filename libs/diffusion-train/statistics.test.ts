import { RingMatrix } from "@spiediff/numerics";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inverseVarianceWeights, meanAndStd } from "./_statistics.ts";
import { withModelError } from "./force_fit.ts";
import { trainedElements } from "./whitening.ts";

const positive = fc.integer({ min: 1, max: 64 }).map((n) => n / 16);

describe("weights of rows", () => {
  it("go like 1/se^2 with mean 1, whatever the unit", () => {
    // 1 and 1/4 over their mean, 5/8.
    expect([...inverseVarianceWeights([1, 2])]).toEqual([1.6, 0.4]);
    fc.assert(
      fc.property(fc.array(positive, { minLength: 1, maxLength: 9 }), positive, (se, unit) => {
        const weights = inverseVarianceWeights(se);
        const other = inverseVarianceWeights(se.map((s) => s * unit));
        expect(weights.reduce((a, b) => a + b) / se.length).toBeCloseTo(1, 10);
        weights.forEach((w, i) => {
          expect(w * se[i] ** 2).toBeCloseTo(weights[0] * se[0] ** 2, 8);
          expect(other[i]).toBeCloseTo(w, 8);
        });
      }),
    );
  });
});

describe("mean and standard deviation", () => {
  it("of two are their middle and half their distance; they move and stretch with the data", () => {
    expect(meanAndStd([1, 4])).toEqual({ mean: 2.5, std: 1.5 });
    const data = fc.uniqueArray(fc.integer({ min: -99, max: 99 }), { minLength: 2, maxLength: 9 });
    fc.assert(fc.property(data, positive, (values, factor) => {
      const one = meanAndStd(values);
      const other = meanAndStd(values.map((v) => factor * v + 3));
      expect(other.mean).toBeCloseTo(factor * one.mean + 3, 8);
      expect(other.std).toBeCloseTo(factor * one.std, 8);
      const square = values.reduce((sum, v) => sum + v * v, 0) / values.length;
      expect(one.std ** 2 + one.mean ** 2).toBeCloseTo(square, 6);
    }));
  });

  it("refuses equal and infinite data", () => {
    expect(() => meanAndStd([2, 2])).toThrow(/not all equal/);
    expect(() => meanAndStd([1, Infinity])).toThrow(/finite/);
  });
});

describe("the law's own error", () => {
  it("adds its square times the flux's and the mean square flux to the diagonal", () => {
    const covariance = RingMatrix.from(2, 1, (i, j) => [[1, 0.5], [0.5, 2]][i][j]);
    const total = withModelError(
      { flux: Float64Array.of(2, 4), covariance, heldOut: [false, false] },
      0.1,
    );
    // The mean square is (4 + 16) / 2.
    expect(total.get(0, 0)).toBeCloseTo(1 + 0.01 * (10 + 4), 12);
    expect(total.get(1, 1)).toBeCloseTo(2 + 0.01 * (10 + 16), 12);
    expect([total.get(0, 1), total.get(1, 0)]).toEqual([0.5, 0.5]);
    expect(covariance.get(0, 0)).toBe(1);
  });

  it("does not see the flux of an element that is held out", () => {
    const covariance = RingMatrix.diagonal([1, 1, 1]);
    const of = (hidden: number) =>
      withModelError(
        { flux: Float64Array.of(1, hidden, 3), covariance, heldOut: [false, true, false] },
        0.5,
      ).toMatrix();
    expect(of(7)).toEqual(of(0));
    expect(trainedElements([false, true, false])).toEqual([0, 2]);
  });
});
