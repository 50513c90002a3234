import { parseSimulation, preset } from "@spiediff/experiment";
import { forceRows, mobilityRows, pointsOf } from "@spiediff/diffusion-train";
import { estimateLines, lineCollector, linesAsRings } from "@spiediff/fdt-operators";
import { hopRunner, latticeGas } from "@spiediff/kmc";
import { elementPoints } from "@spiediff/mesh";
import { randomStream } from "@spiediff/random";
import { describe, expect, it } from "vitest";
import { trainingData } from "../training_data.ts";

const TAU = 2 * Math.PI;
const shape = { dimension: 2, side: 48, elements: 6, window: 3 } as const;

const experiment = parseSimulation({
  ...preset("exclusion-2d"),
  particles: { ...preset("exclusion-2d").particles, sites: shape.side },
  elements: shape.elements,
});

/** Exclusion on a square around two mean densities. */
const data = [0.4, 0.6].flatMap((middle) => {
  const density = new Float64Array(shape.side ** 2).map((_, x) => {
    const [u, v] = [x % shape.side, Math.floor(x / shape.side)].map((k) => TAU * k / shape.side);
    return middle + 0.25 * Math.sin(u) * Math.sin(v) + 0.1 * Math.cos(u);
  });
  const run = hopRunner({ ...shape, process: latticeGas(null), density, burnIn: 0 });
  const collector = lineCollector(shape);
  const blocks = Array.from({ length: 24 }, (_, b) => {
    for (let r = 0; r < 8; r++) collector.add(run(randomStream(1, "line data", middle, b, r)));
    return collector.take();
  });
  const lines = linesAsRings(`mean ${middle}`, estimateLines(shape, blocks));
  return trainingData(lines, experiment);
});

describe("lines of a square as data for training", () => {
  it("are rings with names of their own", () => {
    expect(data).toHaveLength(2 * 12);
    expect(new Set(data.map(({ profileName }) => profileName)).size).toBe(24);
    expect(data[7].profileName).toBe("mean 0.4, line 1 along axis 1");
  });

  it("have rows of the mobility that is exact", () => {
    const { left, right, mobility } = mobilityRows(data);
    const points = pointsOf(left, right), n = left.length;
    const exact = mobility.map((_, e) =>
      [points[e], points[n + e]].reduce((sum, rho) => sum + rho * (1 - rho) / 2, 0)
    );
    const slope = (of: Float64Array) => of.reduce((sum, m, e) => sum + m * exact[e], 0);
    // 144 elements at 5 % each.
    expect(Math.abs(slope(mobility) / slope(exact) - 1)).toBeLessThan(0.02);
  });

  it("have fluxes that give back the exact driving force, up to a constant", () => {
    const exact = data.map(({ elementDensity = [] }) =>
      Float64Array.from(elementDensity, (left, e) => {
        const points = elementPoints(left, elementDensity[(e + 1) % elementDensity.length]);
        return points.reduce((sum, rho) => sum + rho * (1 - rho) / 2, 0);
      })
    );
    const rows = forceRows(data, exact);
    const pairs = rows.flatMap(({ density, observedForce }) =>
      Array.from(density, (rho, i) => [observedForce[i], Math.log(rho / (1 - rho))])
    );
    const [a, b] = [0, 1].map((k) => pairs.reduce((sum, pair) => sum + pair[k], 0) / pairs.length);
    const dot = (i: number, k: number) =>
      pairs.reduce((sum, pair) => sum + (pair[i] - [a, b][i]) * (pair[k] - [a, b][k]), 0);
    // Slope of what was observed against what is exact, and what is left of it.
    expect(Math.abs(dot(0, 1) / dot(1, 1) - 1)).toBeLessThan(0.02);
    expect(1 - dot(0, 1) ** 2 / dot(0, 0) / dot(1, 1)).toBeLessThan(0.002);
  });
});
