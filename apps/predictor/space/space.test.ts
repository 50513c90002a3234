import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bandOver } from "@spiediff/law";
import { readNpy } from "@spiediff/npy";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeFixture } from "../_fixture_model.ts";
import { parseExpression, parseField } from "../cli/expression.ts";
import { runPredictor } from "../cli/run.ts";
import { loadModel } from "../load_model.ts";
import { predict } from "../predict.ts";
import type { Model } from "../types.ts";
import { predictSpace } from "./predict_space.ts";
import { spaceWarnings } from "./warnings.ts";

let root = "";
const models: Record<number, Model> = {};
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-space-"));
  for (const dimension of [1, 2, 3]) {
    const folder = join(root, `model-${dimension}`);
    await writeFixture(folder, {
      change: (content) => {
        content.system.dimension = dimension;
        content.system.elements = dimension === 3 ? 5 : 8;
      },
    });
    models[dimension] = await loadModel(folder, { threads: 1 });
  }
});
afterAll(async () => {
  for (const model of Object.values(models)) await model.close();
  await rm(root, { recursive: true, force: true });
});

const TAU = 2 * Math.PI;
const options = { seed: 3, members: 6, tolerance: 1e-7 };
const times = [0, 0.005, 0.02];
const largest = (a: Float64Array, b: ArrayLike<number>) =>
  a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);

describe("fields", () => {
  it.each([2, 3])(
    "in %iD that change along one axis are the profile of one dimension",
    async (d) => {
      const wave = (x: number) => 0.5 + 0.3 * Math.cos(TAU * x);
      const elements = d === 2 ? 8 : 5;
      const line = await predict(models[1], wave, times, {
        ...options,
        elements,
        keepMembers: true,
      });
      for (const axis of d === 2 ? [0, 1] : [2]) {
        const plane = await predictSpace(models[d], (at) => wave(at[axis]), times, options);
        plane.density.forEach(({ mean, lower, upper }, t) => {
          // Of the members alone, without what a ring's band adds for its mesh.
          const own = bandOver(line.members![t], elements, 0.95);
          const along = (i: number) => Math.floor(i / elements ** axis) % elements;
          const expected = (values: Float64Array) => mean.map((_, i) => values[along(i)]);
          expect(largest(mean, expected(own.mean))).toBeLessThan(3e-5);
          expect(largest(lower, expected(own.lower))).toBeLessThan(3e-5);
          expect(largest(upper, expected(own.upper))).toBeLessThan(3e-5);
        });
      }
    },
  );

  it("know no axis: exchanged coordinates give the transposed field", async () => {
    const field = ([x, y]: readonly number[]) =>
      0.5 + 0.2 * Math.sin(TAU * x) * Math.cos(TAU * y) + 0.1 * Math.cos(TAU * (x + 2 * y));
    const one = await predictSpace(models[2], field, times, options);
    const other = await predictSpace(models[2], ([x, y]) => field([y, x]), times, options);
    const transposed = one.density[2].mean.map((_, i, all) => all[8 * (i % 8) + Math.floor(i / 8)]);
    expect(largest(other.density[2].mean, transposed)).toBeLessThan(1e-9);
    expect(largest(one.density[2].mean, one.density[0].mean)).toBeGreaterThan(0.05);
  });

  it("keep mass, energy and domain, whatever the waves of members", async () => {
    const rough = new Float64Array(64).map((_, i) => 0.5 + 0.3 * Math.sin(7 * i * i));
    const coarse = { ...options, members: 3, tolerance: 1e-5 };
    const whole = await predictSpace(models[2], rough, times, { ...coarse, wave: 3 });
    const parts = await predictSpace(models[2], rough, times, { ...coarse, wave: 2 });
    for (const { invariants, density, initial } of [whole, parts]) {
      expect(invariants.maxMassDrift).toBeLessThan(1e-12);
      expect(invariants.maxFreeEnergyRise).toBeLessThan(1e-12);
      expect(invariants.operatorsNotPSD).toBe(0);
      expect(invariants.minDensity).toBeGreaterThan(0);
      expect(largest(density[0].mean, initial)).toBeLessThan(1e-14);
    }
    whole.density.forEach((band, t) => {
      expect(largest(band.mean, parts.density[t].mean)).toBeLessThan(1e-4);
      expect(largest(band.upper, parts.density[t].upper)).toBeLessThan(1e-4);
    });
    expect(spaceWarnings(whole)).toEqual([]);
    const beyond = { ...whole, coverage: { ...whole.coverage, outside: true } };
    expect(spaceWarnings(beyond)[0]).toContain("trained on");
  });

  it("are the same with tables or without, which is told", async () => {
    const few = { ...options, members: 2, tolerance: 1e-5 };
    const field = ([x, y]: readonly number[]) => 0.5 + 0.2 * Math.sin(TAU * x) * Math.cos(TAU * y);
    const read = await predictSpace(models[2], field, [0.005], { ...few, tabulate: "always" });
    const inferred = await predictSpace(models[2], field, [0.005], { ...few, tabulate: "never" });
    expect([read.tablesUsed, inferred.tablesUsed]).toEqual([true, false]);
    const off = largest(read.density[0].mean, inferred.density[0].mean);
    expect(off).toBeLessThan(1e-3);
    // Negative control: they are two ways to the law, and not one.
    expect(off).toBeGreaterThan(0);
    const none = { ...few, tableTolerance: 1e-12 };
    expect((await predictSpace(models[2], field, [1e-5], none)).tablesUsed).toBe(false);
    await expect(predictSpace(models[2], field, [1e-5], { ...few, tableTolerance: 0 })).rejects
      .toThrow("tableTolerance must lie between");
  });

  it("are refused by name", async () => {
    const flat = () => 0.5;
    const refused = (model: Model, field: () => number, change: object) =>
      expect(predictSpace(model, field, times, { ...options, ...change })).rejects;
    await refused(models[1], flat, {}).toThrow("1 dimension; fields are predicted in 2 or 3");
    await refused(models[2], flat, { elements: 513 }).toThrow("from 3 to 512");
    await refused(models[3], flat, { elements: 65 }).toThrow("from 3 to 64");
    await refused(models[2], flat, { wave: 0 }).toThrow("wave must be");
    await refused(models[2], () => 1.5, {}).toThrow("strictly between");
    await expect(predictSpace(models[2], new Float64Array(9), times, options)).rejects
      .toThrow("9 values; 8^2 = 64 are needed");
    await expect(predict(models[2], flat, times, options)).rejects.toThrow("2 dimensions");
  });
});

describe("expressions of position", () => {
  it("have as many coordinates as there are dimensions", () => {
    expect(parseField("x + 10*y + 100*z", 3)([1, 2, 3])).toBe(321);
    expect(parseField("max(x, y)", 2)([0.25, 0.5])).toBe(0.5);
    expect(() => parseField("z", 2)).toThrow("known are x, y, pi");
    expect(() => parseExpression("y")).toThrow("known are x, pi");
    expect(() => parseField("0.5 +", 2)).toThrow("expression of x, y");
  });
});

describe("the command", () => {
  const run = async (...args: string[]) => {
    let stdout = "", stderr = "";
    const code = await runPredictor(args, {
      stdout: { write: (text: string) => void (stdout += text) },
      stderr: { write: (text: string) => void (stderr += text) },
      env: {},
    });
    return { code, stdout, stderr };
  };
  const quick = ["--members", "4", "--threads", "1", "--times", "0,0.01"];

  it("predicts an expression, writes arrays and a page, and takes its own array as a field", async () => {
    const model = join(root, "model-2"), out = join(root, "result");
    const text = "0.5 + 0.2*sin(2*pi*x)*cos(2*pi*y)";
    const first = await run("predict", model, "--profile", text, "--out", out, ...quick);
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toContain("8^2 nodes, 4 members");
    const { shape, values } = readNpy(join(out, "prediction.npy"));
    expect(shape).toEqual([2, 3, 8, 8]);
    // At the start mean and band are the field: y is the axis before x.
    const csv = (await readFile(join(out, "prediction.csv"), "utf8")).trim().split("\n");
    expect(csv[1]).toBe("t,x,y,mean,lower,upper");
    expect(csv).toHaveLength(2 + 2 * 64);
    const [, x, y, mean] = csv[2 + 8 + 3].split(",").map(Number);
    expect([x, y]).toEqual([3 / 8, 1 / 8]);
    expect(mean).toBe(values[8 + 3]);
    const json = JSON.parse(await readFile(join(out, "prediction.json"), "utf8"));
    expect(json).toMatchObject({ dimension: 2, elements: 8, members: 4 });
    const page = await readFile(join(out, "report.html"), "utf8");
    expect(page).toContain("Density over time");
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);

    const { npyBytes } = await import("@spiediff/npy");
    const start = join(root, "start.npy");
    Deno.writeFileSync(start, npyBytes([8, 8], [values.slice(0, 64)]));
    const again = await run("predict", model, "--profile", start, "--json", ...quick);
    const taken = JSON.parse(again.stdout);
    expect(taken.elements).toBe(8);
    expect(taken.mass).toBeCloseTo(0.5, 14);
    const other = await run("predict", model, "--profile", start, "--elements", "9", ...quick);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain("has 8 nodes to each axis");
  });

  it.each([
    ["model-2", ["--profile", "0.5+z"], "unknown name z"],
    ["model-1", ["--profile", "0.5+y"], "unknown name y"],
    ["model-2", ["--profile", "nowhere.npy"], "nowhere.npy"],
    ["model-2", ["--profile", "0.5", "--fixedStep", "0.1"], "one dimension"],
    ["model-2", ["--profile", "2"], "strictly between"],
  ])("%s %j is the user's mistake", async (model, args, message) => {
    const { code, stderr } = await run("predict", join(root, model), ...args, ...quick);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
