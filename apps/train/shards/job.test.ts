import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { localExecutor } from "@spiediff/executor";
import { parseExperiment } from "@spiediff/experiment";
import { simulateStage } from "../file_stages.ts";
import { planWork, removeMerged } from "./job.ts";

const root = mkdtempSync(join(tmpdir(), "spiediff-job-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const experiment = parseExperiment({
  name: "tiny",
  seed: 5,
  particles: { sites: 200, halfWidth: 4, betaJ0: 1 },
  elements: 10,
  profiles: [{ name: "flat", mean: 0.5, modes: [{ k: 1, amplitude: 0.2 }] }],
  sampling: { realizations: 64, burnIn: 1e-5, h: [1e-5, 1e-4] },
  prediction: { profile: { name: "target", mean: 0.5 }, times: [0, 0.001] },
  groundTruth: { realizations: 2 },
});

it("shards that a killed command has merged and left go with the next one, which has nothing else to do", async () => {
  const executor = localExecutor({ workers: 1 });
  const simulate = (keepShards: boolean) =>
    simulateStage(experiment, root, { executor, shards: 2, keepShards }).run(() => {});
  await simulate(true);
  expect(readdirSync(join(root, "shards", "simulate"))).toEqual([
    expect.stringMatching(/1-of-2\.shard$/),
    expect.stringMatching(/2-of-2\.shard$/),
    ...["merged.json", "plan.json"],
  ]);
  await simulate(false);
  expect(readdirSync(join(root, "shards"))).toEqual([]);
  expect(readdirSync(root).sort()).toEqual(["experiment.json", "records", "shards"]);
});

it("a merge that was killed between its results and its word is one", async () => {
  const folder = mkdtempSync(join(root, "word-"));
  const executor = localExecutor({ workers: 1 });
  const simulate = (keepShards: boolean) =>
    simulateStage(experiment, folder, { executor, shards: 2, keepShards }).run(() => {});
  await simulate(true);
  rmSync(join(folder, "shards", "simulate", "merged.json"));
  await simulate(false);
  expect(readdirSync(join(folder, "shards"))).toEqual([]);
});

it("shards that are not merged stay", async () => {
  const { folder } = await planWork(root, "train", { seeds: [1] }, 1);
  await removeMerged(root, "train");
  expect(readdirSync(folder)).toEqual(["plan.json"]);
});
