/** GSD and H5MD files written here field by field, since no code writes all that the formats allow. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import h5wasm from "h5wasm/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTrajectory, type Request } from "./mod.ts";
import { all } from "./testing.ts";

const folder = mkdtempSync(join(tmpdir(), "written-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "a.any");

/** A chunk: its name, type by GSD's number, rows and values. */
type Chunk = readonly [name: string, type: number, rows: number, values: readonly number[]];
const PUT: Readonly<Record<number, [number, (v: DataView, at: number, x: number) => void]>> = {
  1: [1, (v, at, x) => v.setUint8(at, x)],
  2: [2, (v, at, x) => v.setUint16(at, x, true)],
  3: [4, (v, at, x) => v.setUint32(at, x, true)],
  4: [8, (v, at, x) => v.setBigUint64(at, BigInt(x), true)],
  5: [1, (v, at, x) => v.setInt8(at, x)],
  6: [2, (v, at, x) => v.setInt16(at, x, true)],
  7: [4, (v, at, x) => v.setInt32(at, x, true)],
  8: [8, (v, at, x) => v.setBigInt64(at, BigInt(x), true)],
  9: [4, (v, at, x) => v.setFloat32(at, x, true)],
  10: [8, (v, at, x) => v.setFloat64(at, x, true)],
};

/** Header, names, data, index; a few entries are allocated and not used. */
function gsd(frames: readonly (readonly Chunk[])[], version = 2): Uint8Array {
  const names = [...new Set(frames.flat().map(([name]) => name))];
  const all = frames.flatMap((chunks, frame) => chunks.map((chunk) => ({ frame, chunk })));
  const size = all.reduce(
    (sum, { chunk: [, type, , values] }) => sum + PUT[type][0] * values.length,
    0,
  );
  const list = 256, data = list + 64 * names.length, index = data + size;
  const bytes = new Uint8Array(index + 32 * (all.length + 3)), view = new DataView(bytes.buffer);
  const text = (at: number, words: string) => bytes.set(new TextEncoder().encode(words), at);
  view.setBigUint64(0, 0x65df65df65df65dfn, true);
  [index, all.length + 3, list, names.length].forEach((v, k) =>
    view.setBigUint64(8 + 8 * k, BigInt(v), true)
  );
  view.setUint32(44, version << 16, true);
  text(112, "hoomd");
  let place = list;
  for (const name of names) {
    text(place, name);
    place += version === 1 ? 64 : name.length + 1;
  }
  let at = data;
  all.forEach(({ frame, chunk: [name, type, rows, values] }, i) => {
    const entry = index + 32 * i, [width, put] = PUT[type];
    view.setBigUint64(entry, BigInt(frame), true);
    view.setBigUint64(entry + 8, BigInt(rows), true);
    view.setBigInt64(entry + 16, BigInt(at), true);
    view.setUint32(entry + 24, values.length / rows, true);
    view.setUint16(entry + 28, names.indexOf(name), true);
    view.setUint8(entry + 30, type);
    for (const value of values) {
      put(view, at, value);
      at += width;
    }
  });
  return bytes;
}

const letters = (...words: string[]) =>
  words.flatMap((word) => Array.from({ length: 4 }, (_, k) => word.charCodeAt(k) || 0));

describe("a GSD file", () => {
  const first: readonly Chunk[] = [
    ["configuration/step", 4, 1, [7]],
    ["configuration/box", 9, 6, [4, 2, 8, 0.5, 0.25, -0.5]],
    ["particles/N", 3, 1, [3]],
    ["particles/position", 9, 3, [0, 0, 0, 1, 0.5, 2, -1.5, 0.25, -3]],
    ["particles/velocity", 10, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ["particles/mass", 9, 3, [1, 1.5, 2]],
    ["particles/charge", 9, 3, [-1, 0, 1]],
    ["particles/diameter", 9, 3, [0.5, 1, 0.25]],
    ["particles/body", 7, 3, [-1, 5, 5]],
    ["particles/typeid", 3, 3, [1, 0, 1]],
    ["particles/types", 1, 2, letters("A", "Bcd")],
  ];
  const read = (frames: readonly (readonly Chunk[])[], request: Request, version?: number) => {
    writeFileSync(path, gsd(frames, version));
    return all(openTrajectory(path, "gsd", request));
  };
  const everything: Request = {
    ...{ axes: ["x", "y", "z"], ids: true, labels: ["type", "body"] },
    columns: ["vx", "vy", "vz", "mass", "charge", "diameter"],
  };

  it.each([1, 2])(
    "of version %i gives every field, and keeps what a frame does not say",
    async (version) => {
      const moved: readonly Chunk[] = [
        ["configuration/step", 4, 1, [9]],
        ["particles/position", 9, 3, [1, 0, 0, 1, 0.5, 2, -1.5, 0.25, -3]],
      ];
      const frames = await read([first, moved, []].slice(0, 2), everything, version);
      expect(frames.map(({ step, count }) => [step, count])).toEqual([[7, 3], [9, 3]]);
      const [one, two] = frames;
      // xy ly, xz lz, yz lz: the box stands about its own middle.
      expect(one.box.edges).toEqual([[4, 0, 0], [1, 2, 0], [2, -4, 8]]);
      expect(one.box.origin).toEqual([-3.5, 1, -4]);
      expect(one.box.periodic).toEqual([true, true, true]);
      expect([...one.ids!]).toEqual([0, 1, 2]);
      const column = (name: string) => [...one.columns.get(name)!];
      expect(["vx", "vy", "vz"].map(column)).toEqual([[1, 4, 7], [2, 5, 8], [3, 6, 9]]);
      expect(["mass", "charge", "diameter"].map(column))
        .toEqual([[1, 1.5, 2], [-1, 0, 1], [0.5, 1, 0.25]]);
      const label = (name: string) => {
        const { codes, names } = one.labels.get(name)!;
        return [...codes].map((code) => names[code]);
      };
      expect(label("type")).toEqual(["Bcd", "A", "Bcd"]);
      expect(label("body")).toEqual(["-1", "5", "5"]);
      // The origin of coordinates is the middle of the box.
      expect(one.fractions.map(([f]) => f)).toEqual([0.5, 0.5, 0.5]);
      // (1, 0.5, 2) = u a + v b + w c from the middle: w = 1/4, v = (0.5 + 1) / 2, u = (1 - 0.75 - 0.5) / 4.
      expect(one.fractions.map((f) => f[1] - 0.5)).toEqual([-0.0625, 0.75, 0.25]);
      expect(two.fractions[0][0]).toBe(0.75);
      expect([...two.columns.get("mass")!]).toEqual([1, 1.5, 2]);
      expect(one.places.particle(2)).toBe(`${path}, frame 0, particle 2`);
      expect(two.places.step).toBe(`${path}, frame 1`);
    },
  );

  it("has numbers of any of its types", async () => {
    for (const type of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
      const chunks = first.map(([name, own, rows, values]): Chunk =>
        name === "particles/mass" ? [name, type, rows, [1, 100, 7]] : [name, own, rows, values]
      );
      const [{ columns }] = await read([chunks], { axes: [], columns: ["mass"] });
      expect([...columns.get("mass")!], String(type)).toEqual([1, 100, 7]);
    }
  });

  it("without step, types and bodies is of step 0 and type A, of no body", async () => {
    const needed = first.filter(([name]) =>
      ["configuration/box", "particles/N", "particles/position"].includes(name)
    );
    const [frame] = await read([needed], { axes: ["x"], labels: ["type", "body"] });
    expect(frame.step).toBe(0);
    expect(frame.labels.get("type")).toEqual({ codes: Int32Array.of(0, 0, 0), names: ["A"] });
    expect(frame.labels.get("body")).toEqual({ codes: Int32Array.of(0, 0, 0), names: ["0"] });
  });

  it("of two dimensions has a box of height 1", async () => {
    const flat = first.map(([name, type, rows, values]): Chunk =>
      name === "configuration/box"
        ? [name, type, rows, [4, 2, 0, 0, 0, 0]]
        : [name, type, rows, values]
    );
    const [{ box }] = await read([flat], { axes: ["x", "y"] });
    expect([box.edges[2], box.origin]).toEqual([[0, 0, 1], [-2, -1, -0.5]]);
  });

  const without = (name: string) => first.filter(([own]) => own !== name);
  const instead = (...chunk: Chunk) => [...without(chunk[0]), chunk];
  it.each<[string, readonly Chunk[], RegExp]>([
    ["no number", without("particles/N"), /frame 0: particles\/N is missing/],
    ["no box", without("configuration/box"), /configuration\/box is missing/],
    ["no positions", without("particles/position"), /particles\/position is missing/],
    [
      "three of four",
      instead("particles/N", 3, 1, [4]),
      /particles\/position is \[3, 3\], not \[4, 3\]/,
    ],
    ["half a number", instead("particles/N", 10, 1, [2.5]), /particles\/N is 2\.5/],
    ["a negative step", instead("configuration/step", 8, 1, [-1]), /configuration\/step is -1/],
    [
      "an infinite mass",
      instead("particles/mass", 9, 3, [1, Infinity, 1]),
      /particles\/mass of particle 1 is Infinity/,
    ],
    [
      "a type too many",
      instead("particles/typeid", 3, 3, [0, 2, 0]),
      /typeid holds 2; there are 2/,
    ],
    ["a chunk twice", [...first, first[2]], /particles\/N stands twice/],
  ])("with %s is refused", async (_, chunks, why) => {
    await expect(read([chunks], everything)).rejects.toThrow(why);
  });
  it("has no labels and columns but these", async () => {
    await expect(read([first], { axes: [], labels: ["mol"] })).rejects.toThrow(/no label mol/);
    await expect(read([first], { axes: [], columns: ["x"] })).rejects.toThrow(/no column x/);
  });
});

describe("an H5MD file", () => {
  beforeAll(() => h5wasm.ready);
  interface Group {
    create_group(name: string): Group;
    create_dataset(of: object): { create_attribute(name: string, value: unknown): void };
    create_attribute(name: string, value: unknown): void;
  }
  const positions = Float64Array.from({ length: 2 * 3 * 2 }, (_, i) => i / 4);
  const write = (fill: (group: Group, root: Group) => void) => {
    const file = new h5wasm.File(path, "w");
    const root = file as unknown as Group;
    fill(root.create_group("particles").create_group("all"), root);
    file.close();
  };
  const element = (group: Group, name: string, shape: number[], values: Float64Array) => {
    const own = group.create_group(name);
    own.create_dataset({ name: "value", data: values, shape });
    return own;
  };
  const box = (group: Group, shape: number[], values: number[], boundary?: string[]) => {
    const own = group.create_group("box");
    if (boundary) own.create_attribute("boundary", boundary);
    own.create_dataset({ name: "edges", data: Float64Array.from(values), shape });
  };
  const read = (request: Request = { axes: ["x", "y"] }, given?: { lengths: number[] }) =>
    all(openTrajectory(path, "h5md", request, given));

  it("has a box of lengths or of vectors, fixed or of each frame", async () => {
    write((group) => {
      element(group, "position", [2, 3, 2], positions);
      box(group, [2], [4, 2]);
    });
    const [, frame] = await read();
    expect(frame.box.edges).toEqual([[4, 0, 0], [0, 2, 0], [0, 0, 1]]);
    expect(frame.fractions.map((f) => [...f]))
      .toEqual([[6, 8, 10].map((v) => v / 16), [7, 9, 11].map((v) => v / 8)]);
    expect([frame.step, frame.time]).toEqual([undefined, undefined]);
    write((group) => {
      element(group, "position", [2, 3, 2], positions);
      box(group, [2, 2], [4, 0, 1, 2]);
    });
    expect((await read())[0].box.edges).toEqual([[4, 0, 0], [1, 2, 0], [0, 0, 1]]);
    write((group) => {
      element(group, "position", [2, 3, 2], positions);
      element(group.create_group("box"), "edges", [2, 2], Float64Array.of(4, 2, 8, 16));
    });
    expect((await read()).map(({ box: { edges } }) => [edges[0][0], edges[1][1]]))
      .toEqual([[4, 2], [8, 16]]);
  });

  it("has steps and times of each frame, or by an increment with an offset", async () => {
    write((group) => {
      const position = element(group, "position", [2, 3, 2], positions);
      position.create_dataset({ name: "step", data: Int32Array.of(5, 9) });
      position.create_dataset({ name: "time", data: Float64Array.of(0.5, 0.75) });
      box(group, [2], [4, 2]);
    });
    expect((await read()).map(({ step, time }) => [step, time])).toEqual([[5, 0.5], [9, 0.75]]);
    write((group) => {
      const position = element(group, "position", [2, 3, 2], positions);
      const step = position.create_dataset({ name: "step", data: 10, dtype: "<i4" });
      step.create_attribute("offset", 3);
      position.create_dataset({ name: "time", data: 0.25, dtype: "<d" });
      box(group, [2], [4, 2]);
    });
    expect((await read()).map(({ step, time }) => [step, time])).toEqual([[3, 0], [13, 0.25]]);
  });

  it("is periodic where it says so, or says nothing", async () => {
    for (
      const [boundary, periodic] of [
        [["periodic", "none"], [true, false, true]],
        [undefined, [true, true, true]],
      ] as const
    ) {
      write((group) => {
        element(group, "position", [2, 3, 2], positions);
        box(group, [2], [4, 2], boundary && [...boundary]);
      });
      expect((await read())[0].box.periodic).toEqual(periodic);
    }
  });

  it("has the box that is given where it has none", async () => {
    write((group) => void element(group, "position", [2, 3, 2], positions));
    expect((await read(undefined, { lengths: [5, 3] }))[0].box.edges[0]).toEqual([5, 0, 0]);
    await expect(read()).rejects.toThrow(/it has no box\/edges/);
  });

  it.each<[string, (group: Group, root: Group) => void, RegExp]>([
    ["no positions", (group) => box(group, [2], [4, 2]), /position\/value is missing/],
    [
      "positions of one row",
      (group) => element(group, "position", [4, 3], positions),
      /position is \[4, 3\], not \[frames, particles, dimensions\]/,
    ],
    [
      "four dimensions",
      (group) => element(group, "position", [1, 3, 4], positions),
      /position is \[1, 3, 4\]/,
    ],
    [
      "three lengths in two dimensions",
      (group) => {
        element(group, "position", [2, 3, 2], positions);
        box(group, [3], [4, 2, 1]);
      },
      /box\/edges has 3 numbers for 2 dimensions/,
    ],
    [
      "two groups",
      (_, root) =>
        void (root as never as { get(n: string): Group }).get("particles").create_group("b"),
      /its group particles has all, b; one is read/,
    ],
  ])("with %s is refused", async (_, fill, why) => {
    write(fill);
    await expect(read()).rejects.toThrow(why);
  });
});
