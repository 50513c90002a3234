import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { value } from "./arbitraries.ts";
import { hatFunction, projectOccupation, projectPositions } from "./mod.ts";

const place = value(-3, 3);

describe("particles projected onto hats", () => {
  it("are what the hats' definition says, wherever they lie", () => {
    fc.assert(fc.property(fc.array(place), fc.integer({ min: 3, max: 12 }), (places, M) => {
      const z = projectPositions(places, M, 0.1);
      for (let i = 0; i < M; i++) {
        const direct = places.reduce((sum, x) => sum + hatFunction(i, x, M), 0);
        expect(z[i]).toBeCloseTo(0.1 * direct, 10);
      }
    }));
  });
  it("on sites are what occupations are", () => {
    const eta = [1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 0];
    const places = eta.flatMap((occupied, x) => occupied ? [x / 12] : []);
    projectPositions(places, 4, 1 / 12).forEach((z, i) =>
      expect(z).toBeCloseTo(projectOccupation(eta, 4)[i], 14)
    );
  });
  it("count where they are chosen, and just below 0 lie at the end", () => {
    expect([...projectPositions([0.5, 0, 0.25], 4, 2, [2, 2])]).toEqual([0, 4, 0, 0]);
    expect([...projectPositions([-1e-20], 4, 1)]).toEqual([1, 0, 0, 0]);
  });
  it("refuse what is no position, and meshes too coarse", () => {
    for (const x of [NaN, Infinity]) {
      expect(() => projectPositions([0.1, x], 4, 1)).toThrow(/positions must be finite, not/);
    }
    expect(() => projectPositions([], 2, 1)).toThrow(/elements must be an integer of at least 3/);
  });
});
