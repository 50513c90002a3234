import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { tableProfile } from "../mod.ts";

describe("profiles from tables", () => {
  const table = { positions: [0.2, 0.5, 0.9], densities: [0.3, 0.7, 0.4] };

  it("hold each density to the next position, around the ring, as steps", () => {
    const { density } = tableProfile("steps", 10, table, "steps");
    expect([...density]).toEqual([0.4, 0.4, 0.3, 0.3, 0.3, 0.7, 0.7, 0.7, 0.7, 0.4]);
  });

  it("are linear between points, across the boundary too, as lines", () => {
    const { density } = tableProfile("lines", 10, table, "lines");
    const expected = [0.4 - 0.1 / 3, 0.4 - 0.2 / 3, 0.3, 0.3 + 0.4 / 3, 0.3 + 0.8 / 3];
    expected.push(0.7, 0.7 - 0.075, 0.7 - 0.15, 0.7 - 0.225, 0.4);
    density.forEach((rho, x) => expect(rho).toBeCloseTo(expected[x], 12));
  });

  it("pass through their points and stay within their range", () => {
    const points = fc.uniqueArray(fc.nat(99), { minLength: 1, maxLength: 9 });
    fc.assert(fc.property(points, fc.constantFrom("steps", "lines"), (at, between) => {
      const positions = at.sort((a, b) => a - b).map((n) => n / 100);
      const densities = positions.map((x) => 0.1 + 0.8 * ((x * 7.3) % 1));
      const { density } = tableProfile("p", 100, { positions, densities }, between as "steps");
      positions.forEach((x, i) =>
        expect(density[Math.round(100 * x)]).toBeCloseTo(densities[i], 9)
      );
      expect(Math.min(...density)).toBeGreaterThanOrEqual(Math.min(...densities) - 1e-12);
      expect(Math.max(...density)).toBeLessThanOrEqual(Math.max(...densities) + 1e-12);
    }));
  });

  it("refuse bad tables by entry", () => {
    const of = (positions: number[], densities: number[]) => () =>
      tableProfile("p", 10, { positions, densities }, "steps");
    expect(of([0.1, 0.1], [0.5, 0.5])).toThrow(/positions\[1\].*0\.1/);
    expect(of([1], [0.5])).toThrow(/positions\[0\].*1/);
    expect(of([0.1], [])).toThrow(/0 and 1/);
    expect(of([0.1], [1.5])).toThrow(/\(0, 1\), not 1\.5/);
    const table = { positions: [0], densities: [0.5] };
    expect(() => tableProfile("p", 10, table, "curves" as "lines")).toThrow(/between.*"curves"/);
  });
});
