import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npyBytes } from "@spiediff/npy";
import { afterAll, describe, expect, it } from "vitest";
import { checkedSeries, type Format, openTrajectory, readLammpsGrid, type Request } from "./mod.ts";
import { all, DATA, expectedFields, fieldOf } from "./testing.ts";

const folder = mkdtempSync(join(tmpdir(), "formats-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "a.any");
const x: Request = { axes: ["x"] };
const box = { lengths: [24, 6, 1], origin: [-12, -3, -0.5] };
const framesOf = (file: string, format: Format, request = x, given = box) =>
  all(checkedSeries(openTrajectory(file, format, request, given), request.axes));
const reading = (content: string | Uint8Array, format: Format, request = x) => {
  writeFileSync(path, content);
  return framesOf(path, format, request);
};
/** The run that all formats hold a copy of. */
const custom = await framesOf(`${DATA}custom.11.lammpstrj`, "lammps-dump", {
  axes: ["x", "y", "z"],
  ids: true,
  labels: ["type"],
});
const records = expectedFields();
const fieldsOf = (file: string) =>
  records.filter((record) => record.file === file && record.split === "");

describe("one run in every format gives its fields", () => {
  const table = ["step;time;type;y;x;id"];
  const rows: number[] = [];
  for (const { step, fractions: [u, v], ids } of custom) {
    ids!.forEach((id, i) => {
      const [x, y] = [24 * u[i] - 12, 6 * v[i] - 3];
      table.push([step, step! * 5e-4, id % 2 ? "A" : "B", y, x, id].join(";"));
      rows.push(x, y);
    });
  }
  writeFileSync(join(folder, "a.csv"), table.join("\r\n"));
  writeFileSync(join(folder, "a.npy"), npyBytes([3, 60, 2], [Float64Array.from(rows)]));

  it.each<[Format, string, string, number, number]>([
    // The last: how far the format's own digits leave z open.
    ["extended-xyz", `${DATA}extended.11.xyz`, "extended.11.xyz", 3, 1e-9],
    ["gsd", `${DATA}hoomd.11.gsd`, "hoomd.11.gsd", 2, 1e-9],
    ["h5md", `${DATA}h5md.11.h5`, "custom.11.lammpstrj", 3, 1e-9],
    ["csv", join(folder, "a.csv"), "custom.11.lammpstrj", 2, 1e-9],
    ["npy", join(folder, "a.npy"), "custom.11.lammpstrj", 2, 1e-9],
  ])("%s", async (format, file, name, dimensions, tolerance) => {
    const axes = (["x", "y", "z"] as const).slice(0, dimensions);
    const frames = await framesOf(file, format, { axes, ids: true });
    expect(frames).toHaveLength(3);
    frames.forEach((frame, f) => {
      const expected = fieldsOf(name)[f];
      if (format !== "npy") expect(frame.step).toBe(expected.step);
      fieldOf(frame, expected).forEach((z, i) =>
        expect(Math.abs(z - expected.z[i])).toBeLessThan(tolerance)
      );
      for (const [k, values] of frame.fractions.entries()) {
        values.forEach((value, i) => expect(value).toBeCloseTo(custom[f].fractions[k][i], 6));
      }
    });
    // Ids of HOOMD and of plain arrays count from 0.
    const shift = format === "gsd" || format === "npy" ? 1 : 0;
    expect([...frames[1].ids!].map((id) => id + shift)).toEqual([...custom[1].ids!]);
  });

  it("with types and times where the format has them", async () => {
    const request = { axes: [], labels: ["type"] };
    const truth = [...custom[0].labels.get("type")!.codes].map((code) => "AB"[code]);
    for (
      const [format, file] of [
        ["extended-xyz", `${DATA}extended.11.xyz`],
        ["gsd", `${DATA}hoomd.11.gsd`],
        ["csv", join(folder, "a.csv")],
      ] as const
    ) {
      const [, second] = await framesOf(file, format, request);
      const { names, codes } = second.labels.get("type")!;
      expect([...codes].map((code) => names[code]), format).toEqual(truth);
      if (format !== "gsd") expect(second.time).toBeCloseTo(0.02, 12);
    }
  });
});

describe("files without what is needed are refused", () => {
  const xyz = readFileSync(`${DATA}extended.11.xyz`, "utf8");
  const edit = (from: string | RegExp, to: string) => xyz.replace(from, to);
  it("plain XYZ, which has no box", () =>
    expect(framesOf(`${DATA}plain.11.xyz`, "extended-xyz")).rejects
      .toThrow(/plain\.11\.xyz, line 2: this line has no Lattice/));
  it.each([
    ["count", edit("60", "sixty"), /line 1: a frame begins with its number of particles/],
    ["lattice", edit("24 0.0", "24 zero"), /line 2: lattice is "24 zero 0.0 0.0 6/],
    ["flat box", edit("24 0.0", "0 0.0"), /line 2: the box has no volume/],
    ["properties", edit("pos:R:3:", "pos:R:"), /line 2: Properties is "species:S:1:pos/],
    ["no positions", edit("pos:R:3", "pot:R:3"), /line 2: no column x, xu, xs or xsu is there/],
    ["walls", edit('pbc="T', 'pbc="F'), /line 2: the box is not periodic along x/],
    ["pbc", edit('pbc="T', 'pbc="yes'), /line 2: pbc is "yes T T"/],
    ["step", edit("Timestep=0", "Timestep=0.5"), /line 2: the step must be a whole number/],
    ["step twice", edit("Timestep=40", "Timestep=0"), /line 64: step 0 stands twice/],
    ["nan", edit("4.2848", "nan"), /line 4: x is "nan"/],
    ["fewer", edit(/^B .*\n/m, ""), /line 62: it has 1 values where the table has 5/],
    ["cut off", xyz.slice(0, 900), /line \d+: the file is cut off/],
  ])(
    "extended XYZ: %s",
    (_, text, why) => expect(reading(text, "extended-xyz")).rejects.toThrow(why),
  );

  it.each<[string, Format, string | Uint8Array, RegExp]>([
    ["no step", "csv", "x,y\n1,2\n", /line 1: no column step is there; the columns are x y/],
    ["word", "csv", "step,x\n0,1\n0,one\n", /line 3: x is "one", no finite number/],
    ["width", "csv", "step,x\n0,1\n0,1,2\n", /line 3: it has 3 values where the table has 2/],
    ["id twice", "csv", "step,id,x\n0,7,1\n0,7,2\n", /line 3: id 7 stands twice/],
    ["another", "csv", "step,id,x\n0,7,1\n1,8,2\n", /line 3: particle 7 of the start is not/],
    ["step back", "csv", "step,x\n5,1\n2,2\n", /line 3: step 2 follows step 5/],
    ["half", "csv", "step,x\n.5,1\n", /line 2: the step must be a whole number/],
    ["empty", "csv", "", /a\.any, line 0: the file is empty/],
    ["shape", "npy", npyBytes([4], [Float64Array.of(1, 2, 3, 4)]), /its shape is \[4\]/],
    [
      "nan",
      "npy",
      npyBytes([2, 2], [Float64Array.of(1, 2, 3, NaN)]),
      /frame 1, particle 1: x is NaN, no finite/,
    ],
    ["text", "h5md", "step,x\n", /a\.any: no HDF5 file is like this/],
    ["text", "gsd", "step,x\n0,1\n", /a\.any: no GSD file begins like this/],
  ])("%s (%s)", (_, format, content, why) => expect(reading(content, format)).rejects.toThrow(why));

  it("a box that must be given", async () => {
    expect(() => openTrajectory(path, "csv", x)).toThrow(
      /this format has no box; its lengths must/,
    );
    const flat = { lengths: [0], origin: [0] };
    await expect(framesOf(join(folder, "a.npy"), "npy", x, flat)).rejects.toThrow(/no volume/);
  });
  it("columns that a format does not have", async () => {
    const request = { axes: [], columns: ["fx"] };
    await expect(framesOf(`${DATA}hoomd.11.gsd`, "gsd", request)).rejects.toThrow(/no column fx/);
    await expect(framesOf(`${DATA}h5md.11.h5`, "h5md", request)).rejects.toThrow(/no column fx/);
  });
});

describe("dump grid", () => {
  const frame = (step: number, values: number[]) =>
    `ITEM: TIMESTEP\n${step}\nITEM: BOX BOUNDS pp pp pp\n0 4\n0 2\n-0.5 0.5\nITEM: DIMENSION\n2\n` +
    `ITEM: GRID SIZE nx ny nz\n4 2 1\nITEM: GRID CELLS c_g:count f_a[1]\n` +
    values.map((value, i) => `${value} ${i / 2}\n`).join("");
  const grid = async (text: string) => {
    writeFileSync(path, text);
    return await all(readLammpsGrid(path, ["f_a[1]", "c_g:count"]));
  };
  it("gives its cells, the first index fastest", async () => {
    const frames = await grid(
      frame(0, [0, 1, 2, 3, 4, 5, 6, 7]) + frame(9, [9, 9, 9, 9, 1, 1, 1, 1]),
    );
    expect(frames.map(({ step, size }) => [step, ...size])).toEqual([[0, 4, 2, 1], [9, 4, 2, 1]]);
    expect([...frames[0].columns.get("c_g:count")!]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(frames[1].columns.get("f_a[1]")![7]).toBe(3.5);
  });
  it("gives its cells as particles in their middles", async () => {
    writeFileSync(path, frame(3, [0, 1, 2, 3, 4, 5, 6, 7]));
    const request = { axes: ["x" as const], optionalAxes: ["y" as const], columns: ["c_g:count"] };
    const [only] = await all(openTrajectory(path, "lammps-grid", request));
    expect([only.step, only.count, only.axes]).toEqual([3, 8, ["x", "y"]]);
    expect(only.fractions.map((values) => [...values])).toEqual([
      [0.125, 0.375, 0.625, 0.875, 0.125, 0.375, 0.625, 0.875],
      [0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75],
    ]);
    expect([...only.columns.get("c_g:count")!, ...only.ids!]).toEqual([
      ...[0, 1, 2, 3, 4, 5, 6, 7],
      ...[1, 2, 3, 4, 5, 6, 7, 8],
    ]);
    expect(only.places.particle(2)).toMatch(/, line 1, cell 3$/);
  });
  it("is refused where cells or columns are missing", async () => {
    await expect(grid(frame(0, [1, 2, 3]))).rejects.toThrow(/cut off .* after 3 of 8/);
    await expect(grid(frame(0, [1, 2]).replace("f_a", "f_b"))).rejects
      .toThrow(/line 11: no column f_a\[1\] is there; the columns are c_g:count f_b/);
    await expect(grid(frame(0, []).replace("4 2 1", "4 0 1"))).rejects.toThrow(/no grid has this/);
  });
});
