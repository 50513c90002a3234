import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeFixture } from "../_fixture_model.ts";
import { runPredictor } from "../cli/run.ts";
import { learnedLaw } from "../learned_law.ts";
import { loadModel } from "../load_model.ts";

let root = "", model = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-export-"));
  model = join(root, "model");
  await writeFixture(model);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const run = async (...args: string[]) => {
  let stdout = "", stderr = "";
  const code = await runPredictor(["export", ...args], {
    stdout: { write: (text: string) => void (stdout += text) },
    stderr: { write: (text: string) => void (stderr += text) },
    env: {},
  });
  return { code, stdout, stderr };
};

describe("export --format onnx", () => {
  it("writes a graph whose members make the predictor's law, without calibration, too", async () => {
    const out = join(root, "onnx"), members = 30, seed = 4, densities = [0.2, 0.5, 0.8];
    const args = ["--format", "onnx", "--members", `${members}`, "--seed", `${seed}`, "--out", out];
    expect(await run(model, ...args)).toMatchObject({ code: 0, stderr: "" });
    expect((await readdir(out)).sort()).toEqual(["law-onnx.json", "law.onnx", "members.csv"]);
    const description = JSON.parse(await readFile(join(out, "law-onnx.json"), "utf8"));
    const [head, ...rows] = (await readFile(join(out, "members.csv"), "utf8")).trim().split("\n");
    const { inputs, opset } = description;
    expect([opset, inputs.member.shape, head.split(",").length]).toEqual([17, ["B", 10], 10]);
    expect(rows).toHaveLength(members);

    const loaded = await loadModel(model, { threads: 1 });
    const law = await learnedLaw(loaded, densities, { seed, members, keepMembers: true });
    await loaded.close();
    const session = await ort.InferenceSession.create(join(out, "law.onnx"));
    // Every member at every density, and at the reference density for the gauge of f'.
    const at = [...densities, description.gauge.referenceDensity];
    const B = members * at.length;
    const member = Float32Array.from(
      rows.flatMap((row) => at.flatMap(() => row.split(",").map(Number))),
    );
    const density = Float32Array.from({ length: B }, (_, r) => at[r % at.length]);
    const result = await session.run({
      density: new ort.Tensor("float32", density, [B, 1]),
      member: new ort.Tensor("float32", member, [B, 10]),
    });
    const [m, f] = ["mobility", "driving_force"].map((name) => result[name].data as Float32Array);
    for (let k = 0; k < members; k++) {
      densities.forEach((_, i) => {
        const row = k * at.length + i, mine = k * densities.length + i;
        expect(m[row]).toBeCloseTo(law.members!.mobility[mine], 5);
        const force = f[row] - f[k * at.length + densities.length];
        expect(force).toBeCloseTo(law.members!.drivingForce[mine], 5);
      });
    }
    await session.release();
  });

  it("says as JSON what it has written", async () => {
    const out = join(root, "as-json");
    const { code, stdout } = await run(
      ...[model, "--format", "csv", "--members", "3", "--seed", "2", "--out", out, "--json"],
    );
    expect([code, JSON.parse(stdout)]).toEqual([0, {
      ...{ model, format: "csv", members: 3, seed: 2, folder: out },
      files: [join(out, "law-tables.csv")],
    }]);
    expect(await readdir(out)).toEqual(["law-tables.csv"]);
  });

  it.each<[string, RegExp, string[]]>([
    ["no format", /--format/, ["--out", "x"]],
    ["an unknown format", /format/, ["--format", "word", "--out", "x"]],
    ["no folder", /--out/, ["--format", "onnx"]],
    ["few densities", /at least 9/, ["--format", "csv", "--out", "x", "--densities", "0.2:0.3:5"]],
    ["an uneven grid", /evenly/, [
      ...["--format", "json", "--out", "x"],
      ...["--densities", "0.1,0.2,0.3,0.35,0.4,0.5,0.6,0.7,0.8,0.9"],
    ]],
    ["densities of a graph", /any density/, [
      ...["--format", "onnx", "--out", "x", "--densities", "0.1:0.9:20"],
    ]],
    ["no members", /members must be/, ["--format", "onnx", "--out", "x", "--members", "0"]],
  ])("%s: one clear line, exit code 2 and nothing written", async (_name, message, args) => {
    const { code, stdout, stderr } = await run(model, ...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at |\.ts:/);
    expect([code, stdout, existsSync("x")]).toEqual([2, "", false]);
  });

  it("has help with examples", async () => {
    expect((await run("--help")).stdout).toMatch(
      /EXAMPLES\n +predictor export model --format onnx/,
    );
  });
});
