import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { learnedLaw, loadModel } from "@spiediff/predictor";
import { readModel } from "@spiediff/model-artifact";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spiediff } from "./testing.ts";

const DATA = fileURLToPath(new URL("../../test-data/", import.meta.url));
const OLD = join(DATA, "lrm-quick-model-v2");
const MODEL = join(DATA, "lrm-quick-model");

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-convert-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const read = (folder: string, name: string) => readFile(join(folder, name));

describe("convert", () => {
  it("keeps every member: K1 and f' are those of the program that read version 2", async () => {
    const to = join(root, "model");
    const { code, stdout, stderr } = await spiediff("convert", OLD, to);
    expect([code, stdout, stderr]).toEqual([
      0,
      `${OLD} is converted to version 3: ${to}\n`,
      "",
    ]);
    const before = JSON.parse(
      await readFile(join(DATA, "lrm-quick-model-v2-members.json"), "utf8"),
    );
    const model = await loadModel(to, { threads: 1 });
    try {
      const { seed, members, density } = before;
      const law = await learnedLaw(model, density, { seed, members, keepMembers: true });
      // Networks compute in single precision; f' is not touched, but another kernel may round it.
      for (const key of ["K1", "drivingForce"] as const) {
        const now = law.members![key];
        expect(now.length).toBe(before[key].length);
        now.forEach((v, i) =>
          expect(Math.abs(v - before[key][i])).toBeLessThan(3e-6 * Math.max(1, Math.abs(v)))
        );
      }
    } finally {
      await model.close();
    }
  });

  it("copies the networks, names the model that it came from, and makes the model that ships", async () => {
    const { manifest } = await readModel(MODEL);
    const old = JSON.parse((await read(OLD, "manifest.json")).toString());
    expect(manifest.madeFrom).toEqual({ "model of version 2": old.integrity });
    expect(manifest.files["mobility-denoiser.onnx"]).toEqual(old.files["k1-denoiser.onnx"]);
    const again = join(root, "again");
    await spiediff("convert", OLD, again);
    for (const name of await readdir(MODEL)) {
      expect(await read(again, name), name).toEqual(await read(MODEL, name));
    }
    expect((await readdir(again)).sort()).toEqual((await readdir(MODEL)).sort());
  });

  it("--json prints the new manifest; --overwrite replaces a model in place, nothing else does", async () => {
    const own = join(root, "own");
    await cp(OLD, own, { recursive: true });
    const refused = await spiediff("convert", own, own);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      `spiediff: ${own} exists. Choose another folder, or add --overwrite, which replaces a model ` +
      "there.\n",
    ]);
    expect(await read(own, "manifest.json")).toEqual(await read(OLD, "manifest.json"));
    const { code, stdout } = await spiediff("convert", own, own, "--overwrite", "--json");
    expect(code).toBe(0);
    expect((await readModel(own)).manifest).toEqual(JSON.parse(stdout));

    const notes = await mkdtemp(join(root, "notes-"));
    await writeFile(join(notes, "thesis.txt"), "years of work");
    const kept = await spiediff("convert", OLD, notes, "--overwrite");
    expect([kept.code, kept.stderr]).toEqual([2, expect.stringMatching(/not a model folder/)]);
    expect(await readdir(notes)).toEqual(["thesis.txt"]);
  });

  it("takes up what was killed: a model that it had moved aside comes back, halves go", async () => {
    const own = join(root, "killed");
    await cp(OLD, join(root, ".killed.old-5000000-0123abcd"), { recursive: true });
    await cp(MODEL, join(root, ".killed.partial-5000000-0123abcd"), { recursive: true });
    expect((await spiediff("convert", own, own, "--overwrite")).code).toBe(0);
    expect((await readModel(own)).manifest.version).toBe(3);
    expect((await readdir(root)).filter((name) => name.includes("killed"))).toEqual(["killed"]);
  });

  it("refuses models of other versions and damaged ones, and then writes nothing", async () => {
    const to = join(root, "nothing");
    const refusal = async (from: string) => {
      const { code, stderr } = await spiediff("convert", from, to);
      expect(code).toBe(2);
      expect(await readdir(root)).not.toContain("nothing");
      return stderr;
    };
    expect(await refusal(MODEL)).toMatch(
      /version 3; only version 2 is converted, and this one can/,
    );
    expect(await refusal(join(root, "nowhere"))).toMatch(/There is no model folder/);
    const damaged = join(root, "damaged");
    await cp(OLD, damaged, { recursive: true });
    const manifest = (await read(OLD, "manifest.json")).toString();
    await writeFile(
      join(damaged, "manifest.json"),
      manifest.replace('"version": 2', '"version": 1'),
    );
    expect(await refusal(damaged)).toMatch(/version 1; only version 2 is converted: train it anew/);
    await writeFile(join(damaged, "manifest.json"), manifest.replace('"seed": 1', '"seed": 2'));
    expect(await refusal(damaged)).toMatch(/integrity hash/);
    await writeFile(join(damaged, "manifest.json"), manifest);
    const bytes = await read(OLD, "k1-epinet.onnx");
    bytes[100] ^= 1;
    await writeFile(join(damaged, "k1-epinet.onnx"), bytes);
    expect(await refusal(damaged)).toMatch(/k1-epinet\.onnx does not have the content/);
  });

  it("is what a prediction from a model of version 2 asks for", async () => {
    const { code, stderr } = await spiediff("predict", OLD, "--profile", "0.5", "--times", "0.01");
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/format version 2; .* run `spiediff convert OLD NEW`/),
    ]);
  });
});
