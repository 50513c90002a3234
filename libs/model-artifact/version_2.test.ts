import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exampleContent, exampleFiles } from "./_example.ts";
import { convertModel } from "./convert_model.ts";
import { sha256 } from "./hash.ts";
import { readModel } from "./read_model.ts";
import { integrityOf } from "./verify.ts";
import { writeModel } from "./write_model.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-version-2-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

type Json = Record<string, unknown>;
const asStated = { indexScale: 2, noise: 1.5, components: 10 };

/** A sealed folder of version 2, with what a test changes in its manifest before that. */
async function version2(name: string, change: (manifest: Json) => void = () => {}) {
  const folder = join(root, name);
  await mkdir(folder);
  const { mobility, sampler: _, madeFrom: _made, ...rest } = exampleContent();
  const files = Object.fromEntries(
    Object.entries(exampleFiles()).map(([file, bytes]) => [file.replace("mobility", "k1"), bytes]),
  );
  const entries = Object.entries(files).map(async ([file, bytes]) => {
    await writeFile(join(folder, file), bytes);
    return [file, { sha256: await sha256(bytes), bytes: bytes.length }];
  });
  const manifest: Json = {
    format: "spiediff-model",
    version: 2,
    ...rest,
    units: { K1: "1/(energy time)", time: "diffusive" },
    k1: {
      ...mobility,
      scale: 3,
      state: { mean: -3.5, std: 0.5 },
      denoiser: "k1-denoiser.onnx",
      epinet: "k1-epinet.onnx",
    },
    files: Object.fromEntries(await Promise.all(entries)),
  };
  change(manifest);
  const integrity = await integrityOf(manifest as never);
  await writeFile(join(folder, "manifest.json"), JSON.stringify({ ...manifest, integrity }));
  return { folder, integrity };
}

describe("a model of version 2", () => {
  it("becomes one of mobilities: scale and state times Delta = 1/25, the state's sign turned", async () => {
    const { folder, integrity } = await version2("plain");
    const to = join(root, "converted");
    const written = await convertModel(folder, to);
    const { manifest, files } = await readModel(to);
    expect(manifest).toEqual(written);
    const { scale, state, ...names } = manifest.mobility;
    expect(scale).toBeCloseTo(3 / 25, 15);
    expect(state.mean).toBeCloseTo(3.5 / 25, 15);
    expect(state.std).toBeCloseTo(-0.5 / 25, 15);
    expect(names).toEqual({
      denoiser: "mobility-denoiser.onnx",
      epinet: "mobility-epinet.onnx",
      featureDim: 18,
      indexDim: 8,
    });
    expect(files).toEqual(exampleFiles());
    const { mobility: _, sampler: _sampler, madeFrom: _made, units: _units, ...kept } =
      exampleContent();
    expect(manifest).toMatchObject(kept);
    expect(manifest.sampler).toEqual({ kind: "ddim", steps: 2 });
    expect(manifest.units).toEqual({ mobility: "length^2/(energy time)", time: "diffusive" });
    expect(manifest.madeFrom).toEqual({ "model of version 2": integrity });
    expect(manifest.calibration).toBeUndefined();
  });

  it("keeps its sampler, calibration and the fingerprint of its training, where it has them", async () => {
    const fingerprint = "ab".repeat(32);
    const { folder, integrity } = await version2("whole", (manifest) => {
      manifest.sampler = { kind: "ddim", steps: 7 };
      manifest.calibration = { k1: asStated, drivingForce: { ...asStated, noise: 3 } };
      manifest.training = { fingerprint };
      Object.assign(manifest.k1 as Json, { indexDim: 5 });
      Object.assign(manifest.drivingForce as Json, { indexDim: 6 });
    });
    const manifest = await convertModel(folder, folder);
    expect(manifest.version).toBe(3);
    expect((await readModel(folder)).manifest).toEqual(manifest);
    expect(manifest.sampler.steps).toBe(7);
    expect(manifest.calibration)
      .toEqual({ mobility: asStated, drivingForce: { ...asStated, noise: 3 } });
    expect(manifest.madeFrom).toEqual({ "model of version 2": integrity, training: fingerprint });
  });

  it.each([`${"ab".repeat(32)}0`, "ab", 7])("has no fingerprint in %j", async (fingerprint) => {
    const { folder, integrity } = await version2(
      `odd-${String(fingerprint).length}`,
      (manifest) => {
        manifest.training = { fingerprint };
      },
    );
    const { madeFrom } = await convertModel(folder, folder);
    expect(madeFrom).toEqual({ "model of version 2": integrity });
  });

  it("is refused by name where its own files are not listed, and nothing is written", async () => {
    for (const role of ["denoiser", "epinet"]) {
      const { folder } = await version2(`unlisted-${role}`, (manifest) => {
        Object.assign(manifest.k1 as Json, { [role]: "else.onnx" });
      });
      const to = join(root, `never-${role}`);
      await expect(convertModel(folder, to)).rejects.toThrow("the file else.onnx is used but not");
      expect(await readdir(root)).not.toContain(`never-${role}`);
    }
  });

  it("is not what others are: of version 3 nothing is to be done, of version 1 nothing can be", async () => {
    const own = join(root, "own");
    await writeModel(own, exampleContent(), exampleFiles());
    const before = await readFile(join(own, "manifest.json"), "utf8");
    await expect(convertModel(own, own)).rejects.toThrow(
      "format version 3; only version 2 is converted, and this one can be used as it is.",
    );
    expect(await readFile(join(own, "manifest.json"), "utf8")).toBe(before);
    const { folder } = await version2("first", (manifest) => manifest.version = 1);
    await expect(convertModel(folder, folder)).rejects.toThrow(
      "format version 1; only version 2 is converted: train it anew.",
    );
  });
});
