import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  AXES,
  type Axis,
  checkedSeries,
  type Frame,
  openTrajectory,
  type Request,
} from "@spiediff/trajectories";
import { describe, expect, it } from "vitest";
import { edgesOf, type FieldsRequest, seriesFields, spanOf } from "./mod.ts";

const DATA = fileURLToPath(new URL("../../test-data/trajectories/", import.meta.url));
const lines = `${DATA}lines-mol.lammpstrj`;
const ring: Omit<FieldsRequest, "schedule" | "lags"> = {
  ...{ axis: "x", elements: 16, timestep: 5e-4 },
  realizations: { by: "file" },
};
const fields = (file: string, request: Partial<FieldsRequest>, reading: Partial<Request> = {}) => {
  const whole = { ...ring, schedule: { kind: "single" as const }, lags: [40, 200], ...request };
  const labels = whole.realizations.by === "label" ? ["mol"] : [];
  const asked = { axes: ["x" as const], optionalAxes: AXES, labels, ...reading };
  return seriesFields(
    checkedSeries(openTrajectory(file, "lammps-dump", asked), ["x"]),
    file,
    whole,
  );
};
/** Fields of expected.csv times N, by file, key and step. */
const expected = readFileSync(`${DATA}expected.csv`, "utf8").trim().split("\n").slice(1)
  .map((line) => {
    const [file, axis, split, key, N, step, , ...z] = line.split(",");
    return {
      file,
      axis,
      split,
      key,
      step: Number(step),
      hats: z.map((v) => Number(v) * Number(N)),
    };
  });
const expectedHats = (file: string, step: number, key = "") =>
  expected.find((one) =>
    one.file === file && one.step === step && one.key === key && one.axis === "x"
  )!.hats;
const near = (a: ArrayLike<number>, b: readonly number[]) =>
  b.forEach((value, i) => expect(Math.abs(a[i] - value)).toBeLessThan(1e-4));

/** Frames made by hand: particles at fractions `[axes][count]`. */
async function* made(
  frames: readonly { step: number; x: number[]; y?: number[]; F?: number[] }[],
  ids = true,
): AsyncGenerator<Frame> {
  for (const { step, x, y, F = [] } of frames) {
    const place = `step ${step}`;
    yield {
      ...{ step, count: x.length, axes: (y ? ["x", "y"] : ["x"]) as Axis[] },
      box: {
        origin: [0, 0, 0],
        edges: [[8, 0, 0], [0, 4, 0], [0, 0, 1]],
        periodic: [true, true, true],
      },
      fractions: [Float64Array.from(x), ...(y ? [Float64Array.from(y)] : [])],
      ...(ids && { ids: Float64Array.from(x.keys()) }),
      ...{ labels: new Map(), columns: new Map([["F", Float64Array.from(F)]]) },
      places: { frame: place, step: place, count: place, box: place, particle: () => place },
    };
  }
}
const ofFrames = (
  frames: Parameters<typeof made>[0],
  request: Partial<FieldsRequest>,
  ids = true,
) =>
  seriesFields(made(frames, ids), "made", {
    ...{ ...ring, elements: 4, schedule: { kind: "single" }, lags: [1], ...request },
  });

describe("realizations of LAMMPS' files", () => {
  it("are a file each, at its first frame and at every lag", async () => {
    const { runs, frames, box, extent } = await fields(`${DATA}custom.11.lammpstrj`, {});
    expect([runs.length, frames, runs[0].step, runs[0].particles]).toEqual([1, 3, 0, 60]);
    [0, 40, 200].forEach((step, t) =>
      near(runs[0].hats[t], expectedHats("custom.11.lammpstrj", step))
    );
    expect(extent.fills).toEqual([true, true, false]);
    expect(spanOf(box, extent.fills as boolean[])).toBe(24 * 6);
  });

  it("are molecules and periods: the last frame of one may be the next one's", async () => {
    const { runs, extent, box } = await fields(lines, {
      realizations: { by: "label", label: "mol" },
      schedule: { kind: "periods", period: 4000, start: 2000, skipPeriods: 1 },
      lags: [40, 200, 800, 2000],
    });
    expect(runs.map(({ step, key }) => [step, key])).toEqual(
      [6000, 10000].flatMap((step) => [1, 2, 3, 4, 5, 6, 7, 8].map((mol) => [step, `mol ${mol}`])),
    );
    for (const { step, key, hats } of runs) {
      [0, 40, 200, 800, 2000].forEach((lag, t) =>
        near(hats[t], expectedHats("lines-mol.lammpstrj", step + lag, key.slice(4)))
      );
    }
    // Lines of rods: each at one y, and the box has no depth.
    expect(extent).toEqual({ fills: [true, false, false], realizations: 8 });
    expect(spanOf(box, [true, false, false])).toBe(40);
  });

  it("count the types that are wanted", async () => {
    const { runs } = await fields(`${DATA}custom.11.lammpstrj`, { types: ["2"] }, {
      labels: ["type"],
    });
    near(runs[0].hats[1], expectedHats("custom.11.lammpstrj", 40, "2"));
  });

  it("of a stationary run start at every nth frame", async () => {
    const { runs, warnings } = await fields(`${DATA}custom.11.lammpstrj`, {
      schedule: { kind: "stationary", every: 1, from: 40 },
      lags: [160],
    });
    expect([runs.map(({ step }) => step), warnings]).toEqual([[40], []]);
  });

  it("of a run that was cut off are those before, with a warning", async () => {
    const file = `${DATA}broken/truncated.lammpstrj`;
    const { runs, warnings } = await fields(file, { lags: [40] });
    expect(runs).toHaveLength(1);
    expect(warnings).toEqual([
      expect.stringMatching(/line 181: .* cut off .* frames before are used/),
    ]);
    await expect(fields(file, {})).rejects.toThrow(/it ends before step 200, 200 after the first/);
  });

  it("are refused where a frame is missing or no start is there", async () => {
    const file = `${DATA}custom.11.lammpstrj`;
    await expect(fields(file, { lags: [40, 100] })).rejects
      .toThrow(/line 140: step 100 is missing: 100 after the start at step 0; here is step 200/);
    await expect(fields(file, { schedule: { kind: "single", start: 7 } })).rejects
      .toThrow(/no frame is of step 7; it has 3 frames/);
    for (const realizations of [{ by: "file" }, { by: "label", label: "mol" }] as const) {
      await expect(fields(file, { types: ["9"], realizations }, { labels: ["type", "mol"] }))
        .rejects.toThrow(/no particle of the types wanted/);
    }
  });

  it("tell what the last digit of a coordinate is worth", async () => {
    expect(
      (await fields(lines, { schedule: { kind: "single", start: 2000 }, lags: [40] })).resolution,
    )
      .toBeCloseTo(1e-5, 12);
    expect((await fields(`${DATA}unsorted.11.lammpstrj`, {})).resolution).toBeCloseTo(24e-6, 9);
  });
});

describe("slabs", () => {
  const y = [0.1, 0.3, 0.6, 0.9];
  it("keep the particles that they had at the start", async () => {
    const { runs, extent } = await ofFrames([
      { step: 0, x: [0, 0.25, 0.5, 0.75], y },
      // All have left for the other slab, and one crossed the border of the box.
      { step: 1, x: [0, 0.25, 0.5, 1.75], y: [0.7, 0.8, 0.2, -0.9] },
    ], { realizations: { by: "slabs", axis: "y", count: 2 } });
    expect(runs.map(({ key }) => key)).toEqual(["slab 0", "slab 1"]);
    expect(runs.map(({ hats }) => hats.map((z) => [...z]))).toEqual([
      [[1, 1, 0, 0], [1, 1, 0, 0]],
      [[0, 0, 1, 1], [0, 0, 1, 1]],
    ]);
    expect(extent.realizations).toBe(2);
  });
  it("count places from any period of the box, layers by their own name", async () => {
    const x = [0, 0.25, 0.5, 0.75];
    const places = [-0.9, 1.3, -3.4, 0.9];
    const frames = [0, 1].map((step) => ({ step, x, y: places }));
    for (const by of ["slabs", "layers"] as const) {
      const { runs } = await ofFrames(frames, { realizations: { by, axis: "y", count: 2 } });
      expect(runs.map(({ key, hats: [z] }) => [key, ...z])).toEqual([
        [`${by.slice(0, -1)} 0`, 1, 1, 0, 0],
        [`${by.slice(0, -1)} 1`, 0, 0, 1, 1],
      ]);
    }
  });
  it("need ids", () =>
    expect(ofFrames([{ step: 0, x: [0, 0, 0, 0], y }], {
      realizations: { by: "slabs", axis: "y", count: 2 },
    }, false)).rejects.toThrow(/step 0: slabs need ids of the particles/));
});

describe("edges that a realization fills", () => {
  it("are those along which its particles stand in more than one place of the periodic box", async () => {
    const fills = async (y: number[]) => {
      const frames = [0, 1].map((step) => ({ step, x: [0, 0.25, 0.5], y }));
      return (await ofFrames(frames, {})).extent.fills;
    };
    for (
      const one of [[0.5, 0.5, 0.5], [0, 1, -2], [0.5, 0.5 - 1e-7, 0.5 + 1e-7], [0, 1 - 1e-7, 1]]
    ) {
      expect(await fills(one), one.join()).toEqual([true, false, false]);
    }
    for (const several of [[0.5, 0.5, 0.6], [0, 1 - 1e-5, 0], [0.2, 0.7, 0.2]]) {
      expect(await fills(several), several.join()).toEqual([true, true, false]);
    }
  });
  it("are as many as it has dimensions, the one of the fields first", () => {
    expect(edgesOf(1, "y")).toEqual([false, true, false]);
    expect(edgesOf(2, "y")).toEqual([true, true, false]);
    expect(edgesOf(3, "z")).toEqual([true, true, true]);
  });
});

describe("columns beside positions", () => {
  const single = {
    ...{ elements: 4, lags: [1], schedule: { kind: "single" as const } },
    realizations: { by: "layers" as const, axis: "y" as const, count: 2 },
  };
  const x = [0.1, 0.2, 0.6, 1.3, -0.1], y = [0, 0, 0, 0.75, 0.75], F = [1, 2, 4, 8, 16];

  it("forces at the start are summed over elements, wherever particles are counted from", async () => {
    const { runs } = await ofFrames([{ step: 0, x, y, F }, { step: 1, x, y, F: F.map(() => 99) }], {
      ...{ ...single, forces: "F" },
    });
    expect(runs.map(({ forces }) => [...forces!])).toEqual([[3, 0, 4, 0], [0, 8, 0, 16]]);
    const without = await ofFrames([{ step: 0, x, y }, { step: 1, x, y }], single);
    expect(without.runs[0].forces).toBeUndefined();
  });

  it("cells hold numbers, or numbers to a volume: the box over the cells", async () => {
    // Middles of eight cells of a box of 8 x 4 x 1.
    const cells = Array.from({ length: 8 }, (_, i) => (i + 0.5) / 8);
    const held = [4, 0, 0, 0, 0, 0, 0, 2];
    const of = async (holds: "number" | "density") =>
      (await ofFrames([{ step: 0, x: cells, F: held }, { step: 1, x: cells, F: held }], {
        ...{ ...single, realizations: { by: "file" }, cells: { column: "F", holds } },
      })).runs[0];
    expect([...(await of("number")).hats[0]]).toEqual([4.5, 1, 0, 0.5]);
    expect([...(await of("density")).hats[0]]).toEqual([18, 4, 0, 2]);
    expect((await of("density")).particles).toBe(24);
  });
});
