import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { NpyError, openNpyReader, openNpyWriter, readNpy } from "./mod.ts";

const folder = mkdtempSync(join(tmpdir(), "npy-"));
const path = join(folder, "a.npy");
afterAll(() => rmSync(folder, { recursive: true }));

/** The bytes of a file by the format's own words. */
function fileOf(dictionary: string, data: Uint8Array, version = 1): Uint8Array {
  const length = dictionary.length + 1;
  return Uint8Array.from([
    ...[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, length & 255, length >> 8],
    ...(version === 1 ? [] : [0, 0]),
    ...new TextEncoder().encode(dictionary + "\n"),
    ...data,
  ]);
}
const described = (descr: string, shape: string, order = "False") =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;
const array = (descr: string, shape: string, data: Uint8Array, version = 1) =>
  fileOf(described(`'${descr}'`, shape), data, version);
const reading = (bytes: Uint8Array) => {
  writeFileSync(path, bytes);
  return readNpy(path);
};
const bytesOf = (values: { buffer: ArrayBuffer }) => new Uint8Array(values.buffer);

describe("reading", () => {
  it.each([1, 2, 3])("version %i: float64 to the last bit, shapes of any rank", (version) => {
    const lists = fc.array(fc.double(), { maxLength: 20 });
    fc.assert(
      fc.property(lists, (list) => {
        const values = Float64Array.from(list);
        const read = reading(array("<f8", `(1, ${list.length}, 1)`, bytesOf(values), version));
        expect(read).toEqual({ shape: [1, list.length, 1], values });
      }),
      { seed: 1 },
    );
  });
  it("every type, in either byte order", () => {
    const write: Record<string, (view: DataView, at: number, v: number, little: boolean) => void> =
      {
        i2: (d, at, v, little) => d.setInt16(at, v, little),
        u2: (d, at, v, little) => d.setUint16(at, v, little),
        i4: (d, at, v, little) => d.setInt32(at, v, little),
        u4: (d, at, v, little) => d.setUint32(at, v, little),
        i8: (d, at, v, little) => d.setBigInt64(at, BigInt(v), little),
        u8: (d, at, v, little) => d.setBigUint64(at, BigInt(v), little),
        f2: (d, at, v, little) => d.setFloat16(at, v, little),
        f4: (d, at, v, little) => d.setFloat32(at, v, little),
        f8: (d, at, v, little) => d.setFloat64(at, v, little),
      };
    for (const [name, set] of Object.entries(write)) {
      const size = Number(name[1]);
      const values = name[0] === "u" ? [0, 1, 2 ** (8 * Math.min(size, 6)) - 1] : [-2, 0, 300];
      for (const order of ["<", ">"]) {
        const view = new DataView(new ArrayBuffer(3 * size));
        values.forEach((value, i) => set(view, i * size, value, order === "<"));
        expect([...reading(array(order + name, "(3,)", bytesOf(view))).values]).toEqual(values);
      }
    }
    for (const [descr, expected] of [["|b1", 1], ["|u1", 255], ["|i1", -1]] as const) {
      const data = Uint8Array.of(0, expected & 255);
      expect([...reading(array(descr, "(2,)", data)).values]).toEqual([0, expected]);
    }
  });
  it("Fortran's order as C's, all rows and some", () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shapes, fc.nat(), fc.nat(), (shape, a, b) => {
        // The number at an index is the index itself, read as digits.
        const digits = (index: number[]) => index.reduce((value, i) => 10 * value + i, 0);
        const indices = (axes: number[]): number[][] =>
          axes.reduce<number[][]>(
            (all, length) => all.flatMap((i) => Array.from({ length }, (_, j) => [...i, j])),
            [[]],
          );
        const fastestLast = indices(shape).map(digits);
        const fastestFirst = indices(shape.toReversed()).map((i) => digits(i.toReversed()));
        const data = bytesOf(Int16Array.from(fastestFirst));
        const file = fileOf(described("'<i2'", `(${shape.join(", ")},)`, "True"), data);
        expect(reading(file)).toEqual({ shape, values: Float64Array.from(fastestLast) });
        const reader = openNpyReader(path);
        const first = a % shape[0], count = b % (shape[0] - first + 1);
        const row = fastestLast.length / shape[0];
        expect([...reader.read(first, count)])
          .toEqual(fastestLast.slice(first * row, (first + count) * row));
        reader.close();
      }),
      { seed: 3 },
    );
    const one = fileOf(described("'<f8'", "()", "True"), new Uint8Array(8));
    expect(reading(one)).toEqual({ shape: [], values: new Float64Array(1) });
  });
  it("a single number, no number, and the shapes of old Pythons", () => {
    const eight = new Uint8Array(8);
    expect(reading(array("<f8", "()", eight))).toEqual({ shape: [], values: new Float64Array(1) });
    expect(reading(array("<f8", "(0, 7)", new Uint8Array(0))).values.length).toBe(0);
    expect(reading(array("<f8", "(1L,)", eight)).shape).toEqual([1]);
  });
  it("some rows without the others", () => {
    writeFileSync(
      path,
      array("<i2", "(4, 3)", bytesOf(Int16Array.from({ length: 12 }, (_, i) => i))),
    );
    const reader = openNpyReader(path);
    expect([...reader.read(1, 2)]).toEqual([3, 4, 5, 6, 7, 8]);
    expect(reader.type).toBe("i2");
    expect(() => reader.read(3, 2)).toThrow(/has 4 rows; 2 from row 3 on/);
    reader.close();
  });
});

describe("refusals", () => {
  const data = new Uint8Array(8);
  const good = array("<f8", "(1,)", data);
  it.each<[string, Uint8Array, RegExp]>([
    ["another format", new Uint8Array(20), /does not begin as one/],
    ["nothing", new Uint8Array(0), /does not begin as one/],
    ["a later version", array("<f8", "(1,)", data, 4), /version is 4, not 1 to 3/],
    ["an end in the prefix", array("<f8", "(1,)", data, 2).slice(0, 11), /ends within its header/],
    ["an end in the header", good.slice(0, 30), /ends within its header/],
    ["too few numbers", good.slice(0, -1), /ends early: 7 bytes where its shape \(1\) needs 8/],
    ["too many", array("<f8", "(1,)", new Uint8Array(9)), /goes on after its numbers: 9 bytes/],
    ["complex numbers", array("<c16", "(1,)", data), /type '<c16' is none of b1, u1.*astype/],
    ["multi-byte numbers in no order", array("|f8", "(1,)", data), /type '\|f8' is none/],
    ["text", array("<U2", "(1,)", data), /type '<U2' is none/],
    ["records", fileOf(described("[('a', '<f8')]", "(1,)"), data), /structured/],
    ["no order", fileOf("{'descr': '<f8', 'shape': (1,), }", data), /names no order/],
    ["no shape", fileOf("{'descr': '<f8', 'fortran_order': False, }", data), /names no shape/],
    ["a negative length", array("<f8", "(-1,)", data), /shape holds "-1"/],
    ["more than any disk", array("<f8", "(99999999999, 99999999999)", data), /ends early: 8 bytes/],
    ["more than any number", array("<f8", `(${"9".repeat(400)},)`, data), /ends early/],
    ["an integer beyond 2^53", array("<i8", "(1,)", data.map(() => 0x7f)), /beyond 2\^53/],
  ])("%s", (_, bytes, message) => {
    expect(() => reading(bytes)).toThrow(message);
    expect(() => reading(bytes)).toThrow(NpyError);
    expect(() => reading(bytes)).toThrow(path);
  });

  it("files with flipped, missing or further bytes are read whole or refused by name", () => {
    const values = Float64Array.from({ length: 6 }, (_, i) => i / 7);
    const whole = array("<f8", "(2, 3)", bytesOf(values));
    const change = fc.record({
      at: fc.nat(whole.length - 1),
      byte: fc.integer({ min: 0, max: 255 }),
      length: fc.integer({ min: 0, max: whole.length + 9 }),
    });
    fc.assert(
      fc.property(change, ({ at, byte, length }) => {
        const bytes = new Uint8Array(length);
        bytes.set(whole.subarray(0, length));
        if (at < length) bytes[at] = byte;
        let read;
        try {
          read = reading(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(NpyError);
          return;
        }
        expect(read.values.length).toBe(read.shape.reduce((a, b) => a * b, 1));
      }),
      { seed: 2, numRuns: 500 },
    );
  }, 120_000);
});

describe("writing", () => {
  it("takes rows in any order and goes on after an interruption", () => {
    rmSync(path, { force: true });
    const writer = openNpyWriter(path, [5, 2]);
    writer.write(3, Float64Array.of(3, 3.5, 4, 4.5));
    writer.close();
    const more = openNpyWriter(path, [5, 2]);
    more.write(0, Float64Array.of(0, 0.5, 1, 1.5, 2, 2.5));
    more.close();
    const values = Float64Array.of(0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5);
    expect(readNpy(path)).toEqual({ shape: [5, 2], values });
    expect(readFileSync(path).length % 64).toBe(80 % 64);
    expect(() => openNpyWriter(path, [5, 3])).toThrow(
      /not an NPY file of float64 and shape \(5, 3\)/,
    );
    truncateSync(path, 128 + 72);
    expect(() => readNpy(path)).toThrow(/ends early: 72 bytes where its shape \(5, 2\) needs 80/);
  });
});

const python3 = ["python3", "/usr/bin/python3"].find((program) =>
  spawnSync(program, ["-c", "import numpy"]).status === 0
);
describe.skipIf(!python3)("NumPy (needs Python's numpy)", () => {
  const python = (code: string) => {
    const { stdout, stderr, status } = spawnSync(python3!, ["-c", `import numpy as np\n${code}`], {
      encoding: "utf8",
      cwd: folder,
    });
    expect(status, stderr).toBe(0);
    return stdout.trim();
  };
  it("opens what is written here", () => {
    const writer = openNpyWriter(join(folder, "ours.npy"), [2, 3]);
    writer.write(0, Float64Array.of(0, 1, 2, 3, 4, 5));
    writer.close();
    expect(python(`a = np.load("ours.npy", mmap_mode="r"); print(a.shape, a.dtype, a.sum())`))
      .toBe("(2, 3) float64 15.0");
  });
  it("writes what is read here, or refused", () => {
    python([
      "a = np.arange(-6, 6).reshape(3, 4)",
      "for t in 'i1 i2 i4 i8 f2 f4 f8 >i2 >f2 >i4 >f8'.split(): np.save(f'np-{t}.npy', a.astype(t))",
      "np.save('np-bool.npy', a > 0); np.save('np-fortran.npy', np.asfortranarray(a))",
      "np.save('np-complex.npy', a * 1j); np.save('np-long.npy', a.astype('longdouble'))",
      "np.save('np-object.npy', a.astype(object)); np.save('np-text.npy', a.astype(str))",
    ].join("\n"));
    const expected = Float64Array.from({ length: 12 }, (_, i) => i - 6);
    for (const type of ["i1", "i2", "i4", "i8", "f2", "f4", "f8", ">i2", ">f2", ">i4", ">f8"]) {
      expect(readNpy(join(folder, `np-${type}.npy`)), type)
        .toEqual({ shape: [3, 4], values: expected });
    }
    expect(readNpy(join(folder, "np-bool.npy")).values).toEqual(expected.map((v) => v > 0 ? 1 : 0));
    expect(readNpy(join(folder, "np-fortran.npy"))).toEqual({ shape: [3, 4], values: expected });
    for (const name of ["complex", "long", "object", "text"]) {
      expect(() => readNpy(join(folder, `np-${name}.npy`)), name).toThrow(NpyError);
    }
  });
});
