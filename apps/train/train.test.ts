import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runApplication } from "@spiediff/command-line";
import { type ExperimentInput, parseSimulation } from "@spiediff/experiment";
import { readModel } from "@spiediff/model-artifact";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trainApplication } from "./command.ts";
import { VERSION } from "./version.ts";

const TINY: ExperimentInput = {
  name: "tiny",
  seed: 5,
  particles: { sites: 200, halfWidth: 4, betaJ0: 1 },
  elements: 10,
  profiles: [
    { name: "wide", mean: 0.5, modes: [{ k: 1, amplitude: 0.3 }] },
    { name: "low", mean: 0.32, modes: [{ k: 1, amplitude: 0.2, phase: 1 }] },
  ],
  sampling: { realizations: 200, burnIn: 1e-5, h: [1e-5, 1e-4] },
  training: { hidden: [8, 8], batch: 40, steps: { k1: 20, freeEnergy: 20 } },
  prediction: { profile: { name: "target", mean: 0.5 }, times: [0, 0.001] },
  groundTruth: { realizations: 2 },
};

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-train-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function train(...args: string[]) {
  let stdout = "", stderr = "";
  const code = await runApplication(trainApplication, ["--json", "--workers", "1", ...args], {
    stdout: { write: (text: string) => void (stdout += text) },
    stderr: { write: (text: string) => void (stderr += text) },
    env: {},
  });
  return { code, stdout, stderr: stderr.trim() };
}
async function experimentFile(name: string, edit: (e: Record<string, never>) => void = () => {}) {
  const experiment = JSON.parse(JSON.stringify(TINY));
  edit(experiment);
  const path = join(root, `${name}.json`);
  await writeFile(path, JSON.stringify(experiment));
  return path;
}

describe("train", () => {
  it("goes from particles to a model that verifies, and says where from", async () => {
    const out = join(root, "run");
    const { code, stdout, stderr } = await train(
      "--experiment",
      await experimentFile("tiny"),
      "--out",
      out,
    );
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout).model).toBe(join(out, "model"));
    const { manifest } = await readModel(join(out, "model"));
    expect(manifest.seed).toBe(5);
    expect(manifest.config).toEqual(JSON.parse(JSON.stringify(parseSimulation(TINY))));
    // The densities of both profiles: down to 0.32 - 0.2 in one and up to 0.5 + 0.3 in the other.
    const [lowest, highest] = manifest.coverage.density;
    expect(lowest).toBeGreaterThan(0.1);
    expect(lowest).toBeLessThan(0.17);
    expect(highest).toBeGreaterThan(0.74);
    expect(highest).toBeLessThan(0.83);
    expect(manifest.mobility.state.std).toBeGreaterThan(0);
    const kept = async (path: string) => JSON.parse(await readFile(join(out, path), "utf8"));
    expect(manifest.madeFrom).toEqual({
      training: (await kept("training.json")).fingerprint,
      "estimate wide": (await kept("estimates/wide.json")).sha256,
      "estimate low": (await kept("estimates/low.json")).sha256,
    });
    expect((await readdir(join(out, "estimates"))).sort()).toEqual(["low.json", "wide.json"]);
    const training = await kept("training.json");
    const last = ([stage, curve]: [string, { loss: number }[]]) =>
      [`final loss, ${stage}`, curve.at(-1)!.loss] as const;
    expect(manifest.training).toEqual({
      backend: training.backend,
      ...Object.fromEntries(Object.entries<{ loss: number }[]>(training.curves).map(last)),
    });
    expect(Object.keys(training.curves))
      .toEqual(["mobility", "free energy", "mobility epinet", "driving-force epinet"]);
    expect(Object.keys(training.seconds).toSorted()).toEqual(
      Object.keys(training.curves).toSorted(),
    );
    const { estimate } = await kept("estimates/low.json");
    expect(lowest).toBe(Math.min(...estimate.density));
    expect(manifest).toMatchObject({
      code: { name: "spiediff", version: VERSION },
      system: {
        ...{ particles: "arrhenius-exclusion", dimension: 1, sites: 200, elements: 10 },
        ...{ halfWidth: 4, kernel: "constant", betaJ0: 1, beta: 1, drive: 1 },
      },
      nodalDensityRule: estimate.nodalDensityRule,
      diffusion: { predictionType: "sample", timestepSpacing: "trailing" },
      gauge: { referenceDensity: (lowest + highest) / 2 },
      // J0 L (L + 1) eps^2 / 6.
      gradientEnergy: {
        kappa: expect.closeTo(20 / 6 / 200 ** 2, 15),
        mobilityExponent: expect.closeTo(20 / 6 / 200 ** 2, 15),
      },
      mobility: { denoiser: "mobility-denoiser.onnx", epinet: "mobility-epinet.onnx" },
      drivingForce: {
        freeEnergy: "free-energy-denoiser.onnx",
        denoiser: "driving-force-denoiser.onnx",
        epinet: "driving-force-epinet.onnx",
      },
    });
    // Four steered ones (1, z, He2, He3); the second epinet has those of the first besides its own.
    const { indexDim } = parseSimulation(TINY).training;
    expect([manifest.mobility.indexDim, manifest.drivingForce.indexDim])
      .toEqual([indexDim + 4, indexDim + (indexDim + 4)]);
  }, 60_000);

  it("takes up what is there, and a fresh run gives the same bits", async () => {
    const experiment = await experimentFile("again");
    const first = join(root, "first"), second = join(root, "second");
    await train("--experiment", experiment, "--out", first);
    const model = await readFile(join(first, "model", "mobility-denoiser.onnx"));
    // As after a kill between two stages: one estimate and the model are missing.
    await rm(join(first, "model"), { recursive: true });
    await rm(join(first, "training.json"));
    await rm(join(first, "estimates", "low.json"));
    expect((await train("--experiment", experiment, "--out", first)).code).toBe(0);
    expect(await readFile(join(first, "model", "mobility-denoiser.onnx"))).toEqual(model);
    await train("--experiment", experiment, "--out", second);
    expect(await readFile(join(second, "model", "mobility-denoiser.onnx"))).toEqual(model);
    const kept = async () => {
      const files = ["training.json", "seconds.json"].map((name) => join(first, name));
      return await Promise.all(files.map((path) => readFile(path, "utf8")));
    };
    const before = await kept();
    const again = await train("--experiment", experiment, "--out", first);
    expect(await kept()).toEqual(before);
    // What was not done again keeps its seconds from the first time.
    const seconds = Object.entries(JSON.parse(before[1])) as [string, { seconds: number }][];
    expect(JSON.parse(again.stdout).seconds)
      .toEqual(Object.fromEntries(seconds.map(([title, entry]) => [title, entry.seconds])));
    expect(seconds.map(([title]) => title)).toEqual([
      "Simulate particles",
      "Estimate operators",
      "Train mobility, free energy and epinets; export",
    ]);
  }, 60_000);

  it("another seed makes another model, in the same folder only when that is said", async () => {
    const experiment = await experimentFile("seeds");
    const out = join(root, "seeds");
    await train("--experiment", experiment, "--out", out);
    const one = await readModel(join(out, "model"));
    const again = ["--experiment", experiment, "--out", out, "--seed", "6"];
    const refused = await train(...again);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/seed is 5 there, not 6/),
    ]);
    expect((await readModel(join(out, "model"))).manifest).toEqual(one.manifest);
    await train(...again, "--overwrite");
    const two = await readModel(join(out, "model"));
    expect([one.manifest.seed, two.manifest.seed]).toEqual([5, 6]);
    expect(two.files["mobility-denoiser.onnx"]).not.toEqual(one.files["mobility-denoiser.onnx"]);
  }, 60_000);
});

describe("the user's mistakes: one clear message, exit code 2, nothing done", () => {
  // deno-lint-ignore no-explicit-any
  const cases: [string, (e: any) => void, RegExp][] = [
    ["M does not divide N", (e) => e.elements = 7, /elements: must divide particles\.sites = 200/],
    ["h = 0", (e) => e.sampling.h = [0], /sampling\.h\.0/],
    ["R = 1", (e) => e.sampling.realizations = 1, /sampling\.realizations/],
    ["profile outside (0, 1)", (e) => e.profiles[0].mean = 0.9, /profiles\.0.*inside \(0, 1\)/],
    ["unknown field", (e) => e.simpling = {}, /simpling/],
  ];
  it.each(cases)("%s", async (name, edit, message) => {
    const file = await experimentFile(name.replace(/\W/g, "-"), edit);
    const out = join(root, "never");
    const { code, stderr } = await train("--experiment", file, "--out", out);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\bat .*\.ts:/);
    expect((await readdir(root)).includes("never")).toBe(false);
  });
  it("an experiment file that is missing or not JSON", async () => {
    const missing = await train("--experiment", join(root, "none.json"));
    expect([missing.code, missing.stderr]).toEqual([
      2,
      expect.stringMatching(/cannot be used: there is no such file/),
    ]);
    const path = join(root, "broken.json");
    await writeFile(path, "{");
    const broken = await train("--experiment", path);
    expect([broken.code, broken.stderr]).toEqual([
      2,
      expect.stringMatching(/not valid JSON: line 1, column 2/),
    ]);
  });
  it("bad flags: an unknown preset, a seed that is no number, no workers", async () => {
    expect((await train("--preset", "lmr")).code).toBe(2);
    expect((await train("--seed", "x")).code).toBe(2);
    expect((await train("--seed", "1.5")).code).toBe(2);
    const file = await experimentFile("workers");
    const none = await train("--experiment", file, "--out", join(root, "w"), "--workers", "0");
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/workers/)]);
  });
  it("data and models that are damaged are named, not used", async () => {
    const file = await experimentFile("damaged");
    const out = join(root, "damaged");
    const again = () => train("--experiment", file, "--out", out);
    await again();
    const model = join(out, "model", "mobility-epinet.onnx");
    await truncate(model, 100);
    const cut = await again();
    expect([cut.code, cut.stderr]).toEqual([
      2,
      expect.stringMatching(/mobility-epinet\.onnx.*Delete/s),
    ]);
    const estimate = join(out, "estimates", "wide.json");
    const text = await readFile(estimate, "utf8");
    await writeFile(estimate, text.replace(/"K1":\[[^,]*/, '"K1":[null'));
    const nan = await again();
    expect([nan.code, nan.stderr]).toEqual([
      2,
      expect.stringMatching(/wide\.json is damaged.*K1/s),
    ]);
    await writeFile(estimate, text.slice(0, text.length / 2));
    const half = await again();
    expect([half.code, half.stderr]).toEqual([2, expect.stringMatching(/wide\.json is damaged/)]);
  }, 60_000);
});

it("the version is that of package.json", async () => {
  const text = await readFile(new URL("./package.json", import.meta.url), "utf8");
  expect(JSON.parse(text).version).toBe(VERSION);
});
