import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  coarsenAverages,
  LARGEST_RECONSTRUCTION,
  reconstruct,
  refineAverages,
} from "./reconstruction.ts";

/** Hat averages of `0.5 + amplitude cos(2 pi k x)`, exactly. */
const averagesOf = (k: number, amplitude: number, elements: number) => {
  const half = Math.PI * k / elements;
  return Float64Array.from(
    { length: elements },
    (_, i) => 0.5 + amplitude * (Math.sin(half) / half) ** 2 * Math.cos(2 * half * i),
  );
};
const pointsOf = (averages: Float64Array) => {
  const out = new Float64Array(averages.length);
  reconstruct(averages, 0, averages.length, 0, 1, out);
  return out;
};
const error = (k: number, elements: number) =>
  Math.abs(pointsOf(averagesOf(k, 0.1, elements))[0] - 0.6) / 0.1;
const interior = fc.array(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), {
  minLength: 3,
  maxLength: 30,
}).map((values) => Float64Array.from(values));

describe("point values from hat averages", () => {
  it("are exact for waves of three elements", () => {
    // Small enough that no correction is bent.
    expect(Math.abs(pointsOf(averagesOf(8, 0.01, 24))[0] - 0.51)).toBeLessThan(1e-15);
  });
  // The series of theta^2 / s goes on with s^4 / 3150; what stands in its place makes s = 3 exact.
  const left = 4 * Math.PI ** 2 / 27 / 81 - (1 + 3 / 12 + 9 / 90 + 27 / 560) / 81 - 1 / 3150;
  it.each([1, 2, 3])("leave 4.7e-4 s^4 of mode %i on 25 elements", (k) => {
    const s = 4 * Math.sin(Math.PI * k / 25) ** 2;
    expect(left).toBeCloseTo(4.7e-4, 5);
    // Of the average, whose own factor, 1 - s / 12, and the series' next term, s^5 / 16632, are let off.
    const letOff = s / 12 + s / 16632 / left;
    expect(Math.abs(error(k, 25) / (left * s ** 4) - 1)).toBeLessThan(1.2 * letOff);
  });
  it("converge with order eight", () => {
    expect(Math.log2(error(1, 16) / error(1, 32))).toBeCloseTo(8, 0);
  });
  it("exceed an alternating profile by the stated factor", () => {
    const points = pointsOf(
      Float64Array.from({ length: 8 }, (_, i) => 0.5 + (i % 2 ? 0.01 : -0.01)),
    );
    expect((points[1] - 0.5) / 0.01).toBeCloseTo(LARGEST_RECONSTRUCTION, 12);
  });
  it("stay inside of the domain for arbitrary averages, and of a half-infinite one", () => {
    fc.assert(fc.property(interior, fc.constantFrom(1, Infinity), (averages, high) => {
      const out = new Float64Array(averages.length);
      reconstruct(averages, 0, averages.length, 0, high, out);
      out.forEach((value) => expect(value > 0 && value < high).toBe(true));
    }));
  });
  it("leave other rings of the same array alone", () => {
    const out = new Float64Array(12).fill(7);
    reconstruct(new Float64Array(12).fill(0.25), 4, 4, 0, 1, out);
    expect([...out]).toEqual([7, 7, 7, 7, 0.25, 0.25, 0.25, 0.25, 7, 7, 7, 7]);
  });
});

describe("averages of a mesh of half the spacing", () => {
  it("average to the given ones, whatever they are", () => {
    fc.assert(fc.property(interior, (averages) => {
      coarsenAverages(refineAverages(averages)).forEach((value, i) =>
        expect(Math.abs(value - averages[i])).toBeLessThan(1e-12)
      );
    }));
  });
  it("are those of a smooth field to fourth order", () => {
    const worst = (elements: number) => {
      const exact = averagesOf(2, 0.1, 2 * elements);
      return refineAverages(averagesOf(2, 0.1, elements))
        .reduce((most, value, i) => Math.max(most, Math.abs(value - exact[i])), 0);
    };
    expect(worst(25)).toBeLessThan(1e-3 * 0.1);
    expect(Math.log2(worst(25) / worst(50))).toBeGreaterThan(3.5);
  });
});
