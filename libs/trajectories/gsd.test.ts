import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomStream } from "@spiediff/random";
import { afterAll, describe, expect, it } from "vitest";
import { type Frame, openTrajectory, TrajectoryError } from "./mod.ts";
import { all, DATA } from "./testing.ts";

const folder = mkdtempSync(join(tmpdir(), "gsd-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "a.gsd");
const source = new Uint8Array(readFileSync(`${DATA}hoomd.11.gsd`));
const read = async (bytes: Uint8Array): Promise<Frame[] | TrajectoryError> => {
  writeFileSync(path, bytes);
  try {
    return await all(openTrajectory(path, "gsd", { axes: ["x", "y"] }));
  } catch (error) {
    if (error instanceof TrajectoryError) return error;
    throw error;
  }
};
const changed = (edit: (view: DataView) => void) => {
  const bytes = source.slice();
  edit(new DataView(bytes.buffer));
  return bytes;
};
/** Entry `i` of the index. */
const entry = (view: DataView, i: number) => Number(view.getBigUint64(8, true)) + 32 * i;

const lastEntry = (view: DataView) => {
  let i = 0;
  while (view.getBigInt64(entry(view, i + 1) + 16, true) !== 0n) i++;
  return entry(view, i);
};

/** What the index says, all at once and without a check: fractions along x and y of every frame. */
function byHand(bytes: Uint8Array): number[][][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const list = Number(view.getBigUint64(24, true));
  const names = new TextDecoder("latin1").decode(bytes.subarray(list, list + 64 * 128)).split("\0");
  const frames: Map<string, number>[] = [];
  for (let at = entry(view, 0); view.getBigInt64(at + 16, true) !== 0n; at += 32) {
    const name = names[view.getUint16(at + 28, true)];
    const frame = frames[Number(view.getBigUint64(at, true))] ??= new Map(frames[0] ?? []);
    frame.set(name, at);
  }
  return frames.map((frame) => {
    const place = (name: string) => Number(view.getBigInt64(frame.get(name)! + 16, true));
    const size = (k: number) => view.getFloat32(place("configuration/box") + 4 * k, true);
    const [lx, ly, xy] = [size(0), size(1), size(3)];
    const count = view.getUint32(place("particles/N"), true);
    return Array.from({ length: count }, (_, i) => {
      const at = place("particles/position") + 12 * i;
      const [x, y] = [view.getFloat32(at, true), view.getFloat32(at + 4, true)];
      return [(x - xy * y) / lx + 0.5, y / ly + 0.5];
    });
  });
}

describe("GSD files", () => {
  it("of a tilted box give fractions along its edges", async () => {
    const result = await read(changed((view) => {
      for (let i = 0; view.getBigInt64(entry(view, i) + 16, true) !== 0n; i++) {
        if (view.getBigUint64(entry(view, i) + 8, true) !== 6n) continue;
        view.setFloat32(Number(view.getBigInt64(entry(view, i) + 16, true)) + 12, 0.5, true);
      }
    })) as Frame[];
    expect(result[0].box.edges[1]).toEqual([3, 6, 0]);
    byHand(readBack()).forEach((particles, f) =>
      particles.forEach((fractions, i) =>
        fractions.forEach((value, k) => expect(result[f].fractions[k][i]).toBeCloseTo(value, 9))
      )
    );
  });
  const readBack = () => new Uint8Array(readFileSync(path));

  it.each<[string, Uint8Array, RegExp]>([
    ["another version", changed((v) => v.setUint32(44, 9 << 16, true)), /it is of GSD 9/],
    ["another schema", changed((v) => v.setUint8(112, 120)), /its schema is "xoomd"/],
    ["cut in the header", source.slice(0, 200), /its header is cut off/],
    ["cut behind it", source.slice(0, 400), /is cut off/],
    ["a lost index", changed((v) => v.setBigUint64(8, 1n << 60n, true)), /index has no place/],
    ["a nameless chunk", changed((v) => v.setUint16(entry(v, 2) + 28, 99, true)), /has no name/],
    ["an odd type", changed((v) => v.setUint8(entry(v, 2) + 30, 77)), /of type 77, which is none/],
    ["a wide chunk", changed((v) => v.setUint32(entry(v, 1) + 24, 1 << 30, true)), /is cut off/],
    [
      "a frame back",
      changed((v) => v.setBigUint64(lastEntry(v), 0n, true)),
      /frame 0 stands behind/,
    ],
    ["a far frame", changed((v) => v.setBigUint64(entry(v, 4), 1n << 50n, true)), /follows it/],
  ])("with %s are refused", async (_, bytes, why) => {
    const result = await read(bytes);
    expect(result).toBeInstanceOf(TrajectoryError);
    expect((result as TrajectoryError).message).toMatch(why);
    expect((result as TrajectoryError).message).toContain(path);
  });

  it("200 mutated ones are read right or refused, none hangs", async () => {
    const stream = randomStream(21, "gsd");
    const below = (n: number) => Math.floor(stream.uniform() * n);
    let right = 0, refused = 0;
    for (let i = 0; i < 200; i++) {
      let bytes = source.slice();
      if (i % 10 === 0) bytes = bytes.slice(0, below(bytes.length));
      // Half of them where header, index and names are: positions are most of the rest.
      const used = i % 2 ? bytes.length : Math.min(bytes.length, 900);
      for (let n = below(4); n >= 0 && used > 0; n--) bytes[below(used)] = below(256);
      const result = await read(bytes);
      if (result instanceof TrajectoryError) {
        expect(result.message).toContain(path);
        refused++;
        continue;
      }
      right++;
      byHand(bytes).forEach((particles, f) =>
        particles.forEach((fractions, p) =>
          fractions.forEach((value, k) =>
            expect(Math.abs(result[f].fractions[k][p] - value)).toBeLessThan(
              1e-6 * (1 + Math.abs(value)),
            )
          )
        )
      );
    }
    expect(Math.min(right, refused)).toBeGreaterThan(20);
  });
});
