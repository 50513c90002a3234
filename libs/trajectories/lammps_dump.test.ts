import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { checkedSeries, openTrajectory, type Request } from "./mod.ts";
import { all, DATA, expectedFields, fieldOf } from "./testing.ts";

const folder = mkdtempSync(join(tmpdir(), "dumps-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "a.dump");
const custom = readFileSync(`${DATA}custom.11.lammpstrj`, "utf8");
const x: Request = { axes: ["x"] };
const series = (file: string, request = x) =>
  all(checkedSeries(openTrajectory(file, "lammps-dump", request), request.axes));
const reading = (text: string | Uint8Array, request = x) => {
  writeFileSync(path, text);
  return series(path, request);
};

const expected = expectedFields().filter(({ file }) => !/gsd|xyz/.test(file));
const files = [...new Set(expected.map(({ file }) => file))];

describe("LAMMPS' own dumps", () => {
  it.each(files)("give their fields: %s", async (file) => {
    const records = expected.filter((record) => record.file === file);
    for (const axis of new Set(records.map((record) => record.axis))) {
      const labels = [...new Set(records.map(({ split }) => split))].filter(Boolean);
      const frames = await all(
        openTrajectory(DATA + file, "lammps-dump", { axes: [axis], labels }),
      );
      const here = records.filter((record) => record.axis === axis);
      expect(frames.map(({ step }) => step)).toEqual([...new Set(here.map(({ step }) => step))]);
      for (const record of here) {
        const frame = frames.find(({ step }) => step === record.step)!;
        expect(frame.count).toBe(record.atoms);
        // Scaled positions of six digits are off by 5e-7 of the box: 4e-7 in z.
        fieldOf(frame, record).forEach((z, i) =>
          expect(Math.abs(z - record.z[i])).toBeLessThan(1e-6)
        );
      }
    }
  });

  it("are unpacked from zstd as from gzip", async () => {
    const [plain, packed] = await Promise.all(
      ["", ".zst"].map((end) => series(`${DATA}unsorted.11.lammpstrj${end}`)),
    );
    expect(packed.map(({ fractions }) => fractions)).toEqual(
      plain.map(({ fractions }) => fractions),
    );
  });

  it("are read by name of column, whatever stands beside, and in any order", async () => {
    const [first] = await reading(custom);
    const turned = custom.replace(/^ITEM: ATOMS.*$/gm, "ITEM: ATOMS xlu element z\ty  x mol id")
      .replace(/^(\d+) (\S+) (\S+) (\S+) (\S+) (\S+)$/gm, "9e9 Na $6\t $5 $4 $2 $1 ");
    const [second] = await reading(turned.replaceAll("\n", "\r\n"));
    expect(second.fractions).toEqual(first.fractions);
    expect(second.ids).toEqual(first.ids);
  });

  it("tell time, numbers of particles, words and other columns", async () => {
    const [frame] = await series(`${DATA}units-time.11.lammpstrj.gz`);
    expect([frame.time, frame.step]).toEqual([4, 0]);
    const request = { axes: [], ids: true, labels: ["type"], columns: ["vx", "x"] };
    const [velocity] = await series(`${DATA}velocity.11.lammpstrj`, request);
    expect([velocity.columns.get("vx")![1], velocity.columns.get("x")![1]])
      .toEqual([44.2471314, 4.28480338]);
    const { names, codes } = velocity.labels.get("type")!;
    expect([...codes.slice(0, 3)].map((code) => names[code])).toEqual(["1", "2", "1"]);
    expect([...velocity.ids!.slice(0, 3)]).toEqual([1, 2, 3]);
    expect(velocity.fractions).toEqual([]);
  });

  it("have a general triclinic box by its vectors, too", async () => {
    // A box turned by 90 degrees: a along y, b along -x. The particle lies at 0.25 a + 0.5 b.
    const [frame] = await reading(
      "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n1\nITEM: BOX BOUNDS abc origin pp pp ff\n" +
        "0 4 0 1\n-2 0 0 2\n0 0 1 0\nITEM: ATOMS id x y z\n1 0 3 0\n",
      { axes: ["y", "x"] },
    );
    expect(frame.fractions.map(([value]) => value)).toEqual([0.5, 0.25]);
    expect(frame.box.periodic).toEqual([true, true, false]);
  });
});

describe("broken dumps are refused by file and line", () => {
  it.each([
    ["truncated", /line 181: the file is cut off within this line/],
    ["lost-atom", /line 142: here are 59 particles, and 60 at the start \(.*line 4\)/],
    ["nan", /line 21: x is "-nan", no finite number/],
    ["duplicate-id", /line 22: id 13 stands twice/],
    ["no-positions", /line 9: no column x, xu, xs or xsu is there; the columns are id mol type/],
    ["other-realization", /line 71: step 0 stands twice; is an appended restart/],
    ["walls", /line 5: the box is not periodic along x/],
  ])("broken/%s", async (name, message) => {
    const file = `${DATA}broken/${name}.lammpstrj`;
    await expect(series(file)).rejects.toThrow(message);
    await expect(series(file)).rejects.toThrow(file);
  });
  it("a box that changes", async () => {
    await expect(series(`${DATA}changing-box.77.lammpstrj`)).rejects
      .toThrow(/line 74: the box is not that of the start \(.*line 5\)/);
  });

  const lines = custom.split("\n");
  const changed = (line: number, to: string | null) =>
    lines.flatMap((text, i) => i + 1 !== line ? [text] : to === null ? [] : [to]).join("\n");
  it.each([
    ["empty line", changed(12, ""), /line 12: it has 0 values where the table has 6 columns/],
    ["value missing", changed(12, "3 1 1 1.5 2"), /line 12: it has 5 values/],
    ["value too many", changed(12, "3 1 1 1.5 2 0 7"), /line 12: it has 7 values/],
    ["comma", changed(12, "3 1 1 1,5 2 0"), /line 12: x is "1,5"/],
    ["hexadecimal", changed(12, "3 1 1 0x1 2 0"), /line 12: x is "0x1"/],
    ["infinite", changed(12, "3 1 1 1e999 2 0"), /line 12: x is "1e999"/],
    ["half an id", changed(12, "3.5 1 1 1 2 0"), /line 12: id is 3.5, no whole number/],
    ["too few rows", changed(12, null), /line 69: the next section begins after 59 of 60/],
    ["too many rows", changed(12, "3 1 1 1 1 1\n99 1 1 1 1 1"), /line 70: here a section/],
    [
      "count of words",
      changed(4, "sixty"),
      /line 4: the number of particles must be a whole number/,
    ],
    ["huge count", changed(4, "99999999999999"), /line 70: the next section begins after 60/],
    ["step", changed(2, "-1"), /line 2: the step must be a whole number, not "-1"/],
    ["step back", changed(2, "50"), /line 71: step 40 follows step 50/],
    ["bound missing", changed(6, "-12"), /line 6: here must stand 2 finite numbers/],
    ["bound nan", changed(6, "nan 12"), /line 6: here must stand 2 finite numbers/],
    ["bounds swapped", changed(6, "12 -12"), /line 5: the box has no volume/],
    ["unknown bounds", changed(5, "ITEM: BOX BOUNDS xx pp pp"), /line 5: a box with the bounds/],
    ["unknown section", changed(1, "ITEM: TIMESTAMP"), /line 1: "TIMESTAMP" is no section/],
    ["section twice", changed(4, "60\nITEM: TIMESTEP\n0"), /line 5: a second TIMESTEP/],
    ["no step", lines.slice(2).join("\n"), /line 7: this frame has no TIMESTEP/],
    ["another id", changed(12, "99 1 1 1 1 1"), /line 70: particle 3 is in this frame and not/],
    ["another file", "x,y\n1,2\n", /line 1: no LAMMPS dump begins like this/],
    ["cut behind a line", lines.slice(0, 12).join("\n") + "\n", /line 12: .* after 3 of 60/],
    ["cut in the head", lines.slice(0, 8).join("\n") + "\n", /line 8: .* before its section/],
    ["cut at a number", lines.slice(0, 9).join("\n"), /line 9: the file is cut off within/],
  ])("%s", (_, text, message) => expect(reading(text)).rejects.toThrow(message));

  it("tilted without what it needs", async () => {
    const text = readFileSync(`${DATA}triclinic.21.lammpstrj`, "utf8").replace(
      /type x y/g,
      "type x v",
    );
    await expect(reading(text)).rejects.toThrow(/line 9: .*the box is tilted: x and y are needed/);
  });
  it("packed data that end early, are damaged, or of a kind that is not read", async () => {
    const packed = gzipSync(custom);
    const zst = readFileSync(`${DATA}unsorted.11.lammpstrj.zst`);
    for (const data of [packed, zst]) {
      await expect(reading(data.subarray(0, data.length - 20))).rejects.toMatchObject({
        message: `${path}: its packed data end early.`,
        isCutOff: true,
      });
    }
    const flipped = Uint8Array.from(packed, (byte, i) => i === 700 ? byte ^ 64 : byte);
    await expect(reading(flipped)).rejects.toThrow(/a\.dump/);
    await expect(reading(new TextEncoder().encode("BZh91AY"))).rejects.toThrow(/packed by bzip2/);
  });
  it("several packed one behind the other are one", async () => {
    const two = Uint8Array.from([...gzipSync(custom), ...gzipSync("")]);
    expect(await reading(two)).toHaveLength(3);
  });
});
