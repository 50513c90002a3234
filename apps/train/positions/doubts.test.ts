/** Numbers of the summary and bounds of the warnings, from descriptions and checks made by hand. */
import { describe, expect, it } from "vitest";
import { positionFiles } from "./description.ts";
import { combined, type ProfileCheck } from "./profile_check.ts";
import type { Positions } from "./read_positions.ts";
import { summaryOf, summaryText } from "./summary.ts";
import { warningsOf } from "./warnings.ts";

/** Boxes of 10 x 4 x 2, D0 = 0.5: a time unit of 200, so that 40 timesteps of 0.01 are h = 0.002. */
const described = (trajectory: object = {}, rest: object = {}) =>
  positionFiles({
    ...{ name: "made", seed: 1, values: "positions", elements: 8 },
    trajectory: {
      ...{ format: "lammps-dump", axes: ["x"], timestep: 0.01, diffusivity: 0.5, densityUnit: 3 },
      ...trajectory,
    },
    realizations: { by: "file" },
    frames: { covariance: [40, 80], drift: [80, 160] },
    profiles: [{ name: "one", files: ["a"] }, { name: "two", files: ["b"] }],
    ...rest,
  });
const profile = (name: string, of: Partial<Positions["profiles"][number]> = {}) => ({
  ...{ name, fields: [], groups: [], runs: 5, frames: 70, particles: [60, 90] as const },
  ...{ resolution: 1e-6, ...of },
});
const positions = (
  one: Partial<Positions["profiles"][number]> = {},
  two: typeof one = {},
): Positions => ({
  place: {
    scales: {
      ...{ length: 10, time: 200, density: 3, timestep: 0.01, origin: 0 },
      names: { length: "nm", time: "ps", energy: "eV", density: "particles per nm^2" },
    },
    ...{ volume: 80, sites: 240, fills: [true, true, false] },
  },
  box: { edges: [[10, 0, 0], [0, 4, 0], [0, 0, 2]] } as unknown as Positions["box"],
  ...{ h: [0.002, 0.004, 0.008], warnings: [] },
  profiles: [profile("one", one), profile("two", two)],
});
const check = (name: string, ratio: number, D: number, errors = 0.01): ProfileCheck => ({
  ...{ name, realizations: 24, density: [0.25, 0.5] },
  mobilityRatio: { value: ratio, standardError: errors },
  diffusivity: {
    fluxes: { value: D, standardError: errors },
    combined: { value: D, standardError: errors },
  },
});
/** Gradients that a window barely lets fall: 4 pi^2 0.5 0.002 is 4 %. */
const still = positions();
const fine = [check("one", 1, 0.3), check("two", 1, 0.25)];
const warned = (trajectory: object, of = still, checks = fine, rest: object = {}) =>
  warningsOf(described(trajectory, rest), of, checks).join("\n");

describe("independent measurements", () => {
  it("are weighed by their inverse variances", () => {
    const both = combined([{ value: 1, standardError: 0.1 }, { value: 2, standardError: 0.2 }]);
    expect(both.value).toBeCloseTo((100 * 1 + 25 * 2) / 125, 14);
    expect(both.standardError).toBeCloseTo(1 / Math.sqrt(125), 14);
  });
});

describe("the summary", () => {
  const checks = [check("one", 1, 0.5), check("two", 2, 4, 0.02)];
  const summary = summaryOf(described(), positions(), checks);

  it("has lengths, densities and times in both units", () => {
    expect(summary).toMatchObject({
      ...{ format: "lammps-dump", axis: "x", densityUnit: 3, realizationsBy: "file" },
      ...{ box: [10, 4, 2], fills: [true, true, false], sites: 240 },
    });
    expect(summary.profiles[1]).toMatchObject({
      ...{ name: "two", files: 5, frames: 70, particles: [60, 90], fileDensity: [0.75, 1.5] },
    });
    expect(summary.mobilityRatio.value).toBeCloseTo((1 * 4 + 2) / 5, 12);
  });

  it("says of each window what it serves and over how many elements the fastest profile spreads in it", () => {
    // The largest D / D0 is 4: 8 sqrt(4 h).
    expect(summary.windows).toEqual([
      {
        timesteps: 40,
        time: 0.4,
        macroscopic: 0.002,
        spread: 16 * Math.sqrt(0.002),
        serves: ["mobility"],
      },
      {
        ...{ timesteps: 80, time: 0.8, macroscopic: 0.004, spread: 16 * Math.sqrt(0.004) },
        serves: ["mobility", "fluxes"],
      },
      {
        timesteps: 160,
        time: 1.6,
        macroscopic: 0.008,
        spread: 16 * Math.sqrt(0.008),
        serves: ["fluxes"],
      },
    ]);
    // A lone particle spreads with D0 even where gradients relax more slowly.
    const slow = summaryOf(described(), positions(), [check("one", 1, 0.5), check("two", 1, 0.25)]);
    expect(slow.windows[0].spread).toBeCloseTo(8 * Math.sqrt(0.002), 14);
  });

  it("is a line for each matter, with its errors' digits", () => {
    const text = summaryText(summary);
    for (
      const line of [
        "Files        lammps-dump, realizations by file",
        "Box          10 x 4 x 2, fields along x; densities count x y",
        "N            240 particles at density 1, which is 3 in the files' unit",
        "Profile two  24 realizations of 60 to 90 particles from 5 runs, 70 frames",
        "             density 0.75 to 1.5; D/D0 = 4.000 +- 0.020 (fluxes)",
        "Window 80    0.8 in the files' time, 0.00400 L^2/D0, spread over 1.01 elements: mobility and fluxes",
        "m/(D0 rho)   1.2000 +- 0.0089 from the shortest window: units agree",
      ]
    ) expect(text.split("\n")).toContain(line);
    const verdict = (ratio: number) =>
      summaryText({ ...summary, mobilityRatio: { value: ratio, standardError: 0.1 } });
    for (const off of [0.29, 2.1]) expect(verdict(off)).toMatch(/: timestep, diffusivity or/);
    for (const near of [0.31, 1.9]) expect(verdict(near)).toMatch(/: units agree/);
  });
});

describe("a doubt is told beyond its bound, and nothing before it", () => {
  it("nothing of data without any", () => expect(warned({})).toBe(""));

  it("units: m / (D0 rho) of overdamped particles from 0.3 to 2", () => {
    const ratio = (value: number) => [check("one", value, 0.3), check("two", value, 0.3)];
    for (const near of [0.31, 1.99]) expect(warned({}, still, ratio(near))).toBe("");
    expect(warned({}, still, ratio(0.29))).toMatch(/^m\/\(D0 rho\) is 0\.29 in the shortest/);
    expect(warned({}, still, ratio(2.1))).toMatch(/^m\/\(D0 rho\) is 2\.1 in the shortest/);
    // Where momentum relaxes the ratio depends on the window.
    expect(warned({ damping: 0.01 }, still, ratio(0.29))).toBe("");
  });

  it("momentum: a shortest window of 0.4 under three relaxation times", () => {
    expect(warned({ damping: 0.13 })).toBe("");
    expect(warned({ damping: 0.14 }))
      .toMatch(/^The shortest window, 0\.4, is below 3 momentum relaxation times of 0\.14:/);
  });

  it("digits: a tenth of the way that a particle diffuses in the shortest window", () => {
    // sqrt(2 * 0.5 * 0.4) = 0.632.
    expect(warned({}, positions({ resolution: 0.063 }, { resolution: 0.01 }))).toBe("");
    expect(warned({}, positions({ resolution: 0.01 }, { resolution: 0.064 })))
      .toMatch(/^Positions are written to 0\.064, and particles move 0\.63 in the shortest/);
  });

  it("few particles: fewer than 50 in any realization", () => {
    expect(warned({}, positions({ particles: [50, 50] }))).toBe("");
    expect(warned({}, positions({}, { particles: [40, 90] })))
      .toMatch(/^Realizations have 40 particles: .* by about 3 %\.$/);
  });

  it("slabs of one box, always", () => {
    const slabs = { realizations: { by: "slabs", axis: "y", count: 4 } };
    expect(warned({}, still, fine, slabs)).toMatch(/^Slabs of one box act on their neighbours/);
  });

  it("gradients that fall in the longest window, by the profile's own D", () => {
    // D (2 pi)^2 0.008 / 2 = 0.158 D is 5 % at D = 0.317.
    const D = (value: number) => [check("one", 1, 0.3), check("two", 1, value)];
    expect(warned({}, still, D(0.31))).toBe("");
    expect(warned({}, still, D(0.5))).toBe(
      'Profile "two": gradients fall within the longest window of 1.6, so that its mean fluxes are 8 % below ' +
        "those of the start.",
    );
  });

  it("gradients that do not relax: D / D0 below 0.2 by three standard errors", () => {
    const D = (value: number) => [check("one", 1, 0.3), check("two", 1, value)];
    expect(warned({}, still, D(0.18))).toBe("");
    expect(warned({}, still, D(0.16)))
      .toMatch(/^Profile "two": its gradients do not relax \(D\/D0 = 0\.16\): is a potential/);
    // Fluctuations alone say nothing of gradients.
    const { diffusivity: { combined: of }, ...rest } = D(0.01)[1];
    expect(
      warned({}, still, [fine[0], { ...rest, diffusivity: { fluctuations: of, combined: of } }]),
    )
      .toBe("");
  });
});
