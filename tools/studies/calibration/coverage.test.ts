import { randomStream } from "@spiediff/random";
import { expect, it } from "vitest";
import { pooled } from "./coverage.ts";
import type { Outcome } from "./coverage.ts";
import type { System } from "./data_set.ts";

const outcome = (system: System, seed: number, quantity: string, inside: number): Outcome => ({
  ...{ system, seed, quantity, width: 3.92 * 1.1, error: 1, wholeCurve: [0, 0, 0, 1] },
  pointwise: [inside, inside, inside, inside],
});

it("pools systems and quantities with equal weight", () => {
  const { share, width, widthError } = pooled([
    ...[1, 2, 3, 4].map((seed) => outcome("L = 1", seed, "m", 1)),
    outcome("main job", 1, "m", 0.5),
    outcome("main job", 1, "D", 0.25),
  ], randomStream(1, "coverage"));
  expect(share).toEqual(new Array(4).fill((1 + 0.5 + 0.25) / 3));
  expect(width).toBeCloseTo(1.1, 12);
  expect(widthError).toBeCloseTo(0, 12);
});

it("draws whole data sets: quantities that fail together count as one", () => {
  // 40 data sets, half of them right in both quantities: the error is that of 40 draws, not of 80.
  const sets = Array.from(
    { length: 40 },
    (_, s) => ["m", "D"].map((quantity) => outcome("L = 1", s, quantity, s % 2)),
  );
  const { share, standardError } = pooled(sets.flat(), randomStream(2, "coverage"));
  expect(share[3]).toBe(0.5);
  // 0.5 / sqrt(40) = 0.0791; 1000 draws know it to 2.2 %: 5 of these.
  expect(standardError[3]).toBeGreaterThan(0.0791 * 0.89);
  expect(standardError[3]).toBeLessThan(0.0791 * 1.11);
});
