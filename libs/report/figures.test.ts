import fc from "fast-check";
import { DOMParser } from "linkedom";
import { describe, expect, it } from "vitest";
import {
  coverageFigure,
  deviationFigure,
  freeEnergyFigure,
  genericFigure,
  heatMapFigure,
  learnedFunctionFigure,
  profileResidualsFigure,
  profilesFigure,
  readCsv,
  stageTimesFigure,
  standaloneSvg,
  trainingFigure,
} from "./mod.ts";
import { spaceTimeFigure } from "./figures/space_time.ts";
import { trainedProfilesFigure } from "./figures/trained_profiles.ts";
import { figures, generic, texts } from "./_sample_figures.ts";
import { finiteCurve, hostileText } from "./arbitraries.ts";
import { sampleRunData } from "./sample_data.ts";
import { assertWellFormed, count } from "./testing.ts";

const data = sampleRunData();

describe.each(Object.entries(figures))("%s figure", (_, { figure, bands, labels }) => {
  it("is well-formed XML with numbers only in its geometry", () => {
    assertWellFormed(figure.svg);
    assertWellFormed(standaloneSvg(figure.svg));
    expect(figure.svg.replace(/>[^<]*</g, "><")).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("draws its bands and names its axes with units", () => {
    expect(count(figure.svg, /aria-label="area"/g) === 0 ? 0 : count(figure.svg, /<path[^>]*Z"/g))
      .toBe(bands);
    const parsed = new DOMParser().parseFromString(figure.svg, "image/svg+xml");
    const shown = [...parsed.querySelectorAll("text")].map((node) => node.textContent);
    for (const label of labels) expect(shown).toContain(label);
  });

  it("has theme colours in the page and fixed colours in the file", () => {
    expect(figure.svg).toContain("var(--");
    expect(standaloneSvg(figure.svg)).not.toMatch(/var\(--|currentColor/);
  });

  it("carries its data as CSV of rectangular blocks", () => {
    for (const part of figure.csv.replace(/^#.*\n/, "").trim().split("\n\n")) {
      const widths = part.split("\n").map((line) =>
        line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).length
      );
      expect(widths.length).toBeGreaterThan(1);
      expect(new Set(widths).size).toBe(1);
    }
  });
});

describe("figures of arbitrary data", () => {
  it("are well-formed for any finite curve, flat ones and single points included", () => {
    fc.assert(
      fc.property(finiteCurve, ({ x, y, spread }) => {
        const series = {
          times: x,
          level: 0.95,
          mean: y,
          lower: y.map((v) => v - spread),
          upper: y.map((v) => v + spread),
        };
        assertWellFormed(freeEnergyFigure(series).svg);
      }),
      { numRuns: 40 },
    );
  });

  it("escape hostile labels, and the text comes back as it went in", () => {
    fc.assert(
      fc.property(hostileText, (label) => {
        const { svg } = learnedFunctionFigure(
          { ...data.k1, references: [{ ...data.k1.references[0], label }] },
          { ...texts, title: label, yLabel: label },
        );
        assertWellFormed(svg);
        expect(/<script|<img|\sonload="/i.test(svg)).toBe(false);
        const parsed = new DOMParser().parseFromString(svg, "image/svg+xml");
        expect([...parsed.querySelectorAll("text")].map((node) => node.textContent)).toContain(
          label,
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe("the exact values that the eye relies on", () => {
  it("draws a theory's lines over a heat map, clipped to it", () => {
    const { svg } = heatMapFigure(
      {
        x: [1, 2],
        y: [1, 2],
        values: [[1, 2], [3, 4]],
        contours: [],
        lines: [{ label: "theory", x: [1, 1.5, 2, 9], y: [1, 1.5, 2, 9] }],
      },
      generic,
    );
    expect(svg).toContain("theory");
    const path = /<path[^>]*stroke-dasharray[^>]*>|stroke-dasharray/.test(svg);
    expect(path).toBe(true);
  });

  it("six series have six colours", () => {
    const observed = [..."abcdef"].map((label, k) => ({ label, share: [0.1 * k] }));
    const { svg } = coverageFigure({ nominal: [0.5], observed }, {
      id: "c",
      title: "C",
      caption: "c",
    });
    const colors = [...svg.matchAll(/<circle cx="10" r="3" fill="([^"]+)"/g)].map(([, fill]) =>
      fill
    );
    expect([colors.length, new Set(colors).size]).toEqual([6, 6]);
  });

  it("a heat map's contour of a plane is the straight line that it must be", () => {
    const plane = [[0, 1, 2], [1, 2, 3]];
    const { svg } = heatMapFigure(
      { x: [0, 1, 2], y: [0, 1], values: plane, contours: [1.5] },
      { ...generic, id: "plane" },
    );
    const links = svg.match(/aria-label="link">(.*?)<\/g>/)?.[1] ?? "";
    const ends = [...links.matchAll(/M([\d.]+),([\d.]+)L([\d.]+),([\d.]+)/g)].map((m) =>
      m.slice(1).map(Number)
    );
    expect(ends.length).toBe(2);
    const slopes = ends.map(([x1, y1, x2, y2]) => (y2 - y1) / (x2 - x1));
    expect(Math.abs(slopes[0] - slopes[1])).toBeLessThan(1e-3);
  });

  it("deviation data are learned minus reference, the band for whole curves included", () => {
    const { csv, svg } = deviationFigure(data.k1, { ...texts, id: "d" });
    const [, , first] = csv.split("\n").map((line) => line.split(","));
    expect(Number(first[1])).toBeCloseTo(
      data.k1.learned.mean[0] - data.k1.references[0].values[0],
      12,
    );
    const column = csv.split("\n")[1].split(",").indexOf("curve_upper_minus_reference");
    expect(Number(first[column])).toBeCloseTo(
      data.k1.learned.wholeCurve!.upper[0] - data.k1.references[0].values[0],
      12,
    );
    expect(svg).toContain("holds whole curves");
  });
});

describe("a band that is thinner than a line", () => {
  it("is drawn around its own mean where there is no reference", () => {
    const { csv, svg } = deviationFigure({ ...data.k1, references: [] }, { ...texts, id: "d" });
    const { columns } = readCsv(csv);
    expect(Math.max(...columns.mean_minus_reference.map(Math.abs))).toBe(0);
    const { upper, mean } = data.k1.learned;
    expect(columns.upper_minus_reference[7]).toBeCloseTo(upper[7] - mean[7], 12);
    expect(svg).toContain("learned mean (zero line)");
  });
  it("is drawn at every time, with particles or without", () => {
    const { title, svg, narrow } = profileResidualsFigure({ ...data.prediction, kmc: undefined });
    expect(title).toBe("The bands, magnified");
    for (const t of data.prediction.times) expect(svg).toContain(`t = ${t}`);
    expect(count(svg, /<circle/g)).toBe(0);
    expect(count(profileResidualsFigure(data.prediction).narrow, /<circle[^>]*r="1.8"/g))
      .toBe(data.prediction.times.length * data.prediction.x.length);
    expect(narrow).toContain('width="360"');
  });
});

describe("bad data are refused with the name of the array", () => {
  const series = data.freeEnergy;
  it.each<[string, () => unknown, RegExp]>([
    [
      "empty",
      () => freeEnergyFigure({ times: [], level: 0.95, mean: [], lower: [], upper: [] }),
      /freeEnergy\.times is empty/,
    ],
    [
      "too short",
      () => freeEnergyFigure({ ...series, lower: [1] }),
      /freeEnergy\.lower has 1 values/,
    ],
    [
      "NaN",
      () => freeEnergyFigure({ ...series, mean: series.mean.map((v, i) => i === 3 ? NaN : v) }),
      /freeEnergy\.mean\[3\] is NaN/,
    ],
    [
      "time runs backwards",
      () => freeEnergyFigure({ ...series, times: [...series.times].reverse() }),
      /freeEnergy\.times must increase/,
    ],
    [
      "ragged profile",
      () =>
        profilesFigure({
          ...data.prediction,
          upper: data.prediction.upper.map((r, t) => t === 2 ? [1] : r),
        }),
      /prediction\.upper\[2\] has 1 values/,
    ],
    ["no training", () => trainingFigure([]), /training is empty/],
    [
      "loss of zero",
      () => trainingFigure([{ name: "n", steps: [1, 2], loss: [1, 0] }]),
      /training\[0\] "n"\.loss\[1\] is 0; a log axis needs positive losses/,
    ],
    ["no stages", () => stageTimesFigure([]), /stages is empty/],
    ["no series", () => genericFigure([], generic), /g series is empty/],
    [
      "log of a negative",
      () =>
        genericFigure([{ kind: "line", label: "l", x: [-1], y: [1] }], {
          ...generic,
          xScale: "log",
        }),
      /not positive/,
    ],
    [
      "heat map of one row",
      () => heatMapFigure({ x: [1, 2], y: [1], values: [[1, 2]], contours: [] }, generic),
      /needs 2 by 2/,
    ],
    [
      "an id that is no file name",
      () => learnedFunctionFigure(data.k1, { ...texts, id: "../x" }),
      /id/,
    ],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(message);
  });
});

describe("space and time", () => {
  const data = {
    times: [0, 0.01, 0.03],
    x: [0, 0.25, 0.5, 0.75],
    mean: [0.9, 0.8, 0.6].map((high) => [high, 0.5, 0.1, 0.5]),
  };
  const { svg, csv, narrow } = spaceTimeFigure(data);
  it("have a cell for every node at every time, in nine colours from the least to the greatest", () => {
    const { columns } = readCsv(csv);
    expect(columns.mean).toEqual(data.mean.flat());
    const used = [...svg.matchAll(/<rect[^>]*fill="var\(--time-(\d)\)"/g)].map((match) => match[1]);
    // The legend shows three of them besides.
    expect(used.length).toBe(3 + 12);
    expect(count(narrow, /<rect/g)).toBe(count(svg, /<rect/g));
    expect(svg).toContain("ρ = 0.1 to 0.189");
    expect(svg).toContain("ρ = 0.811 to 0.9");
    expect(new Set(used)).toEqual(new Set(["0", "4", "5", "7", "8"]));
  });
  it("refuse rows of another length", () => {
    expect(() => spaceTimeFigure({ ...data, mean: [[0.5], ...data.mean.slice(1)] })).toThrow(
      "mean[0]",
    );
  });
});

describe("a relative deviation", () => {
  it("is the share of the reference in per cent, in a table that says so", () => {
    const { density } = data.mobility;
    const values = density.map((rho) => rho);
    const learned = {
      level: 0.95,
      mean: values.map((v) => 1.02 * v),
      lower: values.map((v) => 1.01 * v),
      upper: values.map((v) => 1.03 * v),
    };
    const references = [{ label: "exact", values, style: "solid" as const }];
    const { csv } = deviationFigure({ density, learned, references }, {
      ...texts,
      id: "r",
      relative: true,
    });
    const { columns } = readCsv(csv);
    columns.mean_deviation_percent.forEach((v) => expect(v).toBeCloseTo(2, 9));
    columns.lower_deviation_percent.forEach((v) => expect(v).toBeCloseTo(1, 9));
  });
});

it("a pole outside of the training data does not press the covered densities flat", () => {
  const { svg, csv } = learnedFunctionFigure(data.curvature, {
    ...texts,
    id: "f",
    fitCovered: true,
  });
  const labels = [...svg.matchAll(/<text[^>]*>(\d+)<\/text>/g)].map((match) => Number(match[1]));
  // 1/(rho (1 - rho)) - 1 is 5.8 at the end of the covered densities and 20 at that of the grid.
  expect(Math.max(...labels)).toBeLessThan(9);
  expect(Math.max(...readCsv(csv).columns.mean)).toBeGreaterThan(15);
});

it("profiles that were trained on are closed around the ring", () => {
  const { csv } = trainedProfilesFigure(data.trainedProfiles);
  expect(csv.match(/^cos1,/gm)).toHaveLength(26);
  expect(csv).toContain("cos1,1,0.8,");
});
