import { describe, expect, it } from "vitest";
import { randomStream } from "@spiediff/random";
import { addFields, createAverages, standardErrors } from "./averages.ts";

describe("averages over words", () => {
  /** Realizations that share a part of their noise within a word. */
  const errors = (shared: number, width: number, count: number, seed: number) => {
    const stream = randomStream(seed, "averages");
    const averages = createAverages(1, width);
    let common = 0;
    for (let r = 0; r < count; r++) {
      if (r % 16 === 0) common = stream.normal();
      const z = 0.5 + 0.01 * (Math.sqrt(shared) * common + Math.sqrt(1 - shared) * stream.normal());
      addFields(averages, Float64Array.of(z), 1);
    }
    return { mean: averages.mean[0], error: standardErrors(averages)[0] };
  };

  it("give errors that cover correlation within words, where realizations' do not", () => {
    const expected = 0.01 * Math.sqrt((1 + 15 * 0.3) / 800);
    const spread = Array.from({ length: 400 }, (_, seed) => errors(0.3, 16, 800, seed).mean - 0.5);
    const found = Math.sqrt(spread.reduce((s, v) => s + v * v, 0) / 400);
    expect(found / expected).toBeGreaterThan(0.8);
    expect(found / expected).toBeLessThan(1.2);
    const words = Array.from({ length: 50 }, (_, seed) => errors(0.3, 16, 800, seed).error);
    const mean = words.reduce((a, b) => a + b, 0) / 50;
    expect(mean / expected).toBeGreaterThan(0.9);
    expect(mean / expected).toBeLessThan(1.1);
    expect(errors(0.3, 1, 800, 0).error / expected).toBeLessThan(0.6);
  });

  it("take a smaller last word into account, and few words as realizations", () => {
    const exact = 0.01 / Math.sqrt(1000);
    const uneven = Array.from({ length: 50 }, (_, seed) => errors(0, 16, 1000 - 8, seed).error);
    expect(uneven.reduce((a, b) => a + b, 0) / 50 / exact).toBeGreaterThan(0.93);
    expect(uneven.reduce((a, b) => a + b, 0) / 50 / exact).toBeLessThan(1.07);
    expect(errors(0.3, 16, 100, 1).error).toBe(errors(0.3, 1, 100, 1).error);
  });

  it("go on from what was kept, to the same bits", () => {
    const z = Array.from({ length: 40 }, (_, r) => Float64Array.of(Math.sin(r), 1 / (r + 1)));
    const whole = createAverages(2, 16), first = createAverages(2, 16);
    z.forEach((fields) => addFields(whole, fields, 3));
    z.slice(0, 21).forEach((fields) => addFields(first, fields, 3));
    const second = createAverages(2, 16, { index: 21, values: first.values });
    z.slice(21).forEach((fields) => addFields(second, fields, 3));
    expect(second.values).toEqual(whole.values);
    expect(second.count).toBe(40);
  });
});
