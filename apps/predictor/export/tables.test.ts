import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runPredictor } from "../cli/run.ts";
import { learnedLaw } from "../learned_law.ts";
import { loadModel } from "../load_model.ts";
import { predict } from "../predict.ts";
import { positiveSlopes, risingSlopes } from "./tables.ts";

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

let root = "", exported = "", page = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-tables-"));
  exported = join(root, "exported");
  page = await readFile(PAGE, "utf8");
  const none = { write: () => {} };
  for (const format of ["json", "csv", "onnx"]) {
    const args = ["export", MODEL, "--format", format, "--members", `${MEMBERS}`];
    const code = await runPredictor([...args, "--out", exported], {
      stdout: none,
      stderr: none,
      env: {},
    });
    expect(code).toBe(0);
  }
}, 30_000);
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
  }, 30_000);

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
  }, 30_000);
});

describe.skipIf(!withScipy)("tables in a PDE solver (needs Python's scipy)", () => {
  it("give member 0 as the predictor does, to 1e-4", async () => {
    const code = example("python", "solve_ivp");
    // Averages over the hat functions of the model's 25 nodes, as the predictor's.
    const hats = "modes = np.fft.rfft(run.y[:, -1]) / cells\nk = np.arange(len(modes))\n" +
      "modes = modes * np.sinc(k / 25) ** 2 * np.where(k == 0, 1, 2)\n" +
      "result = (modes @ np.exp(2j * np.pi * np.outer(k, np.arange(25) / 25))).real";
    const { status, stderr, result } = python(withScipy!, `${code}\n${hats}`);
    expect([status, stderr]).toEqual([0, ""]);
    const model = await loadModel(MODEL, { threads: 1 });
    const { density } = await predict(model, start, [0, 0.05], { seed: 1, members: 1 });
    await model.close();
    close(result(), density[1].mean, 1e-4);
  }, 30_000);
});

describe("tables", () => {
  it("are used from JavaScript as the page says", async () => {
    const lines: string[] = [];
    const code = example("js ignore", "InferenceSession").replaceAll("exported/", `${exported}/`);
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
    await new AsyncFunction("ort", "console", code)(ort, {
      log: (line: string) => lines.push(line),
    });
    expect(lines).toEqual([/console\.log.*\/\/ (.*)/.exec(code)![1]]);
  });

  it("interpolate to what is positive and rises, however wild the values", () => {
    const n = 12, h = 0.05;
    const hermite = (v: Float64Array, s: Float64Array, i: number, t: number) => {
      const [a, b, rise] = [h * s[i], h * s[i + 1], v[i + 1] - v[i]];
      return v[i] + t * (a + t * (3 * rise - 2 * a - b + t * (a + b - 2 * rise)));
    };
    const wild = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: n,
      maxLength: n,
    });
    const slopes = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), {
      minLength: n,
      maxLength: n,
    });
    fc.assert(fc.property(wild, slopes, (values, given) => {
      const v = Float64Array.from(values), s = Float64Array.from(given);
      const positive = positiveSlopes(v, s, h);
      const sums = v.map((_, i) => v.subarray(0, i + 1).reduce((a, b) => a + b + 0.01, 0));
      const rising = risingSlopes(sums, s, n, h);
      for (let i = 0; i + 1 < n; i++) {
        let before = -Infinity;
        for (let t = 0; t <= 1; t += 1 / 16) {
          expect(hermite(v, positive, i, t)).toBeGreaterThan(-1e-12);
          const next = hermite(sums, rising, i, t);
          expect(next).toBeGreaterThan(before - 1e-9);
          before = next;
        }
      }
    }));
  });
});
