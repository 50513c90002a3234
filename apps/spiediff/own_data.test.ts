import { execFileSync } from "node:child_process";
import process from "node:process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCsv } from "@spiediff/report";
import { spiediff } from "./testing.ts";

const DATA = fileURLToPath(new URL("../../test-data/foreign-ssep/", import.meta.url));
const GENERATOR = fileURLToPath(new URL("../../", import.meta.url)) + "tools/foreign_ssep.ts";
let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-own-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const table = async (path: string) => readCsv(await readFile(path, "utf8")).columns;

describe("bring your own data", () => {
  it("goes from another code's snapshots to its law: K1 = -M rho (1 - rho), diffusivity 1", async () => {
    const run = join(root, "ssep");
    const imported = await spiediff("import", run, DATA + "snapshots.json", "--json");
    expect([imported.code, imported.stderr]).toEqual([0, ""]);
    expect(JSON.parse(imported.stdout)).toMatchObject({ realizations: 680 });
    for (const stage of ["estimate", "train", "report"]) {
      expect((await spiediff(stage, run, "--json")).code, stage).toBe(0);
    }
    const k1 = await table(join(run, "k1.csv")), f = await table(join(run, "driving-force.csv"));
    const inside = k1.rho.map((_, i) => i).filter((i) => k1.rho[i] >= 0.15 && k1.rho[i] <= 0.85);
    const exact = (rho: number) => -6 * rho * (1 - rho);
    const covered = inside.filter((i) =>
      k1.lower[i] <= exact(k1.rho[i]) && exact(k1.rho[i]) <= k1.upper[i]
    );
    // One fixed data set. Its 24 entries have errors of 13 % each, which leaves about 4 % in a
    // smooth curve; 12 % is three of these.
    const square = (values: number[]) => values.reduce((sum, v) => sum + v * v, 0);
    const error = Math.sqrt(
      square(inside.map((i) => k1.mean[i] - exact(k1.rho[i]))) /
        square(inside.map((i) => exact(k1.rho[i]))),
    );
    expect(error).toBeLessThan(0.12);
    expect(covered.length / inside.length).toBeGreaterThan(0.8);
    const slope = (i: number) => (f.mean[i + 1] - f.mean[i - 1]) / (f.rho[i + 1] - f.rho[i - 1]);
    const diffusivity = inside.map((i) => -k1.mean[i] / 6 * slope(i));
    const mean = diffusivity.reduce((a, b) => a + b, 0) / diffusivity.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.2);
    const html = await readFile(join(run, "report.html"), "utf8");
    expect(html).toContain("Particles of another code");
    expect(html).not.toMatch(/half-width|NaN/);
    // The right law: p-values of the fit and of each profile left out, seen in the report.
    const { goodnessOfFit, leftOutProfiles, reference, start } = JSON.parse(
      await readFile(join(run, "metrics.json"), "utf8"),
    );
    // Of another code's particles nothing is known to hold the law against.
    expect([reference.kind, reference.error, reference.agreement, start])
      .toEqual(["none", null, null, undefined]);
    expect(goodnessOfFit.pValue).toBeGreaterThan(1e-3);
    expect(leftOutProfiles.map(({ profileName }: { profileName: string }) => profileName))
      .toEqual(["middle", "low", "high", "steep"]);
    for (const { pValue } of leftOutProfiles) expect(pValue).toBeGreaterThan(2.5e-4);
    expect(html).toMatch(/profile &quot;steep&quot; as predicted by the others/);
    const later = await spiediff("validate", run, DATA + "later.json", "--json");
    expect([later.code, later.stderr]).toEqual([0, ""]);
    expect(JSON.parse(later.stdout)).toMatchObject({ verdict: "consistent", waves: 2 });
    expect(JSON.parse(later.stdout).test.pValue).toBeGreaterThan(1e-3);
    const explained = await spiediff("explain", join(run, "model"));
    expect(explained.stdout).toContain("another code's, in 1 dimension, 120 sites");
  });

  it("warns at once of windows that tell nothing and of times in another unit", async () => {
    const path = join(root, "seconds.json");
    const files = [0, 1, 2].map((time) => `${DATA}small/middle-${time}.csv`);
    const description = (h: number[]) =>
      writeFile(
        path,
        JSON.stringify({
          ...{ name: "seconds", seed: 1, values: "z", sites: 120, elements: 6, h },
          profiles: [{ name: "middle", files }],
        }),
      );
    const imported = async () => {
      const { code, stdout, stderr } = await spiediff("import", join(root, "s"), path, "--json");
      expect(code).toBe(0);
      return { stderr, warnings: JSON.parse(stdout).warnings };
    };
    await description([0.00028, 0.0017]);
    expect(await imported()).toEqual({ stderr: "", warnings: [] });
    await description([280, 1700]);
    const { stderr, warnings } = await imported();
    expect(warnings).toEqual([
      expect.stringMatching(
        /280, 1700 are beyond the time to diffuse over a quarter of an element/,
      ),
      "Of use for these sites and elements: sampling.h = 0.000278, 0.000556, 0.00111.",
      expect.stringMatching(/Profile "middle": .* times as much .*h and drive in the same unit/),
    ]);
    expect(stderr).toContain(`warning: ${warnings[1]}\n`);
  });

  it("is refused by later snapshots of another law, and says so in words and by exit code 1", async () => {
    const run = join(root, "ssep"), folder = join(root, "crowded");
    // Twice the diffusivity at half density: exchanges are faster where sites beside them are occupied.
    execFileSync(process.execPath, ["run", "-A", GENERATOR, folder, "1"]);
    const path = join(folder, "later.json");
    await writeFile(path, await readFile(DATA + "later.json"));
    const refused = await spiediff("validate", run, path);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/^refused \(p = .*\)$/m);
    const { test, verdict, coverage } = JSON.parse(
      (await spiediff("validate", run, path, "--json")).stdout,
    );
    expect(verdict).toBe("refused");
    expect(test.pValue).toBeLessThan(1e-3);
    expect(coverage.withErrors).toBeLessThan(0.8);
  });

  it.each([
    [["--members", "5"], {}, /--members must be at least 30, not 5/],
    [[], { sites: 240 }, /has sites 240, but the model was trained with 120/],
    [[], { h: [0.015, 0.006] }, /h\.1: must be above the one before/],
    [[], { h: [0.006] }, /shape \[250, 3, 6\], not \[realizations, 2 times/],
  ])("says what is wrong with later snapshots: %j %j", async (flags, change, message) => {
    const description = JSON.parse(await readFile(DATA + "later.json", "utf8"));
    for (const profile of description.profiles) profile.files = [DATA + profile.files[0]];
    const path = join(root, "wrong-later.json");
    await writeFile(path, JSON.stringify({ ...description, ...change }));
    const { code, stderr } = await spiediff(
      "validate",
      join(root, "ssep"),
      path,
      ...flags,
      "--json",
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it("reads CSV fields and NPY occupations of the same runs to the same records", async () => {
    const records: string[] = [];
    for (const form of ["csv", "occupations"]) {
      const run = join(root, form);
      expect((await spiediff("import", run, `${DATA}small-${form}.json`, "--json")).code).toBe(0);
      await spiediff("estimate", run, "--json");
      const estimate = JSON.parse(await readFile(join(run, "estimates", "middle.json"), "utf8"));
      records.push(estimate.estimate.K1.map((v: number) => v.toPrecision(7)).join());
    }
    expect(records[0]).toBe(records[1]);
  });

  it("example data are what their generator writes, bit for bit", async () => {
    const folder = join(root, "made");
    execFileSync(process.execPath, ["run", "-A", GENERATOR, folder]);
    for (
      const file of [
        "high.npy",
        "low-later.npy",
        "small/middle-1.csv",
        "small/middle-occupations.npy",
      ]
    ) {
      expect(await readFile(join(folder, file))).toEqual(await readFile(DATA + file));
    }
  });

  it("refuses to simulate what is not its own", async () => {
    const run = join(root, "csv");
    for (const more of [[], ["--overwrite"]]) {
      const { code, stderr } = await spiediff("simulate", run, "--seed", "2", ...more, "--json");
      expect(code).toBe(2);
      expect(stderr).toMatch(/another code's and cannot be simulated here/);
    }
    expect((await spiediff("estimate", run, "--json")).code).toBe(0);
  });

  it.each([
    ["shape", { elements: 5, sites: 120 }, /shape \[680, 3, 6\], not .*elements = 5\]/],
    ["times", { h: [1e-3] }, /shape \[680, 3, 6\], not \[realizations, 2 times/],
    ["values", { values: "occupation" }, /not \[realizations, 3 times, sites = 120\]/],
    ["missing file", { profiles: [{ name: "a", files: ["no.npy"] }] }, /no\.npy cannot be used/],
    ["file count", { profiles: [{ name: "a", files: ["a", "b"] }] }, /must name 1 file .*, or 3/],
    ["unknown field", { temperature: 1 }, /snapshot description: .*temperature/],
  ])("says what is wrong with the description: %s", async (_, change, message) => {
    const description = JSON.parse(await readFile(DATA + "snapshots.json", "utf8"));
    for (const profile of description.profiles) {
      profile.files = profile.files.map((f: string) => DATA + f);
    }
    const path = join(root, "wrong.json");
    await writeFile(path, JSON.stringify({ ...description, ...change }));
    const { code, stderr } = await spiediff("import", join(root, "wrong"), path, "--json");
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
