import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TrainingState } from "@spiediff/diffusion-train";
import { checkpointFile, removeCheckpoints } from "./checkpoint_file.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spiediff-checkpoint-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const state: TrainingState = {
  step: 500,
  parameters: [Float32Array.of(1 / 3, -0, 1e-40), Float32Array.of(Math.PI)],
  mean: [Float32Array.of(1, 2, 3), Float32Array.of(4)],
  square: [Float32Array.of(5, 6, 7), Float32Array.of(8)],
  average: [Float32Array.of(0.1, 0.2, 0.3), Float32Array.of(0.4)],
  curve: [{ step: 50, loss: 0.1 + 0.2, heldOut: 1e-9 }],
  best: { step: 50, loss: 1e-9, parameters: [Float32Array.of(9, 9, 9), Float32Array.of(1)] },
};

it("gives a training's state back bit by bit, to the same training only", async () => {
  const store = checkpointFile(folder, "free energy", "a");
  expect(await store.load()).toBeUndefined();
  await store.save(state);
  expect(await store.load()).toEqual(state);
  expect(await checkpointFile(folder, "free energy", "b").load()).toBeUndefined();
  expect(await checkpointFile(folder, "mobility", "a").load()).toBeUndefined();
  const { best: _, ...without } = state;
  await store.save(without);
  expect(await store.load()).toEqual(without);
});

it("counts the seconds of the attempts before", async () => {
  const first = checkpointFile(folder, "mobility", "a");
  await first.save(state);
  const path = join(folder, "checkpoints", "mobility.json");
  const { seconds, ...kept } = JSON.parse(await readFile(path, "utf8"));
  expect(seconds).toBeGreaterThan(0);
  await writeFile(path, JSON.stringify({ seconds: 1000, ...kept }));
  const second = checkpointFile(folder, "mobility", "a");
  await second.load();
  expect([first.earlierSeconds(), second.earlierSeconds()]).toEqual([0, 1000]);
  await second.save(state);
  expect(JSON.parse(await readFile(path, "utf8")).seconds).toBeGreaterThan(1000);
});

it("refuses a damaged file by its name and is gone when the run is done", async () => {
  const store = checkpointFile(folder, "mobility", "a");
  await store.save(state);
  const path = join(folder, "checkpoints", "mobility.json");
  const text = await readFile(path, "utf8");
  await writeFile(path, text.slice(0, 100));
  await expect((async () => await store.load())()).rejects.toThrow(
    /mobility\.json is damaged \(it is not valid JSON: line 1, column/,
  );
  await writeFile(path, text.replace(/"mean":\[.*?\],/, ""));
  await expect((async () => await store.load())()).rejects.toThrow(/mobility\.json is damaged/);
  await removeCheckpoints(folder);
  expect(await readdir(folder)).toEqual([]);
  await removeCheckpoints(folder);
});
