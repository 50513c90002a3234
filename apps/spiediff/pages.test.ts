/** Pages and helps that people read: what stands where, from data made by hand. */
import { preset } from "@spiediff/experiment";
import { readCsv } from "@spiediff/report";
import { describe, expect, it } from "vitest";
import { compareRuns } from "./compare/comparison.ts";
import { comparisonPage } from "./compare/page.ts";
import type { FinishedRun } from "./compare/read_run.ts";
import { spiediff } from "./testing.ts";
import { watchPage } from "./watch/page.ts";
import type { RunProgress } from "./watch/progress.ts";

/** The data file that a figure of a page offers. */
function csvTextOf(html: string, id: string): string {
  const found = new RegExp(`download="${id}\\.csv" href="data:text/csv[^,]*,([^"]*)"`).exec(html)!;
  return /base64/.test(found[0].slice(0, 200)) ? atob(found[1]) : decodeURIComponent(found[1]);
}
const csvOf = (html: string, id: string) => readCsv(csvTextOf(html, id));
/** What stands in elements of a tag, with this beginning of their attributes if any. */
const textsOf = (html: string, tag: string, attributes = "") =>
  [...html.matchAll(new RegExp(`<${tag}${attributes}[^>]*>([^<]*)</${tag}>`, "g"))].map((
    [, text],
  ) => text.trim());

describe("the page of a run under way", () => {
  const experiment = preset("quick", 6);
  const learned = (value: number) => ({
    density: [0.2, 0.4, 0.6],
    learned: {
      ...{ level: 0.95, mean: [value, 2 * value, value] },
      ...{ lower: [0, value, 0], upper: [2 * value, 3 * value, 2 * value] },
    },
    references: [],
  });
  const training = [
    { name: "mobility", steps: [50, 100, 150], loss: [3, 2, 1.5] },
    { name: "free energy", steps: [50, 100, 1250], loss: [0.9, 0.7, 0.6123] },
  ];
  const law = {
    ...{ source: "checkpoints", training, k1: learned(1) },
    ...{ drivingForce: learned(2), freeEnergyDensity: learned(3) },
  };
  const page = (change: object, renews = true) =>
    watchPage(
      "runs/a",
      {
        ...{ experiment, phase: "training: x", finished: false, recorded: 8, estimated: 7, law },
        ...change,
      } as unknown as RunProgress,
      renews,
    );

  it("says which run it is, how many profiles are estimated, and how far the last training is", () => {
    const html = page({});
    expect(textsOf(html, "h1")).toEqual(["quick – training: x"]);
    expect(textsOf(html, "p", ' class="lede"')).toEqual([
      "Run folder runs/a: N = 2000 sites, M = 25 elements, 1000 realizations of 8 profiles, seed 6.",
    ]);
    expect(textsOf(html, "b")).toEqual(["7 of 8", expect.stringMatching(/^1\D250$/), "0.612"]);
    expect(textsOf(html, "span").filter((text) => text !== ""))
      .toEqual(["profiles estimated", "steps of free energy", "loss of free energy"]);
    expect(csvOf(html, "k1").columns.mean).toEqual([1, 2, 1]);
    expect(csvOf(html, "driving-force").columns.mean).toEqual([2, 4, 2]);
    expect(csvOf(html, "free-energy-density").columns.mean).toEqual([3, 6, 3]);
    expect(html.split("<figure").length - 1).toBe(4);
    for (const label of ["K₁ (1/(energy · time))", "f′ (energy)", "f (energy per domain length)"]) {
      expect(html).toContain(label);
    }
    expect(html).toContain("at its last checkpoint");
    expect(page({ law: { ...law, source: "model" } })).toContain("epinets included");
  });

  it("has what is there, and waits for the rest", () => {
    const early = page({ law: null });
    expect(textsOf(early, "b")).toEqual(["7 of 8"]);
    expect(early).toMatch(/Curves appear with the training.{1,6}s first checkpoint\./);
    const { drivingForce: _, freeEnergyDensity: __, ...first } = law;
    expect(page({ law: first }).split("<figure").length - 1).toBe(2);
  });

  it("says whether it renews itself", () => {
    const footer = (html: string) => textsOf(html, "footer").join();
    expect(footer(page({}))).toMatch(/^Drawn .*\. This page renews itself every few seconds\.$/);
    expect(footer(page({ finished: true }))).toMatch(/The run is done; this page no longer renews/);
    expect(footer(page({}, false))).toMatch(/^Drawn [^.]*\.$/);
  });
});

describe("two runs side by side", () => {
  const table = (shift: number, level?: number) => ({
    level,
    columns: {
      ...{ rho: [0.2, 0.4], mean: [1 + shift, 2], lower: [0.5, 1.5], upper: [1.5, 2.5] },
      reference: [NaN, NaN],
    },
  });
  const run = (folder: string, shift: number, level?: number): FinishedRun => ({
    ...{ folder, experiment: preset("quick", 1), seconds: { Train: 3 }, warnings: [] },
    metrics: { level: 0.95, k1: 0.25 } as never,
    ...{ k1: table(shift, level), freeEnergy: table(10 + shift, level) },
    prediction: {
      level,
      columns: {
        ...{ t: [0, 0, 0.1, 0.1], x: [0, 0.5, 0, 0.5], mean: [1, 2, 3 + shift, 4] },
        ...{ lower: [0, 1, 2, 3], upper: [2, 3, 4, 5] },
      },
    },
  });
  const [a, b] = [run("a", 0, 0.9), run("b", 0.5)];
  const html = comparisonPage(compareRuns(a, b), a, b, "foot");

  it("have the data of either, closed around the ring at the last time", () => {
    const numbers = (id: string) => (csvTextOf(html, id).match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
    expect(numbers("compare-k1")).toEqual(expect.arrayContaining([1, 2, 1.5]));
    expect(numbers("compare-free-energy")).toEqual(expect.arrayContaining([11, 11.5]));
    const prediction = csvTextOf(html, "compare-prediction");
    // x is 0, 0.5 and 1; the last value is the first once more.
    expect(prediction.trim().split("\n").slice(2)).toEqual([
      ...["0,3,2,4,", "0.5,4,3,5,", "1,3,2,4,"].map((row) => `"A, mean and 90 % band",${row}`),
      ...["B,0,3.5,,,", "B,0.5,4,,,", "B,1,3.5,,,"],
    ]);
  });
  it("have bands where a table has a level, the second one dashed, and no reference that is not known", () => {
    const wide = [...html.matchAll(/<svg[^>]*class="figure wide".*?<\/svg>/gs)].map(([svg]) => svg);
    expect(wide).toHaveLength(3);
    for (const svg of wide) {
      const legend = /<g aria-label="legend">(.*?<\/text><\/g>)<\/g>/s.exec(svg)![1];
      expect(textsOf(legend, "text")).toEqual(["A, mean and 90 % band", "B"]);
      const lines = [...svg.matchAll(/<g[^>]*aria-label="line"[^>]*>/g)].map(([tag]) => tag);
      expect(lines.map((tag) => /stroke-dasharray/.test(tag))).toEqual([false, true]);
      expect(svg.split('aria-label="area"').length - 1).toBe(1);
    }
  });
  it("have a dash where a figure is not known, and numbers where it is", () => {
    const rows = [...html.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) => textsOf(row, "td"));
    expect(rows).toContainEqual(["relative L2 error of K1, reference", "0.250", "0.250"]);
    expect(rows).toContainEqual(["relative L2 error of f, gauge-free", "–", "–"]);
    expect(rows).toContainEqual([
      "Train",
      expect.stringContaining("3"),
      expect.stringContaining("s"),
    ]);
  });
});

describe("every command's help", () => {
  const matches = (
    text: string | undefined,
    pattern: RegExp,
  ) => [...(text ?? "").matchAll(pattern)];
  it("explains each flag and argument, and gives examples of what the command has", async () => {
    const { stdout } = await spiediff("--help");
    const commands = matches(stdout.split("COMMANDS\n")[1], /^ {2}([a-z]\S*) {2,}(\S.*)$/gm);
    expect(commands.length).toBeGreaterThan(20);
    for (const [, name, brief] of commands) {
      expect(brief.length, name).toBeGreaterThan(10);
      const help = (await spiediff(name, "--help")).stdout;
      expect(help, name).not.toMatch(/undefined|\[object/);
      if (help.includes("\nCOMMANDS\n")) continue;
      const flags = new Map(
        matches(
          help.split("\nFLAGS\n")[1],
          /^[ \t]+(?:-\w +)?\[?(--[\w-]+)(?:\/(--no-[\w-]+))?\]?(?:\.\.\.)?[^\S\n]*(.*)$/gm,
        ).flatMap(([, flag, opposite, text]) =>
          [flag, ...(opposite ? [opposite] : [])].map((name) => [name, text] as const)
        ),
      );
      for (const [flag, text] of flags) expect(text.length, `${name} ${flag}`).toBeGreaterThan(5);
      const given = matches(help.split("\nARGUMENTS\n")[1], /^ {2}(\S+)[^\S\n]*(.*)$/gm);
      for (const [, argument, text] of given) {
        expect(text.length, `${name} ${argument}`).toBeGreaterThan(2);
      }
      const shown = /EXAMPLES\n((?: {2}.*\n)+)/.exec(help)?.[1];
      const examples = matches(shown, /spiediff (\S+)([^#&|\n]*)/g);
      expect(examples.length, name).toBeGreaterThan(0);
      for (const [line, command, rest] of examples.filter(([, command]) => command === name)) {
        expect(commands.map(([, known]) => known), line).toContain(command);
        for (const [flag] of rest.matchAll(/--[a-z][\w-]*/g)) {
          expect(flags.has(flag), `${line}: ${flag}`).toBe(true);
        }
      }
    }
  });
});
