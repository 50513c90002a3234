/** The prior's share of a cost, and units: laws must scale with their data. */
import { randomStream } from "@spiediff/random";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { type DissipationForm, fitDissipation } from "./dissipation_fit.ts";
import { fitParameters } from "./gauss_newton.ts";
import type { FieldsData } from "./types.ts";

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
      dissipationNeighbours: [],
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
