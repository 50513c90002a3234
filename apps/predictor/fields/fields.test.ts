import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCsv } from "@spiediff/report";
import { runPredictor } from "../cli/run.ts";
import { fieldsFixture, type Fixture, writeFieldsFixture } from "./_fields_fixture.ts";
import { loadFieldsModel } from "./load_fields_model.ts";
import { predictFields } from "./predict_fields.ts";
import { readStart, startOnNodes } from "./read_start.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-fields-"));
  await writeFieldsFixture(join(root, "fluid"), fieldsFixture("generic"));
  await writeFieldsFixture(join(root, "mixture"), fieldsFixture("gradient-flow"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function run(...args: string[]) {
  let stdout = "", stderr = "";
  const code = await runPredictor(args, {
    stdout: { write: (text: string) => (stdout += text, true) },
    stderr: { write: (text: string) => (stderr += text, true) },
  } as never);
  return { code, stdout, stderr };
}
const FLUID = "stretch=0.4+0.1*cos(2*pi*x); momentum=0.1*sin(2*pi*x); energy=1.1";

describe("predictions of a fluid", () => {
  it("keep energy, stretch and momentum, never let S fall, and have bands that hold their members", async () => {
    const model = await loadFieldsModel(join(root, "fluid"));
    const start = startOnNodes(model, readStart(FLUID, model.manifest), 16);
    const prediction = predictFields(model, start, [0, 0.05, 0.1]);
    for (const checks of [prediction.checks, prediction.exactChecks!]) {
      checks.conserved.forEach((change) => expect(change).toBeLessThan(1e-12));
      expect(checks.entropyFall).toBeLessThan(1e-12);
      expect(checks.halved).toBe(0);
    }
    expect(prediction.quantities.map(({ symbol }) => symbol).join("")).toBe("rpeT\u03c4");
    expect(prediction.entropy[2]).toBeGreaterThan(prediction.entropy[0]);
    const [stretch, , , temperature] = prediction.quantities;
    // At the start only what follows from the law is uncertain.
    expect(Math.max(...stretch.bands[0].upper.map((v, i) => v - stretch.bands[0].lower[i])))
      .toBeLessThan(1e-12);
    const width = (band: typeof stretch.bands[0]) => band.upper[0] - band.lower[0];
    expect(width(temperature.bands[0])).toBeGreaterThan(1e-4);
    expect(width(stretch.bands[2])).toBeGreaterThan(1e-6);
    stretch.bands.forEach(({ mean, lower, upper }) =>
      mean.forEach((v, i) => {
        expect(v).toBeGreaterThanOrEqual(lower[i]);
        expect(v).toBeLessThanOrEqual(upper[i]);
      })
    );
    expect(() => predictFields(model, start, [0.1], { members: 9 })).toThrow(
      "members must be a whole number from 2 to the model's 4, not 9.",
    );
    expect(() => predictFields(model, start.subarray(0, 45), [0.1])).toThrow(
      /nodes must be an even/,
    );
  });

  it("start at the temperature that is asked for", async () => {
    const model = await loadFieldsModel(join(root, "fluid"));
    const jet = new Float64Array(6);
    model.likely.potential(0.4, 1.1, jet);
    const text = `stretch=0.4; momentum=0.2; temperature=${1 / jet[2]}`;
    const start = startOnNodes(model, readStart(text, model.manifest), 16);
    expect(start[32]).toBeCloseTo(1.1 + 0.02, 10);
    const hot = readStart("stretch=0.4; momentum=0; temperature=1e6", model.manifest);
    expect(() => startOnNodes(model, hot, 16)).toThrow(
      /1000000 at x = 0 lies beyond what the model/,
    );
  });

  it.each([
    ["stretch=1", /does not give momentum/],
    ["stretch=1; momentum=0", /does not give energy or temperature/],
    ["stretch=1; stretch=2", /gives stretch twice/],
    ["stretch=1; momentum=0; energy=1; temperature=1", /gives both temperature and energy/],
    ["0.5+0.3*cos(2*pi*x)", /each field as NAME=EXPRESSION .* it has "0.5/],
    ["stretch=1; momentum=0; energy=log(0-1)", /The energy of --profile is NaN at x = 0/],
  ])("refuse %s", async (profile, message) => {
    const { code, stderr } = await run("predict", join(root, "fluid"), "--profile", profile);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

it("predictions of a mixture stay in the simplex, with both sums", async () => {
  const model = await loadFieldsModel(join(root, "mixture"));
  const text = "first=0.3+0.1*cos(2*pi*x); second=0.3+0.1*sin(2*pi*x)";
  const start = startOnNodes(model, readStart(text, model.manifest), 16);
  const { quantities, checks, exactChecks } = predictFields(model, start, [0, 0.01]);
  expect(exactChecks).toBeNull();
  checks.conserved.forEach((change) => expect(change).toBeLessThan(1e-12));
  expect(checks.entropyFall).toBeLessThan(1e-12);
  const [first, second] = quantities.map(({ likely }) => likely[1]);
  first.forEach((v, i) => expect(v + second[i]).toBeLessThan(1));
  expect(Math.max(...first)).toBeLessThan(0.4);
});

it("predict writes its files, and explain says what the model is", async () => {
  const out = join(root, "out"), args = ["--times", "0,0.02", "--elements", "16"];
  const { code, stdout, stderr } = await run(
    ...["predict", join(root, "fluid"), "--profile", FLUID, ...args, "--out", out],
  );
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/4 members, 16 nodes/);
  const { columns } = readCsv(await readFile(join(out, "prediction.csv"), "utf8"));
  expect(columns.t.length).toBe(2 * 5 * 16);
  const html = await readFile(join(out, "report.html"), "utf8");
  // Five profiles and five maps, and nothing from elsewhere.
  expect(html.split("<figure").length - 1).toBe(10);
  expect(/(src|href)="https?:/.test(html)).toBe(false);
  const json = await run("predict", join(root, "fluid"), "--profile", FLUID, ...args, "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    format: "spiediff-fields-prediction",
    members: 4,
  });
  expect((await run("explain", join(root, "mixture"))).stdout).toMatch(/field +second r2/);
  const law = await run("law", join(root, "fluid"));
  expect([law.code, law.stderr]).toEqual([2, expect.stringMatching(/or one of another kind/)]);
});

describe("a model that cannot be used is refused", () => {
  const refused = async (name: string, change: (fixture: Fixture) => void) => {
    const fixture = fieldsFixture("generic"), folder = join(root, name);
    change(fixture);
    await writeFieldsFixture(folder, fixture);
    return await loadFieldsModel(folder);
  };
  it.each<[string, (fixture: Fixture) => void, RegExp]>([
    ["blocks", ({ content }) => content.mobility.blocks = [1, 2], /mobility.blocks = 1,2; the law/],
    ["convex", ({ content }) => content.potential.unit = 0.3, /must be concave and rise/],
    ["fields", ({ content }) => content.fields.pop(), /has not 2 fields/],
    ["cover", ({ content }) => content.coverage[0] = [1, 0], /coverage.0 runs from 1 to 0/],
    ["sites", ({ content }) => content.system.elements = 7, /does not divide system.sites = 100/],
    ["file", ({ content }) => content.mobility.file = "m.onnx", /m.onnx is used but not listed/],
    ["size", ({ content }) => content.mobility.hidden = 4, /holds no members of/],
    ["count", ({ content }) => content.members = 3, /holds 4 members; the manifest promises 3/],
    [
      "scale",
      ({ content }) => content.potential.scaling.width = [0.3, 0.25],
      /does not compute what/,
    ],
  ])("%s", async (name, change, message) => {
    await expect(refused(name, change)).rejects.toThrow(message);
  });

  it("by a byte that was changed", async () => {
    const folder = join(root, "tampered");
    await writeFieldsFixture(folder, fieldsFixture("generic"));
    const path = join(folder, "entropy.onnx"), bytes = await readFile(path);
    bytes[bytes.length >> 1] ^= 1;
    await writeFile(path, bytes);
    await expect(loadFieldsModel(folder)).rejects.toMatchObject({ fault: "tampered" });
  });
});
