import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { differences } from "./compare/comparison.ts";
import { experimentFile, spiediff } from "./testing.ts";

let root = "", a = "", b = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-compare-"));
  [a, b] = [join(root, "a"), join(root, "b")];
  const demo = async (out: string, ...args: string[]) => {
    const experiment = await experimentFile(root, "tiny");
    await spiediff("demo", "--experiment", experiment, "--out", out, "--json", ...args);
  };
  await demo(a);
  await demo(b, "--seed", "6");
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe("compare", () => {
  it("shows figures, times and the seeds in which two runs differ", async () => {
    const { code, stdout } = await spiediff("compare", a, b);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^seed +5 +6$/m);
    expect(stdout).toMatch(/^relative L2 error of K1, reference +0\.\d+ +0\.\d+$/m);
    expect(stdout).toMatch(/^Predict with bands +[\d.]+ m?s +[\d.]+ m?s$/m);
  });
  it("as JSON and as a page with its figures, which needs no network", async () => {
    const page = join(root, "comparison.html");
    const { stdout } = await spiediff("compare", a, b, "--json", "--page", page);
    const { configuration, metrics } = JSON.parse(stdout);
    expect(configuration).toEqual([{ name: "seed", a: 5, b: 6 }]);
    expect(metrics[0].a).not.toBe(metrics[0].b);
    const html = await readFile(page, "utf8");
    expect(html.split("<figure").length - 1).toBe(3);
    expect(html).not.toMatch(/<script|(src|href)="https?:/);
  });
});

describe("differences", () => {
  it("are none between equal values, and name the path of a changed one", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      expect(differences(value, structuredClone(value))).toEqual([]);
    }));
    expect(differences({ a: { h: [1, 2] }, p: [{ k: 1 }] }, { a: { h: [1] }, p: [{ k: 2 }] }))
      .toEqual([{ name: "a.h", a: [1, 2], b: [1] }, { name: "p.0.k", a: 1, b: 2 }]);
  });
});
