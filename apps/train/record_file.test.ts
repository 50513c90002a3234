import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Experiment, preset } from "@spiediff/experiment";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleProfile } from "./estimate.ts";
import { recordPath } from "./record_file.ts";
import { readRecord, writeRecord } from "./recording/ring_recording.ts";

let folder: string, experiment: Experiment, name: string, path: string, whole: Uint8Array;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spiediff-record-"));
  const quick = preset("quick");
  experiment = {
    ...quick,
    particles: { ...quick.particles, sites: 60, halfWidth: 3 },
    elements: 6,
    sampling: { ...quick.sampling, realizations: 8, burnIn: 1e-3, h: [1e-3, 2e-3], blocks: 4 },
  };
  name = experiment.profiles[0].name;
  path = recordPath(folder, name);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a record's file", () => {
  it("gives back every bit", async () => {
    const record = await sampleProfile(experiment, experiment.profiles[0], { workers: 1 });
    await writeRecord(folder, experiment, record);
    const { blocks, total } = (await readRecord(folder, experiment, name))!;
    expect({ blocks, total }).toEqual({ blocks: record.blocks, total: record.total });
    whole = new Uint8Array(await readFile(path));
    const other = { ...experiment, seed: experiment.seed + 1 };
    expect(await readRecord(folder, other, name)).toBeUndefined();
  });

  const text = (value: string) => new TextEncoder().encode(value);
  it.each<[string, (bytes: Uint8Array) => Uint8Array, string]>([
    ["a bit flipped", (b) => b.map((v, i) => i === b.length - 1000 ? v ^ 1 : v), "is damaged"],
    ["another hash", (b) => b.map((v, i) => i === b.length - 1 ? v ^ 1 : v), "is damaged"],
    ["its end lost", (b) => b.subarray(0, b.length - 5), "is cut short"],
    ["its header only", (b) => b.subarray(0, b.indexOf(10) + 1), "is cut short"],
    ["half a header", (b) => b.subarray(0, 40), "has a damaged header"],
    ["nothing in it", () => new Uint8Array(0), "is no record"],
    ["another program's bytes", () => text("PK\n\u0003"), "is no record"],
    [
      "the format before",
      () => text('spiediff-record 1 {"a":1}\n'),
      "is of record format 1, not 2",
    ],
    ["a later format", () => text('spiediff-record 7 {"a":1}\n'), "is of record format 7, not 2"],
  ])("is refused by name with %s", async (_, change, reason) => {
    await writeFile(path, change(whole));
    const message = `${path} ${reason}`;
    await expect(readRecord(folder, experiment, name)).rejects.toThrow(message);
    await expect(readRecord(folder, experiment, name)).rejects.toThrow(
      "simulate (or import) again",
    );
  });

  it("is refused by name in the older format", async () => {
    await rm(path);
    const older = path.replace(/record$/, "json");
    await writeFile(older, "{}");
    await expect(readRecord(folder, experiment, name)).rejects.toThrow(
      `${older} is of an older format`,
    );
  });
});
