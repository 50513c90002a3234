/**
 * What each figure and page draws, in outline: places, sizes, colours and words of everything in it. A change
 * is looked at in a browser (`deno task demo`) before `deno run -A npm:vitest run pictures -u` accepts it.
 */
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { figures, generic } from "./_sample_figures.ts";
import { spaceTimeFigure } from "./figures/space_time.ts";
import { trainedProfilesFigure } from "./figures/trained_profiles.ts";
import {
  type Figure,
  genericFigure,
  heatMapFigure,
  predictionReport,
  profileResidualsFigure,
  profilesFigure,
  runReport,
} from "./mod.ts";
import { densityFilmFigure, densityMapsFigure } from "./figures/density_maps.ts";
import { sampleRunData } from "./sample_data.ts";
import { samplePrediction } from "./testing.ts";

const NUMBERS = /-?\d*\.?\d+(?:e-?\d+)?/g;
const PLACE = ["x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height", "transform"];
const LOOKS = ["class", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity"].concat(
  ["stroke-dasharray", "stroke-linecap", "text-anchor", "dx", "dy", "font-size", "viewBox"],
  ["style", "aria-label", "rotate", "colspan"],
);

/** Rounded to a tenth of a pixel; long lists by their number, ends, and mean. */
function numbersOf(text: string): string {
  const all = (text.match(NUMBERS) ?? []).map(Number);
  const short = (value: number) => String(Number(value.toFixed(1)));
  if (all.length <= 6) return all.map(short).join(" ");
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  const turns = all.reduce((sum, v, k) => sum + Math.abs(v - (all[k - 1] ?? v)), 0);
  return `${all.length}: ${short(Math.min(...all))}..${short(Math.max(...all))} ~${
    mean.toFixed(2)
  } ` +
    turns.toFixed(0);
}

interface Drawn {
  readonly looks: string;
  readonly place: string;
}

function lineOf(node: Element): Drawn {
  const named = (names: readonly string[], value: (text: string) => string) =>
    names.flatMap((name) => {
      const text = node.getAttribute(name);
      return text === null || text === "" ? [] : [`${name}=${value(text)}`];
    }).join(" ");
  const own = [...node.childNodes].filter(({ nodeType }) => nodeType === 3)
    .map(({ textContent }) => textContent!.trim()).join(" ").trim();
  const path = node.getAttribute("d");
  return {
    looks: [node.tagName.toLowerCase(), named(LOOKS, String)].filter(Boolean).join(" "),
    place: [named(PLACE, numbersOf), path === null ? "" : `d=${numbersOf(path)}`, own]
      .filter(Boolean).join(" "),
  };
}

/** A line an element, indented; more than four in a row that look the same are one line. */
function outline(node: Element, indent = ""): string[] {
  const { looks, place } = lineOf(node);
  const lines = [`${indent}${looks} ${place}`.trimEnd()];
  const children = [...node.children];
  for (let k = 0; k < children.length;) {
    const first = lineOf(children[k]);
    let end = k + 1;
    while (
      end < children.length && children[end].children.length === 0 &&
      lineOf(children[end]).looks === first.looks
    ) end++;
    if (end - k > 4 && children[k].children.length === 0) {
      const all = children.slice(k, end).map((child) => lineOf(child).place);
      lines.push(`${indent}  ${end - k} ${first.looks} ${numbersOf(all.join(" "))}`);
      k = end;
    } else lines.push(...outline(children[k++], `${indent}  `));
  }
  return lines;
}

const drawn = (html: string) => outline(parseHTML(html).document.documentElement).join("\n");
const data = sampleRunData();
const maps = {
  times: [0, 0.5, 2],
  series: ["mean", "width"].map((label, k) => ({
    label,
    values: [0, 1, 2].map((t) => [0, 1, 2].map((j) => [0, 1, 2, 3].map((i) => i + (k + j) * t))),
  })),
};
const texts = { id: "m", title: "M", caption: "c" };

const more: Record<string, Figure> = {
  spaceTime: spaceTimeFigure(data.course!),
  trained: trainedProfilesFigure(data.trainedProfiles),
  maps: densityMapsFigure(maps, texts),
  film: densityFilmFigure(maps, texts),
  withoutParticles: profileResidualsFigure({ ...data.prediction, kmc: undefined }),
  severalTimes: profilesFigure({ ...data.prediction, kmc: undefined, wholeCurve: undefined }),
  linear: genericFigure([
    { kind: "line", label: "a", x: [0, 1, 2], y: [3, 1, 2], dashed: true },
    { kind: "points", label: "b", x: [0, 2], y: [2, 3] },
    { kind: "points", label: "c", x: [1], y: [1], standardError: [0.5] },
  ], generic),
  logarithmic: heatMapFigure(
    {
      x: [1, 10, 100],
      y: [1, 10],
      values: [[1, 10, 100], [10, 100, 1000]],
      contours: [5, 20, 200, 2000],
      lines: [{ label: "theory", x: [1, 3, 10, 1e9], y: [1, 2, 5, 5] }],
      logColor: true,
      format: (value) => `<${value}>`,
    },
    { ...generic, xScale: "log", yScale: "log", height: 300 },
  ),
};

describe("the outline of", () => {
  const all = [
    ...Object.entries(figures).map(([name, { figure }]) => [name, figure] as const),
    ...Object.entries(more),
  ];
  it.each(all)("%s, wide and narrow, with its data", (_, { svg, narrow, caption, csv }) => {
    const numbers = csv.split("\n\n").map((part) =>
      [
        part.slice(0, part.indexOf("\n", part.startsWith("#") ? part.indexOf("\n") + 1 : 0)),
        numbersOf(part),
      ]
        .join(" | ")
    );
    // The narrow one has the same parts; where they stand tells enough of it.
    const phone = drawn(narrow!);
    const small = `narrow: ${phone.split("\n").length} lines, ${numbersOf(phone)}`;
    expect([drawn(svg), small, caption, ...numbers].join("\n")).toMatchSnapshot();
  });

  it("the report of a run and of a prediction, figures aside", () => {
    for (const html of [runReport(data), predictionReport(samplePrediction())]) {
      const { document } = parseHTML(html);
      for (const one of [...document.querySelectorAll("svg,style")]) one.textContent = "";
      for (const one of [...document.querySelectorAll("[href^='data:']")]) one.textContent = "file";
      expect(outline(document.documentElement).join("\n")).toMatchSnapshot();
    }
  });
});
