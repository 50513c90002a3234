import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { experimentFile, spiediff } from "./testing.ts";

let root = "";
beforeAll(async () => root = await mkdtemp(join(tmpdir(), "spiediff-learn-")));
afterAll(() => rm(root, { recursive: true, force: true }));

it("learns until an aim, says so, and goes on to a narrower one without naming the experiment", async () => {
  const path = await experimentFile(root, "tiny"), run = join(root, "run");
  const aim = (percent: number) => ["--until", `D ${percent} % on 0.4..0.6`, "--no-train"];
  const first = await spiediff("learn", run, "--experiment", path, ...aim(20));
  expect([first.code, first.stderr]).toEqual([0, ""]);
  expect(first.stdout).toContain("The aim is reached: D +-");
  const second = await spiediff("learn", run, ...aim(10), "--json");
  const { end, percent, rounds, model } = JSON.parse(second.stdout);
  expect(end).toBe("aim");
  expect(percent[0]).toBeLessThanOrEqual(10);
  expect(rounds).toBeGreaterThan(0);
  expect(model).toBeNull();
  const { design } = JSON.parse(await readFile(join(run, "design.json"), "utf8"));
  expect(design.until).toEqual(["D 10 % on 0.4..0.6"]);
  // What it has left is a run like any other.
  expect((await spiediff("estimate", run)).code).toBe(0);
});

it.each([
  [["--budget", "soon"], "--budget must be a time such as 90s"],
  [["--until", "D 1"], "a number of percent above 0 is needed"],
])("%j is refused before anything runs", async (args, why) => {
  const until = args.includes("--until") ? [] : ["--until", "D 1 %"];
  const { code, stderr } = await spiediff(
    ...["learn", join(root, "none"), "--preset", "quick", ...until, ...args],
  );
  expect(code).toBe(2);
  expect(stderr).toContain(why);
});
