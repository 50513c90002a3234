import { describe, expect, it } from "vitest";
import { randomStream } from "@spiediff/random";
import { twoSpeciesRunner } from "./two_species.ts";

/** Five standard errors: a false alarm of 6e-7 a comparison. */
const SIGMAS = 5;

function deviation(values: readonly number[], expected: number): number {
  const n = values.length, mean = values.reduce((a, b) => a + b) / n;
  const square = values.reduce((s, v) => s + (v - mean) ** 2, 0);
  return Math.abs(mean - expected) / Math.sqrt(square / (n * (n - 1)));
}

describe("uniform densities", () => {
  const sites = 60, elements = 5;
  const run = twoSpeciesRunner({ sites, elements, densities: [() => 0.3, () => 0.4] }, 1e-3);
  const stream = randomStream(1, "two species");
  const rows = Array.from({ length: 2000 }, () => {
    const { dissipation, fields, start, flux } = run(stream);
    return {
      dissipation: dissipation.slice(),
      fields: fields.slice(),
      start: start.slice(),
      flux: flux.slice(),
    };
  });
  const column = (pick: (row: typeof rows[0]) => Float64Array, from: number) =>
    rows.map((row) => pick(row).subarray(from, from + elements).reduce((a, b) => a + b) / elements);

  it("give M by products of jumps", () => {
    const cells = [0.21, -0.12, 0.24];
    cells.forEach((value, k) => {
      const values = column((row) => row.dissipation, k * elements);
      expect(deviation(values, value)).toBeLessThan(SIGMAS);
      // The errors are small enough to tell: 8 %.
      expect(deviation(values, 1.08 * value)).toBeGreaterThan(SIGMAS);
    });
  });

  it("stay, each species by itself", () => {
    [0.3, 0.4].forEach((density, species) => {
      const values = column((row) => row.fields, species * elements);
      expect(deviation(values, density)).toBeLessThan(SIGMAS);
      column((row) => row.start, species * elements).forEach((v, k) =>
        expect(v).toBeCloseTo(values[k], 12)
      );
    });
  });

  it("have the covariances of independent sites: C = r_a (delta_ab - r_b)", () => {
    const means = [0.3, 0.4];
    [[0, 0, 0.21], [0, 1, -0.12], [1, 1, 0.24]].forEach(([a, b, value]) => {
      // Of one node's average with the sum of all: hats add up to 1.
      const products = rows.map(({ start }) => {
        const whole = start.subarray(b * elements, (b + 1) * elements).reduce((s, v) => s + v, 0);
        return (sites / elements) * (start[a * elements] - means[a]) *
          (whole - elements * means[b]);
      });
      expect(deviation(products, value)).toBeLessThan(SIGMAS);
    });
  });
});

it("lets each species spread like independent walkers: J = -dr/dx", () => {
  const k = 2 * Math.PI;
  const first = (x: number) => 0.3 + 0.15 * Math.cos(k * x);
  const second = (x: number) => 0.4 + 0.1 * Math.sin(k * x);
  const window = 2e-3;
  const run = twoSpeciesRunner({ sites: 100, elements: 5, densities: [first, second] }, window);
  const stream = randomStream(2, "two species"), rows: Float64Array[] = [];
  for (let n = 0; n < 800; n++) rows.push(run(stream).flux.slice());
  // Averages over hats of waves that decay like exp(-k^2 t).
  const hat = (Math.sin(k / 10) / (k / 10)) ** 2;
  const decay = (1 - Math.exp(-k * k * window)) / (k * k * window);
  for (let e = 0; e < 5; e++) {
    const step = (f: (x: number) => number) => 5 * hat * decay * (f(e / 5) - f((e + 1) / 5));
    expect(deviation(rows.map((row) => row[e]), step(first))).toBeLessThan(SIGMAS);
    expect(deviation(rows.map((row) => row[5 + e]), step(second))).toBeLessThan(SIGMAS);
  }
});

it("refuses densities without room, and windows of no length", () => {
  const plan = { sites: 30, elements: 3, densities: [() => 0.5, () => 0.5] } as const;
  expect(() => twoSpeciesRunner(plan, 1)).toThrow("with a sum below 1, not 0.5 and 0.5.");
  expect(() => twoSpeciesRunner({ ...plan, densities: [() => 0.5, () => 0.2] }, 0))
    .toThrow("window must be positive and finite, not 0.");
});
