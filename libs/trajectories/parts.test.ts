/** Parts of the readers, each against exact values: rows, words, ids, boxes, coordinates, columns' names. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { npyBytes } from "@spiediff/npy";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { AXES, type Box, boxVolume, checkedBox, reciprocal } from "./box.ts";
import { boxOf } from "./boxless.ts";
import { axesThere, fractionsOf, planCoordinates } from "./coordinates.ts";
import { LineScanner } from "./line_scanner.ts";
import { openTrajectory } from "./mod.ts";
import { checkIds } from "./particle_ids.ts";
import { readRows, type RowPlan } from "./particle_rows.ts";
import { all } from "./testing.ts";
import { Words } from "./words.ts";
import { columnsOf, parseComment } from "./xyz_comment.ts";

const folder = mkdtempSync(join(tmpdir(), "parts-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "a.any");

describe("rows of a table", () => {
  const plan: RowPlan = { columns: ["id", "word", "x", "tag"], numbers: [2, 0], words: [1, 3] };
  const rowsOf = async (text: string, count: number) => {
    writeFileSync(path, text);
    const scanner = new LineScanner(path), words = [new Words(), new Words()];
    try {
      return { ...await readRows(scanner, count, plan, words), names: words.map((w) => w.names) };
    } finally {
      await scanner.close();
    }
  };
  it("are the columns asked for, in their order, as many as are asked for", async () => {
    const { numbers, words, names } = await rowsOf("7 A 0.5 u\n\t8  B -1e3\tu \n9 A 2 v\n", 3);
    expect(numbers.map((column) => [...column])).toEqual([[0.5, -1000, 2], [7, 8, 9]]);
    expect(words.map((column) => [...column])).toEqual([[0, 1, 0], [0, 0, 1]]);
    expect(names).toEqual([["A", "B"], ["u", "v"]]);
  });
  it("may be more than are held at first", async () => {
    for (const count of [4095, 4096, 4097, 10_000]) {
      const lines = Array.from({ length: count + 1 }, (_, i) => `${i} w${i % 7} ${i / 4} t\n`);
      const { numbers: [x, id], words: [word] } = await rowsOf(lines.join(""), count);
      expect([x.length, id.length, word.length]).toEqual([count, count, count]);
      for (const i of [0, 4000, count - 1]) {
        expect([x[i], id[i], word[i]]).toEqual([i / 4, i, i % 7]);
      }
    }
  });
});

it("words have numbers in their order, long or short, by their bytes", () => {
  const words = new Words();
  const code = (text: string) => {
    const bytes = new TextEncoder().encode(`..${text}..`);
    return words.codeOf(bytes, 2, bytes.length - 2);
  };
  const texts = ["A", "B", "AB", "BA", "abcdef", "abcdefg", "abcdefh", "abcdeg", "\u0001", "A"];
  expect(texts.map(code)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 0]);
  expect(texts.map(code)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 0]);
  expect(texts.map((text) => words.codeOfText(text))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 0]);
  expect(words.names).toEqual(texts.slice(0, 9));
});

describe("numbers of particles", () => {
  const check = (...ids: number[]) => () => checkIds(Float64Array.from(ids), (i) => `at ${i}`);
  it("are whole, from 0 on, in any order, with gaps of any size", () => {
    for (const ids of [[0], [2, 0, 1], [5, 1e6, 3], [2 ** 53 - 1, 0], []]) {
      expect(check(...ids)).not.toThrow();
    }
  });
  it("are refused where they are no such number or stand twice, at their particle", () => {
    for (const odd of [-1, 0.5, NaN, 2 ** 53]) {
      expect(check(3, odd)).toThrow(`at 1: id is ${odd}, no whole number of at least 0`);
    }
    for (const twice of [0, 7, 1e6, 2 ** 50]) {
      expect(check(twice, 1, twice)).toThrow(`at 2: id ${twice} stands twice in one frame`);
    }
    // The largest of a frame's numbers can be ticked off as well.
    expect(check(1, 1039, 1039)).toThrow("at 2: id 1039");
  });
});

describe("a box", () => {
  const box: Box = {
    origin: [-1, 2, 0.5],
    edges: [[4, 0, 0], [1, 3, 0], [0.5, -0.5, 2]],
    periodic: [true, true, true],
  };
  it("has the volume that its edges span", () => {
    expect(boxVolume(box)).toBe(24);
    expect(boxVolume({ edges: [[0, 0, 1], [1, 0, 0], [0, 2, 0]] })).toBe(2);
    expect(boxVolume({ edges: [[1, 0, 0], [0, 0, 1], [0, 1, 0]] })).toBe(-1);
    expect(boxVolume({ edges: [[1, 2, 3], [4, 5, 6], [7, 8, 10]] })).toBe(-3);
  });
  it("has volume, and finite numbers", () => {
    expect(checkedBox(box, "here")).toBe(box);
    const [a, b, c] = box.edges;
    for (const edges of [[a, c, b], [a, a, c]]) {
      expect(() => checkedBox({ ...box, edges }, "here")).toThrow(/^here: the box has no volume/);
    }
    expect(() => checkedBox({ ...box, origin: [0, NaN, 0] }, "here")).toThrow(/no finite number/);
    expect(() => checkedBox({ ...box, edges: [a, b, [0, 0, Infinity]] }, "here")).toThrow(/finite/);
  });
  it("has fractions along its edges: those that a place is made of (property)", () => {
    const share = fc.double({ min: -2, max: 3, noNaN: true });
    const names = ["x", "y", "z"];
    fc.assert(fc.property(share, share, share, (u, v, w) => {
      const place = names.map((_, k) =>
        box.origin[k] + u * box.edges[0][k] + v * box.edges[1][k] + w * box.edges[2][k]
      );
      const plan = planCoordinates(names, AXES, box);
      if ("missing" in plan) throw new Error(plan.missing);
      const values = plan.columns.map((k) => Float64Array.of(place[k]));
      fractionsOf(plan, values, 1).forEach(([found], k) =>
        expect(found).toBeCloseTo([u, v, w][k], 10)
      );
    }));
    for (const axis of [0, 1, 2]) {
      const g = reciprocal(box, axis);
      box.edges.forEach((edge, k) =>
        expect(edge[0] * g[0] + edge[1] * g[1] + edge[2] * g[2]).toBeCloseTo(k === axis ? 1 : 0, 12)
      );
    }
  });
  it("takes unwrapped coordinates and fractions for coordinates, wrapped ones first", () => {
    const plain: Box = { ...box, origin: [0, 0, 0], edges: [[4, 0, 0], [0, 3, 0], [0, 0, 2]] };
    const found = (columns: string[], values: number[]) => {
      const plan = planCoordinates(columns, ["y"], plain);
      if ("missing" in plan) return plan.missing;
      return fractionsOf(plan, plan.columns.map((k) => Float64Array.of(values[k])), 1)[0][0];
    };
    expect(found(["ysu", "yu", "y"], [0.1, 0.6, 1.5])).toBe(0.5);
    expect(found(["ysu", "yu"], [0.1, 0.6])).toBeCloseTo(0.2, 12);
    expect(found(["ys", "ysu"], [0.1, 0.7])).toBe(0.1);
    expect(found(["ysu"], [0.7])).toBe(0.7);
    expect(found(["x", "z"], [1, 2])).toBe("y, yu, ys or ysu");
    const tilted = planCoordinates(["x", "y"], ["y"], box);
    expect(tilted).toEqual({ missing: "y, yu, ys or ysu (the box is tilted: y and z are needed)" });
  });
  it("has optional axes where their columns are", () => {
    const asked = { axes: ["y"], optionalAxes: AXES } as const;
    expect(axesThere(["y", "zs"], asked, box)).toEqual(["y", "z"]);
    expect(axesThere(["y"], { axes: ["y"] }, box)).toEqual(["y"]);
  });
  it("that is given may leave out lengths and origin", () => {
    const { origin, edges, periodic } = boxOf({ lengths: [4, 3, 2], origin: [1, 5, 6] }, "p");
    expect([origin, edges]).toEqual([[1, 5, 6], [[4, 0, 0], [0, 3, 0], [0, 0, 2]]]);
    expect(periodic).toEqual([true, true, true]);
    const short = boxOf({ lengths: [4] }, "p");
    expect([short.origin, short.edges]).toEqual([[0, 0, 0], [[4, 0, 0], [0, 1, 0], [0, 0, 1]]]);
    expect(boxOf({ lengths: [4], origin: [7] }, "p").origin).toEqual([7, 0, 0]);
    expect(() => boxOf({ lengths: [4, -3] }, "p")).toThrow(/p: the box has no volume/);
  });
});

describe("extended XYZ", () => {
  it("names its columns as LAMMPS does", () => {
    expect(columnsOf("species:S:1:pos:R:3:velo:R:3:force:R:2:q:R:1:w:I:2:mol_id:I:1")).toEqual([
      ...["type", "x", "y", "z", "vx", "vy", "vz", "fx", "fy", "q", "w[1]", "w[2]", "mol"],
    ]);
    expect(columnsOf("velocities:R:3:forces:R:3:molecule:I:1:ok:L:1"))
      .toEqual(["vx", "vy", "vz", "fx", "fy", "fz", "mol", "ok"]);
    expect(columnsOf("pos:R:4")).toEqual(["x", "y", "z", "pos[4]"]);
    for (const bad of ["pos:R", "pos:X:3", "pos:R:0", "pos:R:x", "pos:R:3:", "pos:R:10000"]) {
      expect(columnsOf(bad), bad).toBeNull();
    }
  });
  it("has pairs of keys and values in its second line", () => {
    const of = (text: string) => [...parseComment(text) ?? ["none"]];
    expect(of(`a=1 B="2 3"\tc='4 5' d={6 7} e=[8, 9] f G=x=y`)).toEqual([
      ...[["a", "1"], ["b", "2 3"], ["c", "4 5"], ["d", "6 7"], ["e", "[8, 9]"]],
      ...[["f", "T"], ["g", "x=y"]],
    ]);
    expect(of("  ")).toEqual([]);
    expect(of("a = 1")).toEqual([["a", "1"]]);
    expect(of("1 particle")).toEqual(["none"]);
  });
});

describe("arrays of positions", () => {
  const box = { lengths: [4, 8, 2] };
  const framesOf = (bytes: Uint8Array, request = {}) => {
    writeFileSync(path, bytes);
    return all(openTrajectory(path, "npy", { axes: ["x"], ...request }, box));
  };
  it("have one, two or three coordinates", async () => {
    for (const [dimensions, axes] of [[1, "x"], [2, "y"], [3, "z"]] as const) {
      const values = Float64Array.from({ length: 2 * 3 * dimensions }, (_, i) => i / 2);
      const shape = dimensions === 1 ? [2, 3] : [2, 3, dimensions];
      const frames = await framesOf(npyBytes(shape, [values]), { axes: [axes], ids: true });
      const k = dimensions - 1, length = box.lengths[k];
      expect(frames.map(({ fractions: [f] }) => [...f])).toEqual(
        [0, 3].map((first) => [0, 1, 2].map((i) => ((first + i) * dimensions + k) / 2 / length)),
      );
      expect(frames.map(({ step, count }) => [step, count])).toEqual([[0, 3], [1, 3]]);
      expect([...frames[1].ids!]).toEqual([0, 1, 2]);
    }
  });
  it("have no more, no fewer, and nothing else", async () => {
    const refused = (shape: number[], request = {}) => {
      const length = shape.reduce((a, b) => a * b, 1);
      return expect(framesOf(npyBytes(shape, [new Float64Array(length)]), request)).rejects;
    };
    await refused([2, 3, 4]).toThrow("its shape is [2, 3, 4], not [frames, particles] or");
    await refused([2, 3, 0]).toThrow("its shape is [2, 3, 0]");
    await refused([6]).toThrow("its shape is [6]");
    await refused([1, 1, 1, 1]).toThrow("its shape is [1, 1, 1, 1]");
    await refused([2, 3], { axes: ["y"] }).toThrow(/no column y, .* is there; positions have 1/);
    await refused([2, 3], { labels: ["mol"] }).toThrow("no column mol is there");
  });
});

describe("packed files", () => {
  const table = (n: number) =>
    "step,x\n" + Array.from({ length: n }, (_, i) => `0,${i / n}\n`).join("");
  const count = async (bytes: Uint8Array) => {
    writeFileSync(path, bytes);
    const [frame] = await all(openTrajectory(path, "csv", { axes: ["x"] }, { lengths: [1] }));
    return frame.count;
  };
  it("are read whole, longer than a part of them or not", async () => {
    for (const n of [1, 200_000]) {
      const text = new TextEncoder().encode(table(n));
      expect(await count(text)).toBe(n);
      expect(await count(gzipSync(text))).toBe(n);
    }
  });
  it("of kinds that are not read are named by them, whatever follows", async () => {
    const kinds = { bzip2: [0x42, 0x5a, 0x68], xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a] };
    for (const [kind, magic] of Object.entries(kinds)) {
      await expect(count(Uint8Array.from([...magic, 0, 1]))).rejects
        .toThrow(`${path}: it is packed by ${kind}; gzip and zstd are read`);
    }
  });
});
