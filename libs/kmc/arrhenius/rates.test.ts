import { describe, expect, it } from "vitest";
import { checkSystem, THRESHOLD_BITS, uniformise, uniformiseEnergies } from "./rates.ts";

const system = (sites: number, halfWidth: number, betaJ0: number, drive?: number) => ({
  ...{ sites, halfWidth, betaJ0 },
  ...(drive !== undefined && { drive }),
});
const ONE = 2 ** THRESHOLD_BITS;

describe("hop rates as thresholds", () => {
  it("are drive N^2 exp(-beta J0 n / (2 L + 1)), n the other particles within reach", () => {
    for (const [L, betaJ0, drive] of [[1, 2, 1], [3, -1.5, 2], [5, 0, 0.5]]) {
      const { attemptRate, threshold } = uniformise(system(60, L, betaJ0, drive));
      expect(threshold).toHaveLength(2 * L + 2);
      expect(threshold[0]).toBe(0);
      for (let c = 1; c <= 2 * L; c++) {
        const rate = drive * 3600 * Math.exp(-betaJ0 * (c - 1) / (2 * L + 1));
        expect(attemptRate * threshold[c] / ONE / rate).toBeCloseTo(1, 6);
      }
      expect(Math.max(...threshold)).toBe(ONE);
      expect(threshold[2 * L + 1]).toBe(threshold[2 * L]);
    }
  });

  it("take one draw where a bond's share of it tells the least rate to 1e-4", () => {
    // N / 2^32 over the least acceptance, exp(-|b| (2 L - 1)), b = beta J0 / (2 L + 1).
    const least = (L: number, betaJ0: number) =>
      Math.exp(-Math.abs(betaJ0) * (2 * L - 1) / (2 * L + 1));
    const border = (L: number, betaJ0: number) => 1e-4 * 2 ** 32 * least(L, betaJ0);
    for (const [L, betaJ0] of [[1, 3], [4, 2], [4, -2], [40, 5]]) {
      const edge = border(L, betaJ0);
      expect(uniformise(system(Math.floor(edge), L, betaJ0)).oneDraw).toBe(true);
      expect(uniformise(system(Math.ceil(edge) + 1, L, betaJ0)).oneDraw).toBe(false);
    }
  });

  it("from pair energies have the same bound and the same draws as from counts", () => {
    for (const [L, betaJ0, drive] of [[1, 2, 1], [3, -1.5, 2], [4, 2, 1]]) {
      for (const sites of [60, 100_000, 2 ** 20]) {
        const own = system(sites, L, betaJ0, drive);
        const counts = uniformise(own), energies = uniformiseEnergies(own);
        expect(energies.attemptRate / counts.attemptRate).toBeCloseTo(1, 5);
        expect(energies.oneDraw, `${L} ${betaJ0} ${sites}`).toBe(counts.oneDraw);
        expect(energies.threshold).toHaveLength(0);
      }
    }
  });
});

describe("what a system may be", () => {
  it.each<[string, number, number, number, number?]>([
    ["sites", 3, 1, 0],
    ["sites", 60.5, 1, 0],
    ["sites", 2 ** 21 + 1, 1, 0],
    ["halfWidth", 60, 0, 0],
    ["halfWidth", 60, 1.5, 0],
    ["halfWidth", 61, 30, 0],
    ["betaJ0", 60, 3, NaN],
    ["betaJ0", 60, 3, Infinity],
    ["betaJ0", 600, 100, 8.2],
    ["drive", 60, 3, 1, 0],
    ["drive", 60, 3, 1, -1],
    ["drive", 60, 3, 1, Infinity],
  ])("%s is refused by name at (%d, %d, %d, %d)", (field, ...args) => {
    expect(() => checkSystem(system(...args))).toThrow(new RegExp(`^${field} must`));
  });
  it("reaches to the ends", () => {
    for (
      const args of [[4, 1, 0], [2 ** 21, 1, 0], [63, 30, 0], [600, 100, 7.9], [
        60,
        3,
        1,
        1e-9,
      ]] as const
    ) {
      const [sites, halfWidth, betaJ0, drive] = args;
      const own = system(sites, halfWidth, betaJ0, drive);
      expect(checkSystem(own)).toBe(own);
    }
  });
});
