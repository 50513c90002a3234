import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withRunLock } from "@spiediff/train";
import { experimentFile, spiediff } from "./testing.ts";

let root = "", run = "", experiment = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-mixed-"));
  run = join(root, "run");
  experiment = await experimentFile(root, "tiny");
  await spiediff("simulate", run, "--experiment", experiment, "--json");
  for (const stage of ["estimate", "train", "report"]) await spiediff(stage, run, "--json");
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

const results = async () =>
  JSON.parse((await spiediff("status", run, "--json")).stdout).state as Record<string, string>;

describe("runs do not mix", () => {
  it.each([
    ["simulate", (other: string) => ["simulate", run, "--experiment", other]],
    ["demo", (other: string) => ["demo", "--experiment", other, "--out", run]],
  ])("%s with another experiment says what the folder holds", async (_, command) => {
    const other = await experimentFile(root, "other", (e) => {
      (e.particles as { betaJ0: number }).betaJ0 = 0.5;
    });
    const before = await readFile(join(run, "experiment.json"), "utf8");
    const { code, stderr } = await spiediff(...command(other), "--json");
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /holds records, estimates, a training, a model, a report of .*"tiny".*particles\.betaJ0 is 1 there, not 0\.5.*--overwrite/,
    );
    expect(await readFile(join(run, "experiment.json"), "utf8")).toBe(before);
    expect(await results()).toEqual({ estimates: "current", model: "current", report: "current" });
  });

  it("another seed is another experiment", async () => {
    const { code, stderr } = await spiediff("simulate", run, "--seed", "6", "--json");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/seed is 5 there, not 6/)]);
  });

  it("no second command works in a folder that is in use", async () => {
    await withRunLock(run, "train", async () => {
      for (const stage of ["simulate", "estimate", "train", "report"]) {
        const { code, stderr } = await spiediff(stage, run, "--json");
        expect([code, stderr], stage).toEqual([
          2,
          expect.stringMatching(/in use by `train` since/),
        ]);
      }
      const demo = await spiediff("demo", "--experiment", experiment, "--out", run, "--json");
      expect(demo.code).toBe(2);
    });
  });

  it("a report that the experiment has left behind is marked, and not compared", async () => {
    const path = join(run, "experiment.json");
    const own = await readFile(path, "utf8");
    const edited = JSON.parse(own);
    edited.prediction.members = 21;
    await writeFile(path, JSON.stringify(edited));
    expect(await results()).toEqual({ estimates: "current", model: "current", report: "outdated" });
    const compared = await spiediff("compare", run, run, "--json");
    expect(compared.code).toBe(2);
    expect(compared.stderr).toMatch(/report in .* is older than the experiment.*spiediff report/);
    edited.training.steps.k1 = 501;
    await writeFile(path, JSON.stringify(edited));
    expect(await results()).toEqual({
      estimates: "current",
      model: "outdated",
      report: "outdated",
    });
    edited.sampling.realizations = 210;
    await writeFile(path, JSON.stringify(edited));
    expect(await results()).toMatchObject({ estimates: "outdated" });
    await writeFile(path, own);
    expect((await spiediff("compare", run, run, "--json")).code).toBe(0);
  });

  it("--overwrite removes what the other experiment has left, and nothing else", async () => {
    await writeFile(join(run, "notes.txt"), "mine");
    const { code } = await spiediff("simulate", run, "--seed", "6", "--overwrite", "--json");
    expect(code).toBe(0);
    expect(await results()).toEqual({ estimates: "none", model: "none", report: "none" });
    expect(existsSync(join(run, "report.html"))).toBe(false);
    expect(await readFile(join(run, "notes.txt"), "utf8")).toBe("mine");
  });
});
