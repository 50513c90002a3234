import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadBackend } from "@spiediff/tensor-backend";
import {
  checkpointFile,
  learn,
  readEstimates,
  readRunExperiment,
  trainingData,
  trainingFingerprint,
} from "@spiediff/train";
import { randomStream } from "@spiediff/random";
import { spiediff } from "./testing.ts";

const DATA = fileURLToPath(new URL("../../test-data/foreign-ssep/small/", import.meta.url));
const TIMES = [0, 1, 2];
let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-stale-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** z of all realizations at a time. */
async function fields(time: number): Promise<number[][]> {
  const text = await readFile(`${DATA}middle-${time}.csv`, "utf8");
  return text.trim().split("\n").filter((line) => !line.startsWith("#"))
    .map((line) => line.split(",").map(Number));
}

/**
 * Snapshots whose fields have moved by `share` of what the example's have since its start: the same start, other
 * later times. Mass stays, since it does in both.
 */
async function snapshots(name: string, share: number, profiles = ["middle"]): Promise<string> {
  const start = await fields(0);
  for (const time of TIMES) {
    const moved = (await fields(time)).map((row, r) =>
      row.map((z, i) => (start[r][i] + share * (z - start[r][i])).toFixed(12))
    );
    // Further profiles are the same one, turned by an element each.
    for (const p of profiles.keys()) {
      const rows = moved.map((row) => [...row.slice(p), ...row.slice(0, p)].join(","));
      await writeFile(join(root, `${name}-${p}-${time}.csv`), rows.join("\n") + "\n");
    }
  }
  const path = join(root, `${name}.json`);
  await writeFile(
    path,
    JSON.stringify({
      ...{ name: "stale", seed: 1, values: "z", sites: 120, elements: 6, h: [0.00028, 0.0017] },
      profiles: profiles.map((profile, p) => ({
        name: profile,
        files: TIMES.map((time) => `${name}-${p}-${time}.csv`),
      })),
      training: { hidden: [6], batch: 20, steps: { k1: 300, freeEnergy: 300 } },
      prediction: { times: [0, 0.001], members: 10 },
    }),
  );
  return path;
}

/** Everything of a folder but times of day and durations, by path. */
async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      files.map(async (path) => [path.slice(folder.length + 1), await readFile(path, "latin1")]),
    ),
  );
}

async function fine(...args: string[]): Promise<void> {
  const { code, stderr } = await spiediff(...args, "--json");
  expect([code, stderr], args.join(" ")).toEqual([0, expect.any(String)]);
}

/** A run of these snapshots from their import to a model. */
async function trained(name: string, description: string): Promise<string> {
  const run = join(root, name);
  await fine("import", run, description);
  await fine("estimate", run);
  await fine("train", run);
  return run;
}

describe("nothing outlives the data that it was made from", () => {
  it("new snapshots of the same start give the model that they would have given alone", async () => {
    const before = await snapshots("before", 1), after = await snapshots("after", 0.8);
    const alone = await contents(join(await trained("alone", after), "model"));
    const run = await trained("again", before);
    const old = await contents(join(run, "model"));
    await fine("report", run);

    await fine("import", run, after);
    for (const command of ["train", "report"]) {
      const { code, stderr } = await spiediff(command, run, "--json");
      expect(code, command).toBe(2);
      expect(stderr).toMatch(/no estimate of profile "middle".*spiediff estimate/);
    }
    await fine("estimate", run);
    const { code, stderr } = await spiediff("report", run, "--json");
    expect(code).toBe(2);
    expect(stderr).toMatch(/no trained model of its experiment and estimates.*spiediff train/);
    await fine("train", run);
    const again = await contents(join(run, "model"));
    expect(again).toEqual(alone);
    // The control: the two data sets do differ in what is learned from them.
    expect(again["mobility-denoiser.onnx"]).not.toBe(old["mobility-denoiser.onnx"]);
    await fine("report", run);
  });

  it("an estimate of other data, or one changed by hand, is refused by name", async () => {
    const run = join(root, "mixed"), other = join(root, "other");
    const before = await snapshots("mixed-a", 1), after = await snapshots("mixed-b", 0.8);
    await fine("import", run, before);
    await fine("estimate", run);
    await fine("import", other, after);
    await fine("estimate", other);
    const path = join(run, "estimates", "middle.json");
    const own = await readFile(path, "utf8");
    await cp(join(other, "estimates", "middle.json"), path);
    const copied = await spiediff("train", run, "--json");
    expect(copied.code).toBe(2);
    expect(copied.stderr).toMatch(/"middle".* was made from other data than .*records/);

    const edited = JSON.parse(own);
    edited.estimate.flux[0] *= 1.01;
    await writeFile(path, JSON.stringify(edited));
    const changed = await spiediff("train", run, "--json");
    expect(changed.code).toBe(2);
    expect(changed.stderr).toMatch(/estimates.middle\.json is damaged.*spiediff estimate/);

    await writeFile(path, own);
    await fine("train", run);
  });

  it("a training's checkpoints are not taken up with other estimates", async () => {
    const run = join(root, "cut");
    await fine("import", run, await snapshots("cut-a", 1));
    await fine("estimate", run);
    const experiment = readRunExperiment(run);
    const estimates = await readEstimates(run, experiment);
    const mine = await trainingFingerprint(experiment, estimates);
    const { tf } = await loadBackend();
    // As a kill leaves it: the checkpoints, no model.
    await learn(
      tf,
      trainingData(estimates, experiment),
      experiment.training,
      randomStream(1, "train"),
      {
        checkpoint: (stage) => checkpointFile(run, stage, mine),
      },
    );
    expect(await checkpointFile(run, "mobility", mine).load()).toBeDefined();

    await fine("import", run, await snapshots("cut-b", 0.8));
    await fine("estimate", run);
    const theirs = await trainingFingerprint(experiment, await readEstimates(run, experiment));
    expect(theirs).not.toBe(mine);
    expect(await checkpointFile(run, "mobility", theirs).load()).toBeUndefined();
    expect(await checkpointFile(run, "mobility", mine).load()).toBeUndefined();
  });

  it("a model that was copied into a run is not taken for the run's own", async () => {
    const run = await trained("host", await snapshots("host", 1));
    const guest = await trained("guest", await snapshots("guest", 0.7));
    await rm(join(run, "model"), { recursive: true });
    await cp(join(guest, "model"), join(run, "model"), { recursive: true });
    for (const command of ["train", "report"]) {
      const { code, stderr } = await spiediff(command, run, "--json");
      expect(code, command).toBe(2);
      expect(stderr).toMatch(/model is not the model of this run's training.*Delete/);
    }
  });

  it("an import that fails at its last profile changes nothing", async () => {
    const run = join(root, "whole");
    await fine("import", run, await snapshots("whole-a", 1, ["one", "two"]));
    await fine("estimate", run);
    const before = await contents(run);
    const description = await snapshots("whole-b", 0.8, ["one", "two", "three"]);
    const parsed = JSON.parse(await readFile(description, "utf8"));
    // Its mass does not stay.
    const bad = (await fields(2)).map((row) => [row[0] + 0.01, ...row.slice(1)].join(","));
    await writeFile(join(root, "bad.csv"), bad.join("\n") + "\n");
    parsed.profiles[2].files[2] = "bad.csv";
    await writeFile(description, JSON.stringify(parsed));
    const { code, stderr } = await spiediff("import", run, description, "--json");
    expect(code).toBe(2);
    expect(stderr).toMatch(/"three"/);
    expect(await contents(run)).toEqual(before);
  });
});
