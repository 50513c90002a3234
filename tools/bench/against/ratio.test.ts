import { expect, test } from "vitest";
import { randomStream } from "@spiediff/random";
import { summariseRatios } from "./ratio.ts";

test("the interval of the median holds the true one in 95 % of samples, and shrinks with pairs", () => {
  const stream = randomStream(1, "ratios");
  const truth = 1.1, repetitions = 200;
  const widths: number[] = [];
  for (const pairs of [11, 44]) {
    let held = 0, width = 0;
    for (let r = 0; r < repetitions; r++) {
      const ratios = Array.from({ length: pairs }, () => truth * Math.exp(0.05 * stream.normal()));
      const { interval: [low, high] } = summariseRatios(ratios);
      if (low <= truth && truth <= high) held++;
      width += high - low;
    }
    // Binomial with p = 0.95: four standard errors of 200 draws are 0.062; the bootstrap at 11 pairs loses 2 %.
    expect(held / repetitions).toBeGreaterThan(0.87);
    expect(held / repetitions).toBeLessThan(1);
    widths.push(width);
  }
  expect(widths[0] / widths[1]).toBeGreaterThan(1.6);
  expect(widths[0] / widths[1]).toBeLessThan(2.5);
});

test("one slow run in ten does not move the median", () => {
  const ratios = [0.99, 1, 1.01, 1, 0.98, 1.02, 1, 1.01, 0.99, 7];
  expect(summariseRatios(ratios).median).toBeCloseTo(1, 2);
});
