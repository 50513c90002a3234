import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectPositions } from "@spiediff/mesh";
import { randomStream } from "@spiediff/random";
import { afterAll, describe, expect, it } from "vitest";
import { type Frame, openTrajectory, TrajectoryError } from "./mod.ts";
import { DATA } from "./testing.ts";

const folder = mkdtempSync(join(tmpdir(), "fuzz-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "a.dump");
const stream = randomStream(20, "fuzz");
const pick = <T>(items: readonly T[]): T => items[Math.floor(stream.uniform() * items.length)];
const below = (n: number) => Math.floor(stream.uniform() * n);

/** One or two changes of bytes, words, lines or length. */
function mutated(text: string): string {
  for (let n = 1 + below(2); n > 0; n--) {
    const lines = text.split("\n"), at = below(lines.length), place = below(text.length);
    const words = lines[at].split(" ");
    const odd = pick([
      "",
      "nan",
      "-",
      "1e5",
      "ITEM:",
      "7",
      "99999999999999999999",
      "x",
      "-3.5",
      "é",
    ]);
    text = pick([
      () => text.slice(0, place) + pick([..."0123456789.-+eE \n\r\tx\0"]) + text.slice(place + 1),
      () => text.slice(0, place) + text.slice(place).replace(/\d/, String(below(10))),
      () => text.slice(0, place) + text.slice(place + 1 + below(20)),
      () => text.slice(0, place),
      () => lines.toSpliced(at, 1).join("\n"),
      () => lines.toSpliced(at, 0, lines[below(lines.length)]).join("\n"),
      () => lines.with(at, words.with(below(words.length), odd).join(" ")).join("\n"),
      () => lines.with(at, words.toSorted(() => stream.uniform() - 0.5).join(" ")).join("\n"),
    ])();
  }
  return text;
}

/**
 * What a text says if it is a dump at all, by another way: the whole of it as sections, no checks but those
 * of the form. Null where a section does not fit.
 */
function byHand(text: string): { step: number; z: Float64Array }[] | null {
  const frames: { step: number; z: Float64Array }[] = [];
  let step = NaN, count = NaN, low = NaN, high = NaN;
  for (const section of text.split(/^ITEM: /m).slice(1)) {
    const [title, ...lines] = section.replace(/\r/g, "").split("\n");
    if (title.startsWith("TIMESTEP")) step = Number(lines[0]);
    if (title.startsWith("NUMBER")) count = Number(lines[0]);
    if (title.startsWith("BOX")) [low, high] = lines[0].trim().split(/[ \t]+/).map(Number);
    if (!title.startsWith("ATOMS")) continue;
    const columns = title.trim().split(/[ \t]+/).slice(1);
    const rows = lines.slice(0, count).map((line) => line.trim().split(/[ \t]+/));
    const x = rows.map((row) => (Number(row[columns.indexOf("x")]) - low) / (high - low));
    if (rows.length !== count || !x.every(Number.isFinite)) return null;
    frames.push({ step, z: projectPositions(x, 16, 1) });
  }
  return frames;
}

async function read(): Promise<Frame[] | TrajectoryError> {
  const frames: Frame[] = [];
  try {
    for await (const frame of openTrajectory(path, "lammps-dump", { axes: ["x"] })) {
      frames.push(frame);
    }
    return frames;
  } catch (error) {
    if (error instanceof TrajectoryError) return error;
    throw error;
  }
}

describe("500 mutated dumps", () => {
  it("are read right or refused by file and line, none hangs", async () => {
    const source = readFileSync(`${DATA}custom.11.lammpstrj`, "utf8");
    let right = 0, refused = 0;
    for (let i = 0; i < 500; i++) {
      const text = mutated(source);
      writeFileSync(path, text);
      const result = await read();
      if (result instanceof TrajectoryError) {
        expect(result.message).toMatch(/a\.dump, line \d+: ./);
        refused++;
        continue;
      }
      const truth = byHand(text);
      expect(truth?.map(({ step }) => step), text).toEqual(result.map(({ step }) => step));
      result.forEach((frame, f) => {
        const z = projectPositions(frame.fractions[0], 16, 1);
        z.forEach((value, node) => expect(value).toBeCloseTo(truth![f].z[node], 6));
      });
      right++;
    }
    // Digits that changed to digits are right readings of another file.
    expect(Math.min(right, refused)).toBeGreaterThan(80);
  });
});
