import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type CurveBand, learnedLaw, loadModel, predict } from "@spiediff/predictor";
import { programPath } from "@spiediff/slurm-test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../root.ts";
import type { Tarball } from "./package.ts";

const hasNpm = programPath("npm") !== undefined;
const MODEL = `${ROOT}/test-data/lrm-quick-model`;
let root = "", project = "", bin = "";
let tarballs: Tarball[] = [];

/** Runs a program of the clean folder: Node and npm are all that its PATH has. */
const run = (program: string, ...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const env = { ...process.env, PATH: bin, ONNXRUNTIME_NODE_INSTALL: "skip", NO_COLOR: "1" };
    execFile(program, args, { cwd: project, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
  });

/** The README's example of a language. */
const example = async (language: string) => {
  const text = await readFile(`${ROOT}/tools/pack/predictor.md`, "utf8");
  return new RegExp(`\`\`\`${language} ignore\n([^]*?)\`\`\``).exec(text)![1];
};

/** The last digits of exp, log and cos are others in another V8; Node's is not Deno's. */
const same = (theirs: ArrayLike<number>, ours: ArrayLike<number>) => {
  expect(theirs.length).toBe(ours.length);
  Array.from(ours, (value, i) => expect(Math.abs(theirs[i] - value)).toBeLessThan(1e-12));
};

beforeAll(async () => {
  if (!hasNpm) return;
  root = await mkdtemp(join(tmpdir(), "spiediff-npm-"));
  project = join(root, "project");
  bin = join(root, "bin");
  await mkdir(project);
  await mkdir(bin);
  for (const name of ["node", "npm", "npx", "sh"]) {
    await symlink(programPath(name)!, join(bin, name));
  }
  const out = join(root, "out");
  const packed = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${ROOT}/tools/pack/main.ts`, "--out", out],
    cwd: root,
  }).output();
  expect(packed.success, new TextDecoder().decode(packed.stderr)).toBe(true);
  tarballs = JSON.parse(new TextDecoder().decode(packed.stdout));
  await cp(MODEL, join(project, "model"), { recursive: true });
  await writeFile(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
  const paths = tarballs.map(({ path }) => path);
  const installed = await run("npm", "install", "--no-audit", "--no-fund", "--silent", ...paths);
  expect([installed.code, installed.stderr]).toEqual([0, ""]);
}, 180_000);
afterAll(() => hasNpm ? rm(root, { recursive: true, force: true }) : undefined);

describe.skipIf(!hasNpm)("packages from npm, without Deno (needs npm)", () => {
  const times = [0, 0.01, 0.05], ensemble = { seed: 1, members: 200 };
  const wave = (x: number) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x);

  it("weighs what its README says, and has one native dependency", async () => {
    const [{ name, bytes, unpackedBytes }] = tarballs;
    expect(name).toBe("@spiediff/predictor");
    expect(bytes).toBeLessThan(0.65e6);
    expect(unpackedBytes).toBeLessThan(3e6);
    const folder = join(project, "node_modules", name);
    const { dependencies } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    expect(Object.keys(dependencies)).toEqual(["h5wasm", "onnxruntime-node", "zod"]);
    expect((await readdir(folder)).sort()).toEqual(
      ["LICENSE", "README.md", "THIRD-PARTY.txt", "command.js", "dist", "package.json"],
    );
    const licences = await readFile(join(folder, "THIRD-PARTY.txt"), "utf8");
    expect(licences).toMatch(/^@observablehq\/plot \d/m);
    expect(licences).not.toMatch(/onnxruntime|spiediff/i);
  });

  it("has the page's build beside it, which the page's own tests run in a browser", async () => {
    const [, { name, bytes, unpackedBytes }] = tarballs;
    expect(name).toBe("@spiediff/browser");
    expect(bytes).toBeLessThan(5e6);
    expect(unpackedBytes).toBeLessThan(18e6);
    const direct = join(root, "page");
    await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", `${ROOT}/tools/standalone/browser.ts`, "--model", MODEL, "--out", direct],
      stdout: "null",
    }).output();
    const installed = join(project, "node_modules", name, "page");
    await cp(MODEL, join(installed, "model"), { recursive: true });
    const files = async (folder: string) =>
      (await readdir(folder, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length)).sort();
    expect(await files(installed)).toEqual(await files(direct));
    for (const path of await files(direct)) {
      const [ours, theirs] = await Promise.all(
        [direct, installed].map((folder) => readFile(join(folder, path))),
      );
      expect(theirs.equals(ours), path).toBe(true);
    }
  }, 180_000);

  it("predicts our numbers from TypeScript, with types for a strict compiler", async () => {
    await writeFile(join(project, "example.ts"), await example("ts"));
    const options = { module: "nodenext", target: "es2022", strict: true, types: [] };
    const config = { compilerOptions: options, include: ["*.ts"] };
    await writeFile(join(project, "tsconfig.json"), JSON.stringify(config));
    const compiler = `${ROOT}/tools/node_modules/typescript/bin/tsc`;
    expect(await run("node", compiler, "-p", ".")).toEqual({ code: 0, stdout: "", stderr: "" });
    const { stdout, stderr } = await run("node", "example.js");
    expect(stderr).toBe("");
    const model = await loadModel(MODEL);
    const { mean, lower, upper } = (await predict(model, wave, times, ensemble)).density[2];
    await model.close();
    same(JSON.parse(stdout), [lower[0], mean[0], upper[0]]);
    // The types are not so wide that anything would pass.
    await writeFile(join(project, "wrong.ts"), (await example("ts")).replace("seed: 1", "sed: 1"));
    const wrong = await run("node", compiler, "-p", ".", "--noEmit");
    expect([wrong.code, wrong.stdout]).toEqual([2, expect.stringMatching(/^wrong\.ts.*'sed'/)]);
  }, 180_000);

  it("gives our law from JavaScript", async () => {
    await writeFile(join(project, "law.mjs"), await example("js"));
    const { stdout, stderr } = await run("node", "law.mjs");
    expect(stderr).toBe("");
    const model = await loadModel(MODEL);
    const { mobility, diffusivity } = await learnedLaw(model, [0.3, 0.5], ensemble);
    await model.close();
    same(JSON.parse(stdout), [...mobility.mean, ...diffusivity.upper]);
  }, 180_000);

  it("has the command, by npx", async () => {
    const flags = ["--profile", "0.5+0.3*cos(2*pi*x)", "--times", "0,0.01,0.05"];
    const npx = ["--offline", "spiediff-predictor"];
    const args = [...npx, "predict", "model", ...flags, "--members", "200", "--json"];
    const { code, stdout, stderr } = await run("npx", ...args);
    // A busy machine sees how far it is.
    expect([code, stderr.replace(/^predicting: .*\n/gm, "")]).toEqual([0, ""]);
    const model = await loadModel(MODEL);
    const ours = await predict(model, wave, times, ensemble);
    await model.close();
    const theirs = JSON.parse(stdout);
    expect(theirs).toMatchObject({ format: "spiediff-prediction", memberCount: 200, warnings: [] });
    theirs.density.forEach((band: CurveBand, k: number) => {
      const { mean, upper, wholeCurve } = ours.density[k];
      same([...band.mean, ...band.upper], [...mean, ...upper]);
      same(band.wholeCurve.lower, wholeCurve.lower);
    });
    // With a figure, which brings other modules of the bundle.
    const written = await run("npx", ...npx, "predict", "model", ...flags, "--out", "result");
    expect(written.code, written.stderr).toBe(0);
    expect((await readdir(join(project, "result"))).length).toBe(3);
    const bad = await run("npx", ...npx, "predict", "nowhere", ...flags);
    expect([bad.code, bad.stdout]).toEqual([2, ""]);
    expect(bad.stderr).toMatch(/^predictor: .*nowhere/);
  }, 180_000);
});
