import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readModel } from "@spiediff/model-artifact";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { experimentFile, spiediff } from "./testing.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-stages-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const files = async (folder: string) => (await readdir(folder)).sort();

describe("stages, one by one on files", () => {
  it("lead from particles to a model, each from what the one before left", async () => {
    const run = join(root, "run");
    const experiment = await experimentFile(root, "tiny");
    const options = ["--experiment", experiment, "--workers", "1", "--json"];
    const simulated = await spiediff("simulate", run, ...options);
    expect([simulated.code, simulated.stderr]).toEqual([0, ""]);
    expect(JSON.parse(simulated.stdout)).toMatchObject({
      ...{ run, profiles: ["wide", "low"] },
      start: expect.stringMatching(/independent sites/),
    });
    expect(await files(join(run, "records"))).toEqual(["low.record", "wide.record"]);

    const estimated = await spiediff("estimate", run, "--json");
    expect(estimated.code).toBe(0);
    const { profiles, start } = JSON.parse(estimated.stdout);
    expect(start).toMatch(/^Start: independent sites, a burn-in of 0\.00001\./);
    expect(profiles.map((p: { profile: string }) => p.profile)).toEqual(["wide", "low"]);
    for (const { K1RelativeError } of profiles) {
      expect(K1RelativeError).toBeGreaterThan(0.005);
      expect(K1RelativeError).toBeLessThan(0.1);
    }

    const trained = await spiediff("train", run, "--json");
    expect(trained.code).toBe(0);
    const { manifest } = await readModel(JSON.parse(trained.stdout).model);
    expect(manifest.seed).toBe(5);

    // No direct simulation yet: a report without its figures.
    const reported = await spiediff("report", run, "--json");
    expect(reported.code).toBe(0);
    const { metrics } = JSON.parse(reported.stdout);
    // Windows of 2e-4 are long enough for some correlations, not for all.
    expect(metrics.reference).toMatchObject({
      ...{ kind: "approximation", label: "independent sites (approximation)" },
      agreement: { mobility: { errorOverBand: expect.any(Number) } },
    });
    expect(metrics.k1).toBeLessThan(0.3);
    expect([metrics.bandCoverage, metrics.relativeMassDrift < 1e-12]).toEqual([null, true]);
    expect(await readFile(join(run, "report.html"), "utf8")).not.toContain(
      "direct simulation took",
    );
    expect(await files(run)).not.toContain("kmc.csv");
  }, 120_000);

  it("simulate takes up what is there, to the same bits, and refuses what is damaged", async () => {
    const run = join(root, "again");
    const experiment = await experimentFile(root, "again");
    const simulate = (...more: string[]) => spiediff("simulate", run, "--json", ...more);
    await simulate("--experiment", experiment);
    const low = join(run, "records", "low.record"), wide = join(run, "records", "wide.record");
    const [first, kept] = [await readFile(low), await readFile(wide)];
    await rm(low);
    // The folder has its experiment now; no flag is needed.
    expect((await simulate()).code).toBe(0);
    expect((await readFile(low)).equals(first)).toBe(true);
    expect((await readFile(wide)).equals(kept)).toBe(true);
    kept[kept.length >> 1] ^= 1;
    await writeFile(wide, kept);
    const { code, stderr } = await spiediff("estimate", run, "--json");
    expect(code).toBe(2);
    expect(stderr).toMatch(/wide\.record is damaged; delete it and simulate/);
  });
});
