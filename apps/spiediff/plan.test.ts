import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { experimentFile, spiediff } from "./testing.ts";

let root = "";
beforeAll(async () => root = await mkdtemp(join(tmpdir(), "spiediff-plan-")));
afterAll(() => rm(root, { recursive: true, force: true }));

it("says what a precision costs, and writes nothing", async () => {
  const path = await experimentFile(root, "tiny");
  const { code, stdout, stderr } = await spiediff("plan", path, "--until", "D 20 % on 0.3..0.7");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("Aim: D 20 % on 0.3..0.7\nWindow: ");
  expect(stdout).toMatch(/Simulation: about .* of one core \(90 %: .* to .*\)/);
  expect(await readdir(root)).toEqual(["tiny.json"]);
});

it("as JSON has every number of it", async () => {
  const path = await experimentFile(root, "tiny");
  const { stdout } = await spiediff(
    "plan",
    path,
    "--until",
    "m 5 %",
    "--design",
    "fixed",
    "--json",
  );
  const plan = JSON.parse(stdout);
  expect(plan).toMatchObject({
    experiment: "tiny",
    until: ["m 5 %"],
    design: "fixed",
    isReached: true,
  });
  expect(plan.profiles.map((own: { profile: { name: string } }) => own.profile.name).sort())
    .toEqual(["low", "wide"]);
  expect(plan.percent[0]).toBeLessThan(5.01);
  expect(plan.coreSeconds.low).toBeLessThan(plan.coreSeconds.high);
});

it.each([
  [["plan", "short-strong", "--until", "speed 1 %"], '"speed" is no quantity'],
  [["plan", "nowhere.json", "--until", "m 1 %"], "neither a file nor a preset"],
  [["plan", "short-strong", "--until", "density 1 % of home"], "must be one of target, wide"],
])("%j is refused before anything runs", async (args, why) => {
  const { code, stdout, stderr } = await spiediff(...args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(why);
  expect(stderr.trim().split("\n").length).toBeLessThan(4);
});
