import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import fc from "fast-check";
import { exampleContent, exampleFiles } from "./_example.ts";
import { canonicalJson } from "./canonical_json.ts";
import { ModelError, type ModelFault } from "./errors.ts";
import { sha256 } from "./hash.ts";
import type { Manifest } from "./manifest.ts";
import { readModel } from "./read_model.ts";
import { integrityOf, verifyModel } from "./verify.ts";
import { sealManifest, writeModel } from "./write_model.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-model-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const asStated = { indexScale: 1, noise: 1, components: 10 };
const calibration = { mobility: asStated, drivingForce: asStated };
const fresh = async (name: string) => {
  const folder = join(root, name);
  await writeModel(folder, exampleContent(), exampleFiles());
  return folder;
};
const faultOf = async (work: Promise<unknown>): Promise<ModelFault | "none"> => {
  try {
    await work;
    return "none";
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    expect(error.message).toMatch(/^\S.*[.)]$/s);
    return error.fault;
  }
};
/** Changes the manifest and gives it a fitting integrity hash again, as an attacker would. */
const reseal = async (folder: string, change: (manifest: Manifest) => void) => {
  const path = join(folder, "manifest.json");
  const manifest = JSON.parse(await readFile(path, "utf8")) as Manifest;
  change(manifest);
  manifest.integrity = await integrityOf(manifest);
  await writeFile(path, JSON.stringify(manifest));
};

describe("canonical JSON", () => {
  it("does not depend on the order of keys and reads back as the same value", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const entries = Object.entries(value).reverse();
        const reversed = Object.fromEntries(entries);
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
  it("has a fixed text, hence a fixed hash", async () => {
    expect(canonicalJson({ b: [1, 2.5e-7], a: null, c: undefined })).toBe(
      '{"a":null,"b":[1,2.5e-7]}',
    );
    // printf '{"a":1}' | sha256sum
    expect(await sha256(canonicalJson({ a: 1 }))).toBe(
      "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
    );
  });
  it.each([NaN, Infinity, -Infinity])("refuses %s with its place", (bad) => {
    expect(() => canonicalJson({ a: [0, bad] })).toThrow(/\$\.a\[1\]/);
  });
  it("refuses endless nesting", () => {
    let deep: unknown = 0;
    for (let i = 0; i < 100; i++) deep = [deep];
    expect(() => canonicalJson(deep)).toThrow(/nested/);
  });
});

describe("writing and reading", () => {
  it("gives back content and bytes, and leaves nothing beside the folder", async () => {
    const folder = await fresh("round-trip");
    const { manifest, files } = await readModel(folder);
    expect(manifest).toMatchObject(exampleContent());
    expect(files).toEqual(exampleFiles());
    expect((await readdir(folder)).length).toBe(6);
    expect((await readdir(root)).filter((name) => name.includes("round-trip"))).toEqual([
      "round-trip",
    ]);
  });
  it("replaces a model in one move", async () => {
    const folder = await fresh("replaced");
    const files = exampleFiles();
    files["mobility-epinet.onnx"] = Uint8Array.of(1, 2, 3);
    await writeModel(folder, { ...exampleContent(), seed: "two" }, files);
    const model = await readModel(folder);
    expect(model.manifest.seed).toBe("two");
    expect(model.files).toEqual(files);
    expect((await readdir(root)).filter((name) => name.includes("replaced"))).toEqual(["replaced"]);
  });
  it("never replaces somebody's folder or file", async () => {
    const folder = join(root, "precious");
    await mkdir(folder);
    await writeFile(join(folder, "thesis.txt"), "years of work");
    expect(await faultOf(writeModel(folder, exampleContent(), exampleFiles()))).toBe("foreign");
    expect(await faultOf(writeModel(join(folder, "thesis.txt"), exampleContent(), exampleFiles())))
      .toBe("foreign");
    expect(await readdir(folder)).toEqual(["thesis.txt"]);
  });
  it("leaves the old model in place when a new one cannot be written", async () => {
    const folder = await fresh("kept");
    const before = await readFile(join(folder, "manifest.json"), "utf8");
    const bad = { ...exampleContent(), training: { loss: NaN } };
    expect(await faultOf(writeModel(folder, bad, exampleFiles()))).toBe("invalid");
    expect(await readFile(join(folder, "manifest.json"), "utf8")).toBe(before);
  });
  it("takes a negative standard deviation of the mobility's state, as converted models have", async () => {
    const content = exampleContent();
    content.mobility.state.std = -0.02;
    expect((await sealManifest(content, exampleFiles())).mobility.state.std).toBe(-0.02);
  });
  it("writes a calibrated model with one random index of the mobility and one of f'", async () => {
    const content = { ...exampleContent(), calibration };
    content.mobility.indexDim = 5;
    content.drivingForce.indexDim = 6;
    expect((await sealManifest(content, exampleFiles())).calibration).toEqual(calibration);
  });
  it.each<[string, (content: ReturnType<typeof exampleContent>) => void, ModelFault, RegExp]>([
    ["NaN", (c) => c.mobility.scale = NaN, "invalid", /mobility\.scale/],
    [
      "infinity",
      (c) => c.drivingForce.state.mean = Infinity,
      "invalid",
      /drivingForce\.state\.mean/,
    ],
    ["a zero std", (c) => c.mobility.state.std = 0, "invalid", /mobility\.state\.std/],
    [
      "a negative std of f'",
      (c) => c.drivingForce.state.std = -1,
      "invalid",
      /drivingForce\.state\.std/,
    ],
    ["a hash of nothing", (c) => c.madeFrom.record = "abc", "invalid", /madeFrom\.record/],
    ["a density of 1", (c) => c.coverage.density[1] = 1, "inconsistent", /coverage\.density\.1/],
    ["elements", (c) => c.system.elements = 24, "inconsistent", /does not divide/],
    ["coverage", (c) => c.coverage.density = [0.8, 0.2], "inconsistent", /coverage/],
    ["an unlisted file", (c) => c.mobility.epinet = "other.onnx", "inconsistent", /other\.onnx/],
    [
      "an index of the mobility without a random part",
      (c) => {
        c.calibration = calibration;
        // All four are steered.
        c.mobility.indexDim = 4;
      },
      "inconsistent",
      /random/,
    ],
    [
      "an index of f' without a random part",
      (c) => {
        c.calibration = calibration;
        // [random, random part of the mobility's, steered] needs more than K1's own 8 entries.
        c.drivingForce.indexDim = 8;
      },
      "inconsistent",
      /random/,
    ],
    ["a shared file", (c) => c.mobility.epinet = c.mobility.denoiser, "inconsistent", /share/],
    ["an escape", (c) => c.mobility.epinet = "../../etc/passwd", "invalid", /mobility\.epinet/],
    [
      "a schedule",
      (c) => {
        c.diffusion.schedule = { name: "linear", steps: 9, betaStart: 0.5, betaEnd: 0.1 };
      },
      "inconsistent",
      /schedule/,
    ],
    [
      "a wide kernel",
      (c) => Object.assign(c.system, { halfWidth: 1000 }),
      "inconsistent",
      /halfWidth/,
    ],
  ])("refuses to write %s", async (_name, change, fault, message) => {
    const content = exampleContent();
    change(content);
    const work = sealManifest(content, exampleFiles());
    await expect(work).rejects.toThrow(message);
    expect(await faultOf(work)).toBe(fault);
  });
});

describe("what is refused on reading", () => {
  it("a missing folder, manifest or file", async () => {
    expect(await faultOf(readModel(join(root, "nowhere")))).toBe("missing");
    const folder = await fresh("incomplete");
    await rm(join(folder, "mobility-epinet.onnx"));
    expect(await faultOf(readModel(folder))).toBe("missing");
    await rm(join(folder, "manifest.json"));
    expect(await faultOf(readModel(folder))).toBe("missing");
  });
  it("a file in place of a folder", async () => {
    const folder = await fresh("not-a-folder");
    expect(await faultOf(readModel(join(folder, "manifest.json")))).toBe("foreign");
  });
  it("a manifest cut in half, another program's file, another version", async () => {
    const folder = await fresh("manifests");
    const path = join(folder, "manifest.json");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.slice(0, text.length / 2));
    expect(await faultOf(readModel(folder))).toBe("malformed");
    await writeFile(path, text.replace('"version": 3', '"version": 3,\n"version": 3'));
    expect(await faultOf(readModel(folder))).toBe("malformed");
    await expect(readModel(folder)).rejects.toThrow(
      /manifest is not valid JSON: line \d+, column 1: the field "version" stands twice, first on/,
    );
    await writeFile(path, "\uFEFF" + text);
    await readModel(folder);
    await writeFile(path, "[]");
    expect(await faultOf(readModel(folder))).toBe("foreign");
    await writeFile(path, '{"name": "left-pad", "version": "1.0.0"}');
    expect(await faultOf(readModel(folder))).toBe("foreign");
    await writeFile(path, text.replace('"version": 3', '"version": 1'));
    expect(await faultOf(readModel(folder))).toBe("version");
    await writeFile(path, text.replace('"version": 3', '"version": 2'));
    await expect(readModel(folder)).rejects.toThrow(/version 2;.*`spiediff convert OLD NEW`/);
    await writeFile(path, text.replace('"seed": 7', '"seed": 8'));
    expect(await faultOf(readModel(folder))).toBe("integrity");
  });
  it("a file cut in half, lengthened, or with one byte changed", async () => {
    const folder = await fresh("files");
    const path = join(folder, "mobility-denoiser.onnx");
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length / 2));
    expect(await faultOf(readModel(folder))).toBe("truncated");
    await writeFile(path, new Uint8Array([...bytes, 0]));
    expect(await faultOf(readModel(folder))).toBe("truncated");
    bytes[10] ^= 1;
    await writeFile(path, bytes);
    expect(await faultOf(readModel(folder))).toBe("tampered");
  });
  it("resealed manifests: unknown fields, escapes, contradictions", async () => {
    const cases: [string, (manifest: Manifest) => void, ModelFault][] = [
      ["extra", (m) => Object.assign(m.mobility, { bonus: 1 }), "invalid"],
      ["escape", (m) => m.files["../outside.onnx"] = m.files["mobility-epinet.onnx"], "path"],
      ["absolute", (m) => m.files["/etc/passwd"] = m.files["mobility-epinet.onnx"], "path"],
      ["self", (m) => m.files["manifest.json"] = m.files["mobility-epinet.onnx"], "path"],
      ["size", (m) => m.files["mobility-epinet.onnx"].bytes = 1e12, "too-large"],
      ["index", (m) => m.mobility.indexDim = 0, "invalid"],
      ["divide", (m) => m.system.elements = 26, "inconsistent"],
      ["epsilon", (m) => Object.assign(m.diffusion, { predictionType: "epsilon" }), "invalid"],
      ["sampler", (m) => Object.assign(m, { sampler: { kind: "ddpm", steps: 2 } }), "invalid"],
      [
        "sampler steps",
        (m) => Object.assign(m, { sampler: { kind: "ddim", steps: 51 } }),
        "inconsistent",
      ],
    ];
    for (const [name, change, fault] of cases) {
      const folder = await fresh(`resealed-${name}`);
      await reseal(folder, change);
      expect([name, await faultOf(readModel(folder))]).toEqual([name, fault]);
    }
  });
  it("links out of the folder and folders in place of files", async () => {
    const folder = await fresh("links");
    const path = join(folder, "mobility-epinet.onnx");
    const outside = join(root, "outside.onnx");
    await writeFile(outside, await readFile(path));
    await rm(path);
    await symlink(outside, path);
    expect(await faultOf(readModel(folder))).toBe("path");
    await rm(path);
    await mkdir(path);
    expect(await faultOf(readModel(folder))).toBe("path");
  });
});

describe("fuzzing the loader", () => {
  const LIMIT = 300;
  /** A random change of a JSON value somewhere in the tree. */
  const mutate = (value: unknown, pick: (n: number) => number): unknown => {
    const odd = [null, -1, 0, 1e308, "", "../x", [], {}, true, "\u0000", { a: { b: [] } }, 1.5, -0];
    if (typeof value !== "object" || value === null || pick(6) === 0) return odd[pick(odd.length)];
    if (Array.isArray(value)) {
      const copy = [...value];
      if (copy.length === 0 || pick(4) === 0) copy.push(odd[pick(odd.length)]);
      else copy[pick(copy.length)] = mutate(copy[pick(copy.length)], pick);
      return copy;
    }
    const copy: Record<string, unknown> = { ...value };
    const keys = Object.keys(copy);
    if (keys.length === 0 || pick(8) === 0) copy[["__proto__", "x", "../y"][pick(3)]] = 1;
    else {
      const key = keys[pick(keys.length)];
      if (pick(5) === 0) delete copy[key];
      else copy[key] = mutate(copy[key], pick);
    }
    return copy;
  };

  it("600 mutated manifests: a clear refusal, or a load of exactly what was written", async () => {
    const files = exampleFiles();
    const manifest = await sealManifest(exampleContent(), files);
    const asked = new Set<string>();
    let loaded = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.infiniteStream(fc.nat(1e6)),
        fc.boolean(),
        async (numbers, sealAgain) => {
          const pick = (n: number) => (numbers.next().value as number) % n;
          let mutant = mutate(manifest, pick);
          if (sealAgain && typeof mutant === "object" && mutant !== null) {
            mutant = { ...mutant, integrity: await integrityOf(mutant as Manifest) };
          }
          const text = new TextEncoder().encode(JSON.stringify(mutant));
          const fault = await faultOf(verifyModel((name) => {
            asked.add(name);
            if (name === "manifest.json") return Promise.resolve(text);
            if (!Object.hasOwn(files, name)) {
              return Promise.reject(new ModelError("missing", `The file ${name} is missing.`));
            }
            return Promise.resolve(files[name]);
          }));
          if (fault === "none") loaded++;
          else refused++;
        },
      ),
      { numRuns: 2 * LIMIT },
    );
    expect(loaded + refused).toBe(2 * LIMIT);
    expect(refused).toBeGreaterThan(LIMIT);
    for (const name of asked) expect(name).not.toMatch(/[/\\]|\.\./);
  });

  it("300 folders with damaged bytes: never a crash, never damaged bytes", async () => {
    const folder = await fresh("fuzzed");
    const names = await readdir(folder);
    const sound = await readModel(folder);
    const original = await Promise.all(names.map((name) => readFile(join(folder, name))));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(names.length - 1),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.constantFrom("cut", "flip", "insert", "random", "empty"),
        fc.nat(255),
        async (which, where, how, byte) => {
          const bytes = original[which];
          const at = Math.floor(where * bytes.length);
          const damaged = how === "cut"
            ? bytes.subarray(0, at)
            : how === "flip"
            ? bytes.map((b, i) => i === at ? b ^ (1 + byte % 255) : b)
            : how === "insert"
            ? new Uint8Array([...bytes.subarray(0, at), byte, ...bytes.subarray(at)])
            : how === "random"
            ? bytes.map((_, i) => (i * 1103515245 + byte) & 255)
            : new Uint8Array(0);
          await writeFile(join(folder, names[which]), damaged);
          // White space in the manifest may change without changing what it says; nothing else may.
          if (await faultOf(readModel(folder)) === "none") {
            if (names[which] !== "manifest.json") expect(damaged).toEqual(bytes);
            expect(await readModel(folder)).toEqual(sound);
          }
          await writeFile(join(folder, names[which]), bytes);
        },
      ),
      { numRuns: LIMIT },
    );
    expect(await faultOf(readModel(folder))).toBe("none");
  });
});
