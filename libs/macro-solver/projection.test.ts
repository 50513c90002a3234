import { describe, expect, it } from "vitest";
import { SolverError } from "./errors.ts";
import { countNotPSD, firstOutside, projectNonPositive, requireFinite } from "./projection.ts";

describe("the projection of K1", () => {
  it("sets positive entries to zero and counts them", () => {
    const K1 = Float64Array.from([-1, 2, 0, 3, -4, -5]);
    expect(countNotPSD(K1, 3)).toBe(2);
    expect(projectNonPositive(K1, 3)).toBe(2);
    expect([...K1]).toEqual([-1, 0, 0, 0, -4, -5]);
    expect(countNotPSD(K1, 3)).toBe(0);
  });

  it.each([NaN, Infinity, -Infinity])("refuses %s and names element and member", (value) => {
    const K1 = Float64Array.from([-1, -1, -1, -1, value, -1]);
    expect(() => projectNonPositive(K1, 3)).toThrow(SolverError);
    expect(() => projectNonPositive(K1, 3)).toThrow(/element 1, member 1/);
    expect(() => requireFinite("driving force f'", K1, 3)).toThrow(/node 1, member 1/);
  });

  it("finds the first density outside of (0, 1), bounds and NaN included", () => {
    expect(firstOutside(Float64Array.from([0.1, 0.9]))).toBe(-1);
    for (const bad of [0, 1, -0.1, 1.1, NaN]) {
      expect(firstOutside(Float64Array.from([0.5, bad]))).toBe(1);
    }
  });
});
