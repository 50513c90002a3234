import { describe, expect, it } from "vitest";
import { lagsOf, positionFiles } from "./description.ts";
import { placeOf } from "./units.ts";

/** Every field, none with the value that it has by default. */
const whole = {
  ...{ name: "whole", seed: 4, values: "positions" as const, elements: 12 },
  trajectory: {
    ...{ format: "csv" as const, axes: ["y"] as ["y"], timestep: 0.25, kT: 1.5, diffusivity: 0.75 },
    ...{ damping: 0.5, diameter: 1.25, densityUnit: 2, dimension: 2, types: ["1", "3"] },
    units: { length: "nm", time: "ps", energy: "eV" },
    box: { lengths: [4, 8, 2], origin: [-2, -4, 0] },
  },
  realizations: { by: "mol" as const, column: "line" },
  frames: { period: 900, start: 50, skipPeriods: 2, covariance: [10, 40], drift: [40, 90] },
  profiles: [
    { name: "one", files: ["a.csv", ["b.csv", "c.csv"]], potential: { k: 2, amplitude: -0.5 } },
    { name: "two", files: ["d*.csv"] },
  ],
};

describe("a description", () => {
  it("is taken as it is written, field by field", () => {
    const { training: _, ...read } = positionFiles(whole);
    expect(read).toEqual(whole);
    const { period: __, ...frames } = whole.frames;
    expect(positionFiles({ ...whole, frames: { ...frames, stationary: 7 } }).frames.stationary)
      .toBe(7);
  });

  it("has these defaults: thermal units, overdamped, one start, all particles", () => {
    const { trajectory, realizations, frames } = positionFiles({
      ...whole,
      trajectory: { format: "gsd", axes: ["x"], timestep: 1, diffusivity: 1 },
      realizations: { by: "mol" },
      frames: { covariance: [1], drift: [1] },
    });
    expect(trajectory).toEqual({
      ...{ format: "gsd", axes: ["x"], timestep: 1, diffusivity: 1 },
      ...{ kT: 1, damping: 0, densityUnit: 1, types: "all", units: {} },
    });
    expect(realizations).toEqual({ by: "mol", column: "mol" });
    expect(frames).toEqual({ skipPeriods: 0, covariance: [1], drift: [1] });
  });

  const at = (path: string, value: unknown) => {
    const copy = structuredClone(whole) as Record<string, unknown>;
    const names = path.split(".");
    // deno-lint-ignore no-explicit-any
    const parent = names.slice(0, -1).reduce((of: any, name) => of[name], copy);
    parent[names.at(-1)!] = value;
    return copy;
  };

  it.each<[string, unknown, unknown[]]>([
    ["elements", 3, [2, 100_001, 4.5]],
    ["elements", 100_000, []],
    ["seed", 0, [-1, 0.5]],
    ["trajectory.dimension", 1, [0, 4, 1.5]],
    ["trajectory.dimension", 3, []],
    ["trajectory.damping", 0, [-0.1]],
    ["trajectory.kT", 1e-9, [0, -1]],
    ["trajectory.diffusivity", 1e-9, [0, -1]],
    ["trajectory.diameter", 1e-9, [0]],
    ["trajectory.densityUnit", 1e-9, [0]],
    ["trajectory.types", ["1"], [[], [""], "some"]],
    ["trajectory.box.lengths", [1], [[], [1, 1, 1, 1], [0]]],
    ["trajectory.box.origin", [0], [[], [0, 0, 0, 0]]],
    ["realizations.column", "m", [""]],
    ["realizations", { by: "layers", axis: "z", count: 1 }, [{
      by: "layers",
      axis: "z",
      count: 0,
    }]],
    ["frames.period", 1, [0]],
    ["frames.start", 0, [-1]],
    ["frames.skipPeriods", 0, [-1]],
    ["frames.covariance", [1], [[], [0], [2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9]]],
    ["frames.drift", [1], [[], [0], [3, 2]]],
    ["frames.drift", [1, 2, 3, 4, 5, 6], [[1, 2, 3, 4, 5, 6, 7]]],
    ["profiles.0.potential.k", 1, [0, 1.5]],
    ["profiles.0.files", ["a"], [[], [""], [[]]]],
    ["profiles", [whole.profiles[1]], [[], [whole.profiles[1], whole.profiles[1]]]],
  ])("%s may be %j but none of %j", (path, good, bad) => {
    expect(() => positionFiles(at(path, good))).not.toThrow();
    for (const value of bad) {
      expect(() => positionFiles(at(path, value)), JSON.stringify(value)).toThrow(
        path.split(".")[0],
      );
    }
  });

  it("asks for fluxes' windows unless the run is stationary", () => {
    const frames = { covariance: [1], drift: [] };
    expect(() => positionFiles({ ...whole, frames })).toThrow(/at least 1 entry unless/);
    expect(positionFiles({ ...whole, frames: { ...frames, stationary: 1 } }).frames.drift).toEqual(
      [],
    );
  });

  it("has windows in order, each once", () => {
    expect(lagsOf(positionFiles(whole).frames)).toEqual([10, 40, 90]);
    expect(lagsOf({ skipPeriods: 0, covariance: [9, 100], drift: [20] })).toEqual([9, 20, 100]);
  });
});

describe("a realization's place", () => {
  const box = { edges: [[4, 0, 0], [0, 8, 0], [0, 0, 2]], origin: [-2, -4, 1] } as never;
  const place = (
    trajectory: object,
    realizations: object,
    extent: object = { realizations: 4, fills: [true, true, false] },
  ) =>
    placeOf(
      { box, extent } as never,
      positionFiles({ ...whole, trajectory: { ...whole.trajectory, ...trajectory }, realizations }),
    );

  it("has the box along the axis for its length, and the time to diffuse over it", () => {
    // 8^2 / 0.75.
    expect(place({}, { by: "file" }).scales)
      .toMatchObject({ length: 8, time: 64 / 0.75, density: 2, timestep: 0.25, origin: -4 });
    expect(place({ axes: ["x"] }, { by: "file" }).scales.time).toBe(16 / 0.75);
  });

  it("has densities by as many edges as it fills, in the length's name", () => {
    const density = (trajectory: object) => place(trajectory, { by: "file" }).scales.names.density;
    expect([1, 2, 3].map((dimension) => density({ dimension })))
      .toEqual(["particles per nm", "particles per nm^2", "particles per nm^3"]);
    expect([1, 2, 3].map((dimension) => density({ dimension, units: {} }))).toEqual([
      ...["particles per file length", "particles per file area", "particles per file volume"],
    ]);
  });

  it("has as many particles at density 1 as its volume in density units", () => {
    const of = (...args: Parameters<typeof place>) => {
      const { volume, sites, fills } = place(...args);
      expect(sites).toBe(2 * volume);
      return [volume, fills];
    };
    const unknown = { dimension: undefined };
    const layers = (axis: string) => ({ by: "layers", axis, count: 4 });
    // Along y of a box of 4 x 8 x 2.
    expect(of({ dimension: 1 }, { by: "file" })).toEqual([8, [false, true, false]]);
    expect(of({ dimension: 2 }, { by: "file" })).toEqual([32, [true, true, false]]);
    expect(of({ dimension: 3 }, { by: "file" })).toEqual([64, [true, true, true]]);
    expect(of(unknown, { by: "file" })).toEqual([64, [true, true, true]]);
    // Four slabs share the box, seen from the positions or not; layers do along an edge that they fill.
    expect(of(unknown, { by: "slabs", axis: "z", count: 4 })).toEqual([16, [true, true, true]]);
    expect(of(unknown, layers("x"))).toEqual([8, [true, true, false]]);
    expect(of(unknown, layers("z"))).toEqual([32, [true, true, false]]);
    expect(of(unknown, { by: "mol" })).toEqual([32, [true, true, false]]);
    expect(() => of(unknown, { by: "mol" }, { realizations: 4, fills: [true, true, undefined] }))
      .toThrow(/the volume of a realization is unknown; give trajectory\.dimension/);
  });
});
