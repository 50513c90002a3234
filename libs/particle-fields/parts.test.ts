/** Which frames are starts, what coordinates' digits are worth, and what is said of frames that lack. */
import type { Axis, Frame } from "@spiediff/trajectories";
import { describe, expect, it } from "vitest";
import { type FieldsRequest, seriesFields } from "./mod.ts";
import { resolutionOf } from "./resolution.ts";
import { type Schedule, startsBy } from "./schedule.ts";

describe("starts", () => {
  const of = (schedule: Schedule, steps: number[]) => steps.filter(startsBy(schedule));
  it("of a single series are its first frame, or the first of a step", () => {
    expect(of({ kind: "single" }, [7, 8, 7])).toEqual([7]);
    expect(of({ kind: "single", start: 8 }, [7, 8, 9, 8])).toEqual([8]);
    expect(of({ kind: "single", start: 6 }, [7, 8])).toEqual([]);
  });
  it("of periods are one in each, from the first on that is not left out", () => {
    const steps = [0, 5, 10, 12, 15, 20, 25, 30, 35];
    const periods = { kind: "periods", period: 10, start: 5 } as const;
    expect(of({ ...periods, skipPeriods: 0 }, steps)).toEqual([5, 15, 25, 35]);
    expect(of({ ...periods, skipPeriods: 2 }, steps)).toEqual([25, 35]);
  });
  it("of a stationary run are every nth frame, from a step on", () => {
    const steps = [0, 3, 4, 9, 11, 20];
    expect(of({ kind: "stationary", every: 2, from: 3 }, steps)).toEqual([3, 9, 20]);
    expect(of({ kind: "stationary", every: 1, from: 9 }, steps)).toEqual([9, 11, 20]);
  });
});

describe("the last digit of coordinates", () => {
  const of = (values: number[], origin = 0, length = 1) =>
    resolutionOf(Float64Array.from(values, (v) => (v - origin) / length), origin, length);
  it("is that of the middle one by digits, of coordinates or of fractions, whichever are shorter", () => {
    expect(of([0.1, 0.25, 0.123])).toBeCloseTo(1e-2, 12);
    expect(of([1, 2, 3])).toBe(1);
    expect(of([0.12345, 0.5, 0.67891])).toBeCloseTo(1e-5, 12);
    // Coordinates of two digits in a box whose fractions do not end.
    expect(of([1.25, -0.75, 2.13], -1, 7)).toBeCloseTo(1e-2, 12);
    // Fractions of three digits, which coordinates do not show: a thousandth of the box.
    const fractions = [0.125, 0.251, 0.987];
    expect(resolutionOf(Float64Array.from(fractions), 1 / 3, Math.PI)).toBeCloseTo(
      1e-3 * Math.PI,
      12,
    );
  });
  it("is nothing beyond nine digits", () => {
    expect(of([0.123456789, 0.987654321, 0.111111111])).toBeCloseTo(1e-9, 15);
    expect(of([1 / 3, 1 / 7, Math.SQRT2])).toBe(0);
  });
});

interface Made {
  readonly step?: number;
  readonly time?: number;
  readonly x: number[];
  readonly types?: string[];
}
async function* made(frames: readonly Made[]): AsyncGenerator<Frame> {
  for (const [f, { step, time, x, types }] of frames.entries()) {
    const place = `frame ${f}`, names = ["A", "B"];
    yield {
      ...{ step, time, count: x.length, axes: ["x"] as Axis[] },
      box: {
        origin: [0, 0, 0],
        edges: [[8, 0, 0], [0, 4, 0], [0, 0, 1]],
        periodic: [true, true, true],
      },
      fractions: [Float64Array.from(x)],
      ids: Float64Array.from(x.keys()),
      labels: new Map(
        types ? [["type", { names, codes: Int32Array.from(types, (t) => names.indexOf(t)) }]] : [],
      ),
      columns: new Map(),
      places: { frame: place, step: place, count: place, box: place, particle: () => place },
    };
  }
}
const fields = (frames: readonly Made[], request: Partial<FieldsRequest> = {}) =>
  seriesFields(made(frames), "run", {
    ...{ axis: "x", elements: 4, timestep: 0.5, realizations: { by: "file" } },
    ...{ schedule: { kind: "single" }, lags: [1, 3], ...request },
  });
const x = [0, 0.25, 0.625];

describe("a series", () => {
  it("is sums of hats at the start and after each lag, and no frame between", async () => {
    const moved = [[0, 0.25, 0.625], [0.125, 0.25, 0.5], [0.9, 0.9, 0.9], [0.5, 0.5, 0.5]];
    const { runs, frames } = await fields(moved.map((x, step) => ({ step, x })));
    expect(frames).toBe(4);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ key: "all", step: 0, particles: 3 });
    expect(runs[0].hats.map((z) => [...z])).toEqual([
      [1, 1, 0.5, 0.5],
      [0.5, 1.5, 1, 0],
      [0, 0, 3, 0],
    ]);
  });
  it("that tells times only has steps by its timestep, rounded", async () => {
    const { runs } = await fields([0, 0.5001, 1.4999].map((time) => ({ time, x })));
    expect(runs[0].hats).toHaveLength(3);
    await expect(fields([{ x }])).rejects.toThrow(
      "frame 0: the frame has neither a step nor a time",
    );
  });
  it("counts the types that are wanted", async () => {
    const types = ["A", "B", "A"];
    const { runs } = await fields([0, 1, 3].map((step) => ({ step, x, types })), { types: ["A"] });
    expect(runs[0].particles).toBe(2);
    expect([...runs[0].hats[0]]).toEqual([1, 0, 0.5, 0.5]);
    await expect(fields([{ step: 0, x, types: ["A", "A", "A"] }], { types: ["B"] })).rejects
      .toThrow("frame 0: no particle of the types wanted is there");
  });
  it("names what lacks: a step, all later ones, or any start", async () => {
    await expect(fields([0, 1, 4].map((step) => ({ step, x })))).rejects.toThrow(
      "frame 2: step 3 is missing: 3 after the start at step 0; here is step 4 already",
    );
    await expect(fields([5, 6].map((step) => ({ step, x })))).rejects.toThrow(
      "run: it ends before step 8, 3 after the first start",
    );
    const far = { kind: "periods", period: 10, start: 50, skipPeriods: 0 } as const;
    await expect(fields([0, 1].map((step) => ({ step, x })), { schedule: far })).rejects
      .toThrow("run: no frame is a start; it has 2 frames");
  });
  it("that ends within a window leaves that start out, with a word unless it is stationary", async () => {
    const steps = [0, 1, 3, 10, 11].map((step) => ({ step, x }));
    const periods = { kind: "periods", period: 10, start: 0, skipPeriods: 0 } as const;
    const cut = await fields(steps, { schedule: periods });
    expect(cut.runs.map(({ step }) => step)).toEqual([0]);
    expect(cut.warnings).toEqual([
      "run ends within the windows of the start at step 10, which is left out.",
    ]);
    const still = { kind: "stationary", every: 1, from: 0 } as const;
    const all = [0, 1, 2, 3].map((step) => ({ step, x }));
    const { runs, warnings } = await fields(all, { schedule: still, lags: [1] });
    expect([runs.map(({ step }) => step), warnings]).toEqual([[0, 1, 2], []]);
  });
});
