import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeFixture } from "../_fixture_model.ts";
import { runPredictor } from "../cli/run.ts";
import { learnedLaw } from "../learned_law.ts";
import { loadModel } from "../load_model.ts";

let root = "", model = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-law-"));
  model = join(root, "model");
  await writeFixture(model);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const run = async (...args: string[]) => {
  let stdout = "", stderr = "";
  const code = await runPredictor(["law", ...args], {
    stdout: { write: (text: string) => void (stdout += text) },
    stderr: { write: (text: string) => void (stderr += text) },
    env: {},
  });
  return { code, stdout, stderr };
};
const quick = ["--members", "60", "--threads", "1"];
const GRID = [0.2, 0.4, 0.5, 0.75];

describe("the law of a model", () => {
  it("is the library's, as CSV and as JSON, with D = m f'' and K1 = -25 m", async () => {
    const loaded = await loadModel(model, { threads: 1 });
    const law = await learnedLaw(loaded, GRID, { seed: 1, members: 60, keepMembers: true });
    await loaded.close();
    const args = [model, "--densities", GRID.join(","), ...quick];
    const { code, stdout, stderr } = await run(...args, "--csv");
    expect([code, stderr]).toEqual([0, ""]);
    const [level, head, ...rows] = stdout.trim().split("\n");
    expect([level, head]).toEqual([
      "# level: 0.95",
      "quantity,rho,mean,lower,upper,curve_lower,curve_upper",
    ]);
    const column = (name: string, at: number) =>
      rows.map((row) => row.split(",")).filter(([q]) => q === name).map((row) => Number(row[at]));
    expect(column("f'", 1)).toEqual(GRID);
    expect(column("m", 2)).toEqual([...law.mobility.mean]);
    expect(column("D", 3)).toEqual([...law.diffusivity.lower]);
    expect(column("f''", 4)).toEqual([...law.curvature.upper]);
    expect(column("f", 5)).toEqual([...law.freeEnergy.wholeCurve.lower]);
    column("K1", 2).forEach((k1, i) =>
      expect(k1 / (-25 * law.mobility.mean[i])).toBeCloseTo(1, 12)
    );
    // The gauge: every member's f' and f vanish at 0.5.
    expect(Math.max(...column("f'", 6).map(Math.abs).filter((_, i) => i === 2))).toBeLessThan(1e-6);
    const json = JSON.parse((await run(...args, "--json")).stdout);
    expect(json).toMatchObject({ format: "spiediff-law", members: 60, seed: 1, density: GRID });
    expect(json.diffusivity.mean).toEqual(column("D", 2));
    expect(json.drivingForce.wholeCurve.upper).toEqual(column("f'", 6));
  });

  it("is a table over the trained densities, and three files", async () => {
    const out = join(root, "law");
    const { code, stdout, stderr } = await run(model, ...quick, "--out", out);
    expect([code, stderr]).toEqual([0, ""]);
    const lines = stdout.split("\n");
    expect(lines[0].trim().split(/ +/)).toEqual(["rho", "m", "D", "f''", "f'", "f", "K1"]);
    expect(lines[1]).toMatch(/^ *0\.15 +0\.\d+ ± 0\.\d+ /);
    expect(lines[21]).toMatch(/^ *0\.85 /);
    expect((await readdir(out)).sort()).toEqual(["law.csv", "law.html", "law.json"]);
    const html = await readFile(join(out, "law.html"), "utf8");
    expect(html.match(/<figure id="[^"]*"/g)).toEqual(
      ["mobility", "diffusivity", "curvature", "driving-force", "free-energy", "k1"].map(
        (id) => `<figure id="${id}"`,
      ),
    );
    expect((await readFile(join(out, "law.csv"), "utf8")).split("\n")).toHaveLength(2 + 6 * 81 + 1);
  });

  it("warns of densities beyond the training and of too few members", async () => {
    const { code, stderr } = await run(model, "--densities", "0.1:0.9:5", "--members", "10");
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: 2 of 5 densities lie outside of 0\.1500 to 0\.8500/);
    expect(stderr).toMatch(/10 members are too few for bands of level 0\.95; use at least 40/);
  });

  it("has help with examples", async () => {
    expect((await run("--help")).stdout).toMatch(/EXAMPLES\n +predictor law model\n/);
  });

  it.each<[string, RegExp, string[]]>([
    ["falling densities", /value 1 is 0\.2; values must rise/, ["--densities", "0.5,0.2"]],
    ["densities of 1", /value 0 is 1;.*between 0 and 1/, ["--densities", "1"]],
    ["a word", /--densities.*has "some"/, ["--densities", "0.1,some"]],
    ["a range that falls", /LOW < HIGH/, ["--densities", "0.9:0.1:5"]],
    ["a range with four parts", /LOW:HIGH:COUNT/, ["--densities", "0.1:0.9:5:1"]],
    ["no count", /COUNT/, ["--densities", "0.1:0.9"]],
    ["a level of 1", /level must lie between 0 and 1/, ["--level", "1"]],
    ["no members", /members/, ["--members", "0"]],
    ["two formats", /--csv prints numbers only/, ["--csv", "--json"]],
    ["a formula of few densities", /at least 21 densities, not 2/, [
      "--formula",
      "--densities",
      "0.2,0.3",
    ]],
  ])("%s: one clear line and exit code 2", async (_name, message, args) => {
    const { code, stdout, stderr } = await run(model, ...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at |\.ts:/);
    expect([code, stdout]).toEqual([2, ""]);
  });

  it("refuses a folder that is none", async () => {
    expect(await run(join(root, "nothing"))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no model/),
    });
  });
});
