/** Sizes of first guesses, the prior's share of a cost, and units: laws must scale with their data. */
import { randomStream } from "@spiediff/random";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { choleskyParameters, randomCholesky } from "./cholesky_network.ts";
import { convexParameters, randomConvex } from "./convex_network.ts";
import { type DissipationForm, fitDissipation } from "./dissipation_fit.ts";
import { fitParameters } from "./gauss_newton.ts";
import type { FieldsData } from "./types.ts";

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

describe("a fit's cost", () => {
  it("is chi square and the prior's share, each parameter's distance from the centre in its widths", () => {
    const centre = Float64Array.of(3, -2);
    const residuals = ([a, b]: Float64Array) => Float64Array.of((a - 5) / 0.5, (a + b - 1) / 0.25);
    for (const priorWidth of [0.5, 2]) {
      const fit = fitParameters(residuals, centre, { priorWidth, steps: 50, tolerance: 1e-15 });
      const chi = fit.residuals.reduce((sum, r) => sum + r * r, 0);
      const away = fit.parameters.reduce((sum, v, k) => sum + (v - centre[k]) ** 2, 0);
      expect(fit.chiSquare).toBeCloseTo(chi, 12);
      expect(fit.cost).toBeCloseTo(chi + away / priorWidth ** 2, 12);
      expect(fit.centre).toEqual(centre);
      // The least of a quadratic: no neighbour is lower.
      for (const [k, d] of [[0, 1e-3], [0, -1e-3], [1, 1e-3], [1, -1e-3]]) {
        const p = fit.parameters.map((v, i) => v + (i === k ? d : 0));
        const cost = residuals(p).reduce((sum, r) => sum + r * r, 0) +
          p.reduce((sum, v, i) => sum + (v - centre[i]) ** 2, 0) / priorWidth ** 2;
        expect(cost).toBeGreaterThan(fit.cost);
      }
    }
  });
  it("of a search from elsewhere has the same centre and the same end", () => {
    const residuals = ([a]: Float64Array) => Float64Array.of((a - 5) / 0.5);
    const options = { priorWidth: 1, steps: 50, tolerance: 1e-15 };
    const [own, far] = [undefined, Float64Array.of(40)].map((from) =>
      fitParameters(residuals, Float64Array.of(3), { ...options, ...(from && { from }) })
    );
    // Weights 4 and 1.
    expect(own.parameters[0]).toBeCloseTo((4 * 5 + 3) / 5, 6);
    expect(far.parameters[0]).toBeCloseTo(own.parameters[0], 6);
    expect(far.centre[0]).toBe(3);
  });
});

describe("the dissipative matrix of two fields", () => {
  const elements = 6,
    form: DissipationForm = {
      stateOf: (fields) => [fields[0], fields[1]],
      blocks: [2],
      entries: (learned) => [...learned],
      learned: (entries) => [...entries],
    };
  /** The second field and its entries in another unit. */
  const data = (unit: number): FieldsData => {
    const places = Array.from({ length: elements }, (_, i) => 2 * Math.PI * i / elements);
    const rows = places.map((x) => [2 + Math.cos(x), 0.3 * unit * Math.sin(x), unit ** 2 * 0.5]);
    const columns = (values: readonly (readonly number[])[]) =>
      Float64Array.from(values[0].flatMap((_, k) => values.map((row) => row[k])));
    const fields = columns(places.map((x) => [Math.cos(x), unit * Math.sin(x)]));
    return {
      ...{ profileName: "p", elements, middle: fields, node: fields, slope: fields },
      dissipation: columns(rows),
      dissipationCovariance: rows.map(() =>
        Matrix.diag([1e-4, 1e-4 * unit ** 2, 1e-4 * unit ** 4])
      ),
    } as unknown as FieldsData;
  };
  it("is the same law whatever the units of the fields", () => {
    const at = (unit: number, x: number, y: number) => {
      const { functionOf, fit } = fitDissipation(
        [data(unit)],
        form,
        { hidden: 3, steps: 15, priorWidth: 2 },
        randomStream(4, "M"),
      );
      const out = new Float64Array(3);
      functionOf(fit.parameters)(x, y * unit, out);
      return out;
    };
    const [own, other] = [at(1, 0.5, 0.2), at(30, 0.5, 0.2)];
    [1, 30, 900].forEach((scale, k) => expect(other[k] / scale).toBeCloseTo(own[k], 3));
    // And it is that of the data: 2.5, 0.06, 0.5 there.
    expect(own[0]).toBeCloseTo(2.5, 0);
    expect(own[2]).toBeCloseTo(0.5, 0);
  });
});
