import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LAW_UNITS } from "@spiediff/law";
import fc from "fast-check";
import { writeFixture } from "../_fixture_model.ts";
import { loadModel, predict } from "../mod.ts";
import { VERSION } from "../version.ts";
import { parseSeed } from "./seed.ts";
import { parseExpression } from "./expression.ts";
import { reportHtml } from "./report.ts";
import { profileOfCsv, profileOfJson } from "./read_profile.ts";
import { runPredictor } from "./run.ts";
import { UserError } from "@spiediff/command-line";

let root = "";
let model = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-cli-"));
  model = join(root, "model");
  await writeFixture(model);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const run = async (...args: string[]) => {
  let stdout = "";
  let stderr = "";
  const code = await runPredictor(args, {
    stdout: { write: (text: string) => void (stdout += text) },
    stderr: { write: (text: string) => void (stderr += text) },
    env: {},
  });
  return { code, stdout, stderr };
};
const quick = ["--members", "40", "--threads", "1"];

it.each<[string, number | string]>([
  ["7", 7],
  ["1e3", 1000],
  [" 7 ", 7],
  ["-3", -3],
  ["run-2", "run-2"],
  ["0x10", "0x10"],
])("the seed %j is %j", (text, seed) => expect(parseSeed(text)).toBe(seed));

describe("expressions", () => {
  it.each<[string, number, number]>([
    ["0.5 + 0.3*cos(2*pi*x)", 0.25, 0.5],
    ["2^3^2 / 1024", 0, 0.5],
    ["-(x^2) + 1", 0.5, 0.75],
    ["0.5-0.1-0.1", 0, 0.3],
    ["min(x, 0.5) * max(x, 0.5)", 0.7, 0.35],
    ["1e-1 + +x", 0.2, 0.3],
    ["exp(log(0.4))", 0, 0.4],
    ["x", 0.6, 0.6],
  ])("%s at %d", (text, x, value) => {
    expect(parseExpression(text)(x)).toBeCloseTo(value, 12);
  });
  it.each([
    "",
    "0.5 +",
    "0.5 x",
    "y",
    "constructor",
    "cos.constructor",
    'cos["constructor"]("return 1")()',
    "this",
    "cos(1, 2)",
    "toString()",
    "-x^2",
    "2*-x^2",
    "x ? 1 : 2",
    "[1, 2]",
    "'a'",
    "x = 1",
    "x == 1",
    "a".repeat(501),
    "(".repeat(400),
  ])("refuses %s", (text) => {
    expect(() => parseExpression(text)).toThrow(UserError);
  });
  it("any text is refused or gives a function of numbers", () => {
    const alphabet = fc.constantFrom(..."0123456789.+-*/^()x ,epicosn'[]{}?:=\\");
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 30 }), (letters) => {
        try {
          expect(typeof parseExpression(letters.join(""))(0.3)).toBe("number");
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("profile files", () => {
  it("CSV with and without a header", () => {
    expect(profileOfCsv("x,density\n0,0.5\n0.5,0.6\n", "p")).toEqual([0.5, 0.6]);
    expect(profileOfCsv("# level: 0.9\nt,x,mean,lower,upper\n0,0,0.5,1,2\n", "p")).toEqual([0.5]);
    expect(profileOfCsv("# made by hand\n0.5\n\n0.6", "p")).toEqual([0.5, 0.6]);
    expect(() => profileOfCsv("0.5\nNaN\n", "p.csv")).toThrow(/p\.csv, line 2, column 1: "NaN"/);
    expect(() => profileOfCsv("density\n0.5\nabc\n", "p.csv")).toThrow(/line 3/);
    expect(() => profileOfCsv("", "p.csv")).toThrow(/no numbers/);
    expect(() => profileOfCsv("x,density_mean,stderr\n0,0.8,0.01\n", "p.csv")).toThrow(
      /3 columns with the names x, density_mean, stderr; name/,
    );
    expect(() => profileOfCsv("rho,reference,mean\n0.2,1,0.3\n", "k1.csv")).toThrow(
      /k1\.csv has the columns rho and mean, each of which may be the density; leave one\./,
    );
  });
  it("JSON lists and profiles", () => {
    expect(profileOfJson("[0.5, 0.6]", "p")).toEqual([0.5, 0.6]);
    expect(profileOfJson('{"density": [0.5]}', "p")).toEqual([0.5]);
    const text = '{"name": "a", "mean": 0.5, "modes": [{"k": 1, "amplitude": 0.2}]}';
    const profile = profileOfJson(text, "p") as (x: number) => number;
    expect(profile(0)).toBeCloseTo(0.7, 12);
    expect(() => profileOfJson('{"density": [0.5, "a"]}', "p.json")).toThrow(/value 1/);
    expect(() => profileOfJson('{"name": "a"}', "p.json")).toThrow(/mean/);
    expect(() => profileOfJson("[0.5,", "p.json")).toThrow(/not valid JSON: line 1, column 6/);
    expect(() => profileOfJson('{"densty": [0.5]}', "p.json")).toThrow(
      /no field "densty"; did you mean "density"\?/,
    );
    expect(() => profileOfJson('{"name": "a", "mean": 0.5, "mods": []}', "p.json")).toThrow(
      /no field "mods"; did you mean "modes"\?/,
    );
  });
});

describe("the predictor command", () => {
  it("predicts and writes CSV, JSON and a report that agree", async () => {
    const out = join(root, "result");
    const args = ["predict", model, "--profile", "0.5+0.3*cos(2*pi*x)", "--times", "0,0.02"];
    const { code, stdout, stderr } = await run(...args, ...quick, "--out", out);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/40 members/);
    expect((await readdir(out)).sort()).toEqual([
      "prediction.csv",
      "prediction.json",
      "report.html",
    ]);
    const csv = (await readFile(join(out, "prediction.csv"), "utf8")).trim().split("\n");
    expect(csv.slice(0, 2)).toEqual([
      "# level: 0.95",
      "t,x,mean,lower,upper,curve_lower,curve_upper,fluctuation",
    ]);
    expect(csv.length).toBe(52);
    const json = JSON.parse(await readFile(join(out, "prediction.json"), "utf8"));
    expect(csv[27].split(",").map(Number)).toEqual([
      0.02,
      0,
      json.density[1].mean[0],
      json.density[1].lower[0],
      json.density[1].upper[0],
      json.density[1].wholeCurve.lower[0],
      json.density[1].wholeCurve.upper[0],
      json.fluctuation[1][0],
    ]);
    expect(json.invariants.operatorsNotPSD).toBe(0);
    expect(await readFile(join(out, "report.html"), "utf8")).toMatch(/<svg/);
    const printed = await run(...args, ...quick, "--json");
    expect(JSON.parse(printed.stdout).density).toEqual(json.density);
  });

  it("predicts in a field, and says so in text, JSON and report", async () => {
    const out = join(root, "in-a-field");
    const { code, stdout } = await run(
      ...[
        "predict",
        model,
        "--profile",
        "0.5+0.3*cos(2*pi*x)",
        "--times",
        "0,0.02",
        "--field",
        "7",
      ],
      ...[...quick, "--out", out],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/in a field E = 7, under which nothing is claimed of the free energy/);
    expect(stdout).not.toMatch(/rise of the free energy/);
    const json = JSON.parse(await readFile(join(out, "prediction.json"), "utf8"));
    expect([json.externalField, json.invariants.maxFreeEnergyRise]).toEqual([7, null]);
    const html = await readFile(join(out, "report.html"), "utf8");
    expect(html).toContain("in a field E = 7");
    expect(html).toContain("--field 7");
  });

  it("takes profiles from files and says the band's level in every file, never in a column's name", async () => {
    const path = join(root, "start.csv");
    const values = Array.from({ length: 25 }, (_, i) => 0.4 + 0.2 * Math.sin(i));
    await writeFile(path, "density\n" + values.join("\n"));
    const out = join(root, "from-file");
    const { code } = await run(
      ...["predict", model, "--profile", path, "--times", "0,0.001", "--level", "0.9"],
      ...[...quick, "--out", out],
    );
    expect(code).toBe(0);
    const csv = await readFile(join(out, "prediction.csv"), "utf8");
    expect(csv).toMatch(
      /^# level: 0\.9\nt,x,mean,lower,upper,curve_lower,curve_upper,fluctuation\n0,0,0\.4,/,
    );
    const json = JSON.parse(await readFile(join(out, "prediction.json"), "utf8"));
    expect(json.level).toBe(0.9);
    const html = await readFile(join(out, "report.html"), "utf8");
    expect(html).toContain("mean and 90 % band");
    expect(html).toContain(encodeURIComponent("# level: 0.9\n"));
    expect(html).not.toContain("95 % band");
  });

  it("names what is conserved on the report's axes", async () => {
    const known = await loadModel(model);
    try {
      const prediction = await predict(known, () => 0.5, [0.001], { seed: 1, members: 20 });
      const { system, ...others } = known.manifest;
      const field = { name: "energy", unit: "energy per site", low: 0, high: null };
      const foreign = { ...system, particles: "foreign", field: { ...field, ideal: "reciprocal" } };
      const html = await reportHtml(prediction, {
        ...{ folder: model, command: "this", seed: 1, version: VERSION, units: LAW_UNITS },
        manifest: { ...others, system: foreign } as typeof known.manifest,
      });
      expect(html).toContain("energy ρ (energy per site)");
      expect(html).not.toContain("particles per site");
    } finally {
      await known.close();
    }
  });

  it("leaves nothing of an earlier result beside a new one, nor of a killed one", async () => {
    const out = join(root, "twice");
    const predict = (times: string) =>
      run("predict", model, "--profile", "0.5", "--times", times, ...quick, "--out", out);
    const law = (...more: string[]) => run("law", model, "--members", "20", "--out", out, ...more);
    await predict("0,0.001");
    await law("--formula");
    expect(await readdir(out)).toEqual(expect.arrayContaining(["report.html", "formula.txt"]));
    await writeFile(join(out, "prediction.csv.partial-5000000-0123abcd"), "t,x");
    await writeFile(join(out, "notes.txt"), "mine");
    expect((await predict("0")).code).toBe(0);
    expect((await law("--densities", "0.5")).code).toBe(0);
    expect((await readdir(out)).sort()).toEqual([
      ...["law.csv", "law.json", "notes.txt", "prediction.csv", "prediction.json"],
    ]);
    // A report that no prediction has left is another command's.
    const other = join(root, "other");
    await mkdir(other);
    await writeFile(join(other, "report.html"), "a run's");
    await run("predict", model, "--profile", "0.5", "--times", "0", ...quick, "--out", other);
    expect(await readFile(join(other, "report.html"), "utf8")).toBe("a run's");
  });

  it("explains a model, also as --explain", async () => {
    const { code, stdout } = await run("--explain", model);
    expect(code).toBe(0);
    expect(stdout).toMatch(/half-width 40/);
    expect(stdout).toMatch(/0\.15 to 0\.85/);
    expect(stdout).toMatch(/[0-9a-f]{64} {2}mobility-denoiser\.onnx/);
    expect(stdout).toMatch(/calibration +none/);
    const json = await run("explain", model, "--json");
    expect(JSON.parse(json.stdout).format).toBe("spiediff-model");
  });

  it("has help with examples, and the version of its package", async () => {
    expect((await run()).stdout).toMatch(/COMMANDS/);
    expect((await run("predict", "--help")).stdout).toMatch(/EXAMPLES/);
    expect((await run("--version")).stdout).toMatch(VERSION);
    const { version } = JSON.parse(await readFile("package.json", "utf8"));
    expect(version).toBe(VERSION);
  });

  it.each<[string, RegExp, string[]]>([
    ["a profile outside (0, 1)", /is 1\.1 at x = 0;.*between 0 and 1/, ["--profile", "1.1-x"]],
    ["a profile that is not a number", /NaN/, ["--profile", "log(0-1)"]],
    ["a missing profile file", /no such file or folder/, ["--profile", "nothing.csv"]],
    ["an expression", /unknown name y/, ["--profile", "y"]],
    ["times that fall", /times\[1\]/, ["--profile", "0.5", "--times", "0.2,0.1"]],
    ["times that are not numbers", /--times/, ["--profile", "0.5", "--times", "0,soon"]],
    ["no members", /members/, ["--profile", "0.5", "--members", "0"]],
    ["members that are not a number", /members/, ["--profile", "0.5", "--members", "many"]],
    ["too many reverse steps", /1 to 50/, ["--profile", "0.5", "--ddim-steps", "99"]],
    ["no threads", /threads/, ["--profile", "0.5", "--threads", "0"]],
    ["an unknown flag", /unknown/i, ["--profile", "0.5", "--unknown"]],
    ["no profile", /--profile/, []],
  ])("%s: one clear line and exit code 2", async (_name, message, args) => {
    const { code, stdout, stderr } = await run("predict", model, ...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at |\.ts:/);
    expect([code, stdout]).toEqual([2, ""]);
  });

  it("wrong lengths and NaN in files", async () => {
    const short = join(root, "short.json");
    await writeFile(short, "[0.5, 0.5]");
    expect(await run("predict", model, "--profile", short)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/2 values; 25 are needed/),
    });
    const bad = join(root, "bad.csv");
    await writeFile(bad, "0.5\n".repeat(24) + "nan\n");
    expect(await run("predict", model, "--profile", bad)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/line 25/),
    });
  });

  it("models that are missing, cut, of another version, or not networks", async () => {
    const damaged = async (name: string, change: (folder: string) => Promise<void>) => {
      const folder = join(root, name);
      await writeFixture(folder);
      await change(folder);
      const result = await run("predict", folder, "--profile", "0.5");
      expect(result.stderr).not.toMatch(/\n\s+at |\.ts:/);
      expect(result.code).toBe(2);
      return result.stderr;
    };
    expect(await damaged("gone", (folder) => rm(folder, { recursive: true }))).toMatch(/no model/);
    expect(
      await damaged("cut", async (folder) => {
        const path = join(folder, "mobility-denoiser.onnx");
        const bytes = await readFile(path);
        await writeFile(path, bytes.subarray(0, bytes.length / 2));
      }),
    ).toMatch(/mobility-denoiser\.onnx has \d+ bytes/);
    expect(
      await damaged("version", async (folder) => {
        const path = join(folder, "manifest.json");
        const text = await readFile(path, "utf8");
        await writeFile(path, text.replace('"version": 3', '"version": 9'));
      }),
    ).toMatch(/version 9/);
    const folder = join(root, "not-networks");
    await writeFixture(folder, {
      change: (_content, files) => files["mobility-epinet.onnx"] = Uint8Array.of(1, 2, 3),
    });
    const { code, stderr } = await run("predict", folder, "--profile", "0.5");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/mobility-epinet\.onnx is not one/)]);
  });
});
