import { describe, expect, it } from "vitest";
import { readCsv } from "./csv.ts";
import { fieldFigures } from "./figures/field_figures.ts";
import { runReport } from "./run_report.ts";
import { sampleRunData } from "./sample_data.ts";
import { assertWellFormed } from "./testing.ts";
import type { FieldSeries } from "./types.ts";

const ELEMENTS = 4;
/** Node i of time t is `i + 100 t`; simulated one half more. */
function series(dimension: 2 | 3): FieldSeries {
  const rows = (shift: number) =>
    [0, 1].map((t) => Array.from({ length: ELEMENTS ** dimension }, (_, i) => i + 100 * t + shift));
  return {
    ...{ dimension, elements: ELEMENTS, times: [0, 0.01], level: 0.95, members: 7 },
    ...{ mean: rows(0), lower: rows(-1), upper: rows(2) },
    kmc: { mean: rows(0.5), standardError: rows(1), realizations: 5 },
  };
}

describe("a field's figures", () => {
  it("are maps, film and cuts: mean, simulated, residual, width", () => {
    const figures = fieldFigures(series(2));
    expect(figures.map(({ id }) => id)).toEqual([
      ...["field-maps", "field-film", "field-cut", "field-cut-residuals"],
    ]);
    figures.forEach(({ svg, narrow }) => [svg, narrow].forEach(assertWellFormed));
    const { columns } = readCsv(figures[0].csv);
    expect(columns["predicted mean"][16 + 5]).toBe(105);
    expect(columns["simulated mean"][16 + 5]).toBe(105.5);
    expect(new Set(columns["predicted \u2212 simulated"])).toEqual(new Set([-0.5]));
    expect(new Set(columns["width of the 95 % band"])).toEqual(new Set([3]));
    // Predicted and simulated have one scale: its ends stand under both.
    expect(figures[0].svg.match(/>116</g) ?? []).toHaveLength(2);
  });

  it("have cuts through the middle", () => {
    const [square] = fieldFigures(series(2)).filter(({ id }) => id === "field-cut");
    expect(readCsv(square.csv).columns.mean.slice(0, 4)).toEqual([8, 9, 10, 11]);
    const cube = fieldFigures(series(3));
    const [cut] = cube.filter(({ id }) => id === "field-cut");
    expect(readCsv(cut.csv).columns.mean.slice(0, 4)).toEqual([40, 41, 42, 43]);
    expect(cube.filter(({ id }) => id.startsWith("field-maps")).map(({ title }) => title)).toEqual([
      "Density over time at z = 0",
      "Density over time at z = 0.25",
      "Density over time at z = 0.5",
    ]);
  });

  it("are refused by the name of an array", () => {
    const short = { ...series(2), lower: [[1], [2]] };
    expect(() => fieldFigures(short)).toThrow(/prediction\.lower/);
  });
});

it("a run's report has them in place of profiles", () => {
  const sample = sampleRunData();
  const { course: _, ...data } = sample;
  const html = runReport({
    ...data,
    system: { ...data.system, dimension: 2 },
    prediction: series(2),
    trainedProfiles: [],
  });
  expect(html).toContain("field-maps");
  expect(html).toContain("carries the field to");
  expect(html).toMatch(/2D, N² = [\d\s\u2009\u202f]+² sites, M² = \d+² elements/);
  expect(html).not.toContain("profile-residuals");
});
