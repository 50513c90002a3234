/** Sizes of first guesses, layer by layer. */
import { randomStream } from "@spiediff/random";
import { describe, expect, it } from "vitest";
import { choleskyParameters, randomCholesky } from "./cholesky_network.ts";
import { convexParameters, randomConvex } from "./convex_network.ts";

/** Mean and standard deviation. */
function spread(values: ArrayLike<number>) {
  const all = Array.from(values), mean = all.reduce((a, b) => a + b, 0) / all.length;
  return { mean, sd: Math.sqrt(all.reduce((sum, v) => sum + (v - mean) ** 2, 0) / all.length) };
}
/** Within five standard errors of normal numbers of this deviation (6e-7 each way). */
function expectNormal(values: Float64Array, mean: number, sd: number) {
  const found = spread(values), error = sd / Math.sqrt(values.length);
  expect(Math.abs(found.mean - mean)).toBeLessThan(5 * error);
  expect(Math.abs(found.sd - sd)).toBeLessThan(5 * error / Math.SQRT2);
}

describe("first guesses", () => {
  it("of Cholesky factors are of order one, layer by layer", () => {
    const hidden = 60, shape = { blocks: [3, 2], hidden };
    const all = randomCholesky(shape, randomStream(1, "cholesky"));
    expect(all.length).toBe(choleskyParameters(shape));
    // 2 inputs and a bias; a square layer with biases; six and three entries with biases.
    expect(all.length).toBe(3 * 60 + 60 * 61 + 61 * 9);
    expectNormal(all.slice(0, 180), 0, 0.7);
    expectNormal(all.slice(180, 180 + 60 * 61), 0, 1 / Math.sqrt(hidden));
    expectNormal(all.slice(180 + 60 * 61), 0, 0.5 / Math.sqrt(hidden));
  });

  it("of convex functions have positive weights about one over their number", () => {
    const first = 40, second = 50, shape = { first, second, fallsInSecond: false };
    const all = randomConvex(shape, randomStream(1, "convex"));
    expect(all.length).toBe(convexParameters(shape));
    // W, b, a, V, d, c, l.
    const sizes = [80, 40, 2000, 100, 50, 50, 2];
    expect(sizes.reduce((a, b) => a + b)).toBe(all.length);
    const [w, b, a, v, d, c, l] = sizes.map((size, k) => {
      const from = sizes.slice(0, k).reduce((x, y) => x + y, 0);
      return all.slice(from, from + size);
    });
    for (const free of [w, b, v, d]) expectNormal(free, 0, 1);
    // softplus of it is 1 / n.
    const raw = (n: number) => Math.log(Math.exp(1 / n) - 1);
    expectNormal(a, raw(first), 0.3);
    expectNormal(c, raw(second), 0.3);
    expect(Math.abs(l[0]) + Math.abs(l[1])).toBeGreaterThan(0.1);
  });
});
