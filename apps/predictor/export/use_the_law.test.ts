import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runPredictor } from "../cli/run.ts";
import { learnedLaw } from "../learned_law.ts";
import { loadModel } from "../load_model.ts";
import { predict } from "../predict.ts";
import { tableFiles } from "./table_files.ts";

const MODEL = join(import.meta.dirname!, "../../../test-data/lrm-quick-model");
const PAGE = join(import.meta.dirname!, "../../../docs/use-the-law.md");
const MEMBERS = 60;
const has = (module: string) => (program: string) => {
  try {
    execFileSync(program, ["-c", `import ${module}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};
const pythons = ["python3", "/usr/bin/python3"];
const withNumpy = pythons.find(has("numpy"));
const withScipy = pythons.find(has("scipy, numpy"));
const withH5py = pythons.find(has("h5py, scipy"));

let root = "", exported = "", page = "";

/** One member has no band, and a busy machine sees how far it is. */
const EXPECTED = /^(warning: 1 members are too few|predicting: ).*\n/gm;

/** What the command prints in `root`, where the page's folders lie. */
async function run(line: string): Promise<string> {
  const words = [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
  const out = words.indexOf("--out");
  if (out >= 0) words[out + 1] = join(root, words[out + 1]);
  if (words[0] === "export") words.push("--members", `${MEMBERS}`);
  let stdout = "", stderr = "";
  const code = await runPredictor(words.map((word) => word === "MODEL" ? MODEL : word), {
    stdout: { write: (text: string) => void (stdout += text) },
    stderr: { write: (text: string) => void (stderr += text) },
    env: {},
  });
  expect([line, code, stderr.replace(EXPECTED, "")])
    .toEqual([line, 0, ""]);
  return stdout;
}

const printed: Record<string, string> = {};
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-page-"));
  exported = join(root, "exported");
  page = await readFile(PAGE, "utf8");
  const shell = [...page.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, code]) => code).join("");
  for (const line of shell.trim().split("\n")) {
    const command = line.replace(/ +#.*/, "").replace(/^spiediff /, "");
    printed[command] = await run(command);
  }
}, 180_000);
afterAll(() => rm(root, { recursive: true, force: true }));

/** The page's example of a language that holds a text. */
const example = (language: string, text: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, "g"))].map(([, code]) => code)
    .find((code) => code.includes(text))!;

/** Runs code beside the exported folder; what it leaves in `result` comes back as JSON. */
function python(program: string, code: string) {
  const script = `import json, numpy\n${code}\n` +
    "print('RESULT', json.dumps(result, default=lambda a: numpy.asarray(a).tolist()))";
  const { stdout, stderr, status } = spawnSync(program, ["-c", script], {
    encoding: "utf8",
    cwd: root,
    env: { ...Deno.env.toObject(), PYTHONPATH: exported },
  });
  return { status, stderr, result: () => JSON.parse(stdout.split("RESULT ")[1]) };
}

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) => {
  expect(actual.length).toBe(expected.length);
  Array.from(expected, (value, i) => expect(Math.abs(actual[i] - value)).toBeLessThan(tolerance));
};
const start = (x: number) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x);

describe.skipIf(!withNumpy)("spiediff_law.py (needs Python's numpy)", () => {
  it("evaluates and integrates the law as the predictor does, with the same bands", async () => {
    const code = example("python", "spiediff_law.load");
    const { status, stderr, result } = python(
      withNumpy!,
      `${code}\nrho = [0.15, 0.3, 0.45, 0.777]\n` +
        "result = {k: getattr(law, k)(rho)._asdict() for k in " +
        "('mobility', 'driving_force', 'curvature', 'diffusivity')}\nresult['run'] = run._asdict()",
    );
    expect([status, stderr]).toEqual([0, ""]);
    const theirs = result();
    const model = await loadModel(MODEL, { threads: 1 });
    const ensemble = { seed: 1, members: MEMBERS };
    const law = await learnedLaw(model, [0.15, 0.3, 0.45, 0.777], ensemble);
    const prediction = await predict(model, start, [0, 0.01, 0.05], ensemble);
    await model.close();
    for (
      const [name, ours, tolerance] of [
        ["mobility", law.mobility, 1e-5],
        ["driving_force", law.drivingForce, 1e-5],
        ["curvature", law.curvature, 5e-3],
        ["diffusivity", law.diffusivity, 1e-3],
      ] as const
    ) {
      close(theirs[name].mean, ours.mean, tolerance);
      close(theirs[name].lower, ours.lower, tolerance);
      close(theirs[name].curve_upper, ours.wholeCurve.upper, tolerance);
    }
    prediction.density.forEach((band, k) => {
      close(theirs.run.mean[k], band.mean, 1e-5);
      close(theirs.run.lower[k], band.lower, 1e-5);
      close(theirs.run.upper[k], band.upper, 1e-5);
      close(theirs.run.curve_lower[k], band.wholeCurve.lower, 2e-5);
    });
  }, 120_000);

  it("puts a gradient energy back as the predictor does", async () => {
    const loaded = await loadModel(MODEL, { threads: 1 });
    const gradientEnergy = { kappa: 2e-3, mobilityExponent: 1e-3 };
    const bent = { ...loaded, manifest: { ...loaded.manifest, gradientEnergy } };
    const folder = join(root, "bent");
    await mkdir(folder);
    const files = await tableFiles(bent, "json", undefined, { members: MEMBERS, seed: 1 });
    await writeFile(join(folder, "law-tables.json"), files["law-tables.json"]);
    const { status, stderr, result } = python(
      withNumpy!,
      "import spiediff_law\nlaw = spiediff_law.load('bent')\n" +
        "run = law.integrate(lambda x: 0.5 + 0.3 * numpy.cos(2 * numpy.pi * x), [0, 0.02])\n" +
        "result = run._asdict()",
    );
    expect([status, stderr]).toEqual([0, ""]);
    const ensemble = { seed: 1, members: MEMBERS };
    const [, ours] = (await predict(bent, start, [0, 0.02], ensemble)).density;
    const [, local] = (await predict(loaded, start, [0, 0.02], ensemble)).density;
    await loaded.close();
    close(result().mean[1], ours.mean, 5e-5);
    close(result().upper[1], ours.upper, 5e-5);
    // The check would see its absence.
    const largest = Math.max(...ours.mean.map((rho, i) => Math.abs(rho - local.mean[i])));
    expect(largest).toBeGreaterThan(1e-3);
  }, 120_000);

  it("refuses what its tables do not cover, and other files", () => {
    const wide = python(
      withNumpy!,
      "import spiediff_law\nspiediff_law.load('exported').mobility(0.97)",
    );
    expect(wide.status).toBe(1);
    expect(wide.stderr).toMatch(/ValueError: densities from 0\.97 .* cover 0\.10.* --densities/);
    const other = python(
      withNumpy!,
      "import spiediff_law\nspiediff_law.load('exported/law-onnx.json')",
    );
    expect(other.stderr).toMatch(/ValueError: these are no tables/);
  }, 120_000);
});

describe.skipIf(!withH5py)("tables as HDF5 (needs Python's h5py)", () => {
  it("give the law with its bands", async () => {
    const code = example("python", "h5py");
    const { status, stderr, result } = python(
      withH5py!,
      `${code}\nresult = [diffusivity.mean(axis=0), *np.quantile(diffusivity, [0.025, 0.975], axis=0)]`,
    );
    expect([status, stderr]).toEqual([0, ""]);
    const model = await loadModel(MODEL, { threads: 1 });
    const { diffusivity } = await learnedLaw(model, [0.3, 0.5], { seed: 1, members: MEMBERS });
    await model.close();
    const [mean, lower, upper] = result();
    close(mean, diffusivity.mean, 1e-3);
    close(lower, diffusivity.lower, 1e-3);
    close(upper, diffusivity.upper, 1e-3);
  }, 120_000);
});

describe.skipIf(!withScipy)("tables in a PDE solver (needs Python's scipy)", () => {
  it("give member 0 as the predictor does, to 1e-4", async () => {
    const code = example("python", "solve_ivp") + example("python", "prediction.csv");
    const { status, stderr, result } = python(
      withScipy!,
      `${code}\nresult = [density, np.abs(density - predicted).max()]`,
    );
    expect([status, stderr]).toEqual([0, ""]);
    const model = await loadModel(MODEL, { threads: 1 });
    const { density } = await predict(model, start, [0, 0.05], { seed: 1, members: 1 });
    await model.close();
    const [theirs, difference] = result();
    close(theirs, density[1].mean, 1e-4);
    // The page's comparison reads the same from the predictor's own file.
    expect(difference).toBeCloseTo(
      Math.max(...density[1].mean.map((value, i) => Math.abs(theirs[i] - value))),
      9,
    );
  }, 120_000);
});

describe("docs/use-the-law.md", () => {
  it("shows commands that print what it says", () => {
    expect(printed["law MODEL"]).toMatch(/^ *rho +m +D +f'' +f' +f +K1\n/);
    expect(printed["law MODEL --formula"]).toMatch(/^f'\(rho\)/m);
    expect(Object.keys(printed).length).toBeGreaterThan(6);
  });

  it("uses the graph from JavaScript", async () => {
    const lines: string[] = [];
    const code = example("js ignore", "InferenceSession").replaceAll("exported/", `${exported}/`);
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
    await new AsyncFunction("ort", "console", code)(ort, {
      log: (line: string) => lines.push(line),
    });
    expect(lines).toEqual([/console\.log.*\/\/ (.*)/.exec(code)![1]]);
  });

  it("has five ways, and no language that no test runs", () => {
    expect(page.match(/^## \d\. /gm)).toHaveLength(5);
    const languages = new Set([...page.matchAll(/^```(.+)$/gm)].map(([, language]) => language));
    expect([...languages].sort()).toEqual(["js ignore", "python", "sh", "ts"]);
  });
});
