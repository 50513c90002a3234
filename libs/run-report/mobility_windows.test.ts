import type { Estimated, OperatorEstimate } from "@spiediff/fdt-operators";
import { describe, expect, it } from "vitest";
import { mobilityWindows } from "./mobility_windows.ts";

const M = 8, HOP = 1e-4, hs = [HOP, 10 * HOP];
/** What is left of the instantaneous mobility rho (1 - rho) after each window. */
const LEFT = [0.98, 0.95];

/** An estimate of a wave whose mobilities are exact but for a fixed alternating error. */
function estimate(mean: number, controlled = true): OperatorEstimate {
  const elementDensity = Array.from(
    { length: M },
    (_, i) => mean + 0.2 * Math.cos(2 * Math.PI * i / M),
  );
  const middle = elementDensity.map((rho, e) => (rho + elementDensity[(e + 1) % M]) / 2);
  const K1 = middle.map((rho) => -M * rho * (1 - rho));
  const closed = (left: number): Estimated => ({
    value: K1.map((entry, e) => left * entry * (1 + 0.01 * (-1) ** e)),
    standardError: K1.map((entry) => 0.01 * Math.abs(entry)),
  });
  const diagnostics = {
    window: { shortest: 5 * HOP, longest: 1 },
    controlVariate: controlled ? LEFT.map((left) => ({ closedK1: closed(left) })) : [],
    instantaneousK1: controlled ? { value: K1, standardError: K1.map(() => 0) } : null,
  };
  return { elementDensity, hs, diagnostics } as unknown as OperatorEstimate;
}

describe("the mobility against the window", () => {
  const estimates = [estimate(0.35), estimate(0.65)];
  const found = mobilityWindows(estimates, HOP, (rho) => 0.94 * rho * (1 - rho))!;

  it("is a mean over elements of like density, with their errors and the reference likewise", () => {
    expect(found.hopTimes).toEqual([expect.closeTo(1, 9), expect.closeTo(10, 9)]);
    expect(found.groups).toHaveLength(4);
    const densities = found.groups.map(({ density }) => density);
    expect([...densities].sort()).toEqual(densities);
    for (const { density, instantaneous, ratio, standardError, reference } of found.groups) {
      expect(Math.abs(instantaneous / (density * (1 - density)) - 1)).toBeLessThan(0.06);
      ratio.forEach((value, w) => expect(Math.abs(value / LEFT[w] - 1)).toBeLessThan(0.0101));
      // One percent of each of 2 to 8 elements.
      for (const error of standardError) {
        expect(error).toBeGreaterThan(0.0099 / Math.sqrt(8));
        expect(error).toBeLessThan(0.0101);
      }
      expect(reference).toBeCloseTo(0.94, 9);
    }
    expect(found.fall.value).toBeCloseTo(1 - LEFT[1], 12);
    expect(found.fall.standardError).toBeCloseTo(0.01 / Math.sqrt(2 * M), 12);
    expect(found.instantaneousBelow).toBeCloseTo(5, 9);
  });

  it("is not told without a law or without currents, nor over windows that differ", () => {
    expect(mobilityWindows(estimates, HOP, null)!.groups[0].reference).toBeNull();
    expect(mobilityWindows([estimates[0], estimate(0.5, false)], HOP, null)).toBeUndefined();
    const other = { ...estimates[1], hs: [HOP, 11 * HOP] };
    expect(mobilityWindows([estimates[0], other], HOP, null)).toBeUndefined();
    expect(mobilityWindows([], HOP, null)).toBeUndefined();
  });
});
