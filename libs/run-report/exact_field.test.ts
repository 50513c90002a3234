import { symmetricExclusion, zeroRangeReference } from "@spiediff/exact-reference";
import { exclusionDensity, fieldOf } from "@spiediff/law";
import { nodalDensity, projectTorusField } from "@spiediff/mesh";
import { describe, expect, it } from "vitest";
import { exactAgreement, solveExactField } from "./exact_field.ts";

const TAU = 2 * Math.PI;
const times = [0, 0.005];
const largest = (a: Float64Array, b: Float64Array) =>
  a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);

describe("the exact law's equation", () => {
  it.each([[2, 12], [3, 5]] as const)(
    "of exclusion in %iD is the heat equation",
    async (dimension, elements) => {
      const wave = (t: number) => (at: readonly number[]) => {
        const decay = Math.exp(-(TAU ** 2) * dimension * t);
        return 0.5 + 0.2 * decay * Math.cos(TAU * at.reduce((sum, x) => sum + x, 0));
      };
      const found = await solveExactField(symmetricExclusion(), exclusionDensity, wave(0), {
        ...{ dimension, elements, times },
      });
      times.forEach((t, k) => {
        const exact = nodalDensity(
          projectTorusField(wave(t), elements, dimension),
          "lumped",
          dimension,
        );
        expect(largest(found[k], exact)).toBeLessThan(dimension === 2 ? 2e-5 : 6e-4);
      });
    },
  );

  it("of zero range is another: half of the density's waves decay at D = 1/(1 + rho)^2", async () => {
    const field = fieldOf({ name: "density", unit: "", low: 0, high: null, ideal: "logarithm" });
    const [start, end] = await solveExactField(
      zeroRangeReference(0),
      field,
      ([x, y]) => 1 + 0.001 * Math.cos(TAU * (x - y)),
      { dimension: 2, elements: 12, times: [0, 0.02] },
    );
    // A small wave around density 1: D = 1/4.
    expect((end[0] - 1) / (start[0] - 1)).toBeCloseTo(Math.exp(-2 * TAU ** 2 * 0.02 / 4), 3);
  });
});

it("is held against a prediction at all times after the start", () => {
  const band = (mean: number[]) => ({
    level: 0.95,
    mean: Float64Array.from(mean),
    lower: Float64Array.from(mean, (v) => v - 0.1),
    upper: Float64Array.from(mean, (v) => v + 0.1),
  });
  const prediction = { times: [0, 1], density: [band([9, 9]), band([0.25, 0.75])] };
  const exact = [Float64Array.of(1, 2), Float64Array.of(0.2, 0.9)];
  const { inside, deviation } = exactAgreement(prediction, exact);
  expect(inside).toBe(0.5);
  // Off by .05 and -.15, of a field .35 about its middle.
  expect(deviation).toBeCloseTo(Math.sqrt((0.05 ** 2 + 0.15 ** 2) / (2 * 0.35 ** 2)), 12);
});
