/** The last value that is allowed, and the first that is not. */
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exampleContent, exampleFiles } from "./_example.ts";
import { canonicalJson } from "./canonical_json.ts";
import { isPlainFileName, type Manifest, referredFiles } from "./manifest.ts";
import { folderSource, readModel } from "./read_model.ts";
import { integrityOf, verifyModel } from "./verify.ts";
import { sealManifest, writeModel } from "./write_model.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-limits-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

type Content = ReturnType<typeof exampleContent>;
const sealed = (change: (content: Content) => void) => {
  const content = exampleContent();
  change(content);
  return sealManifest(content, exampleFiles());
};
const asStated = { indexScale: 1, noise: 1, components: 0 };

describe("fields up to their ends", () => {
  it.each<[string, (content: Content) => void, (content: Content) => void]>([
    ["a kernel as wide as the system", (c) => {
      Object.assign(c.system, { sites: 81, elements: 27, halfWidth: 40 });
    }, (c) => {
      Object.assign(c.system, { sites: 81, elements: 27, halfWidth: 41 });
    }],
    ["three elements", (c) => {
      Object.assign(c.system, { sites: 3, elements: 3, halfWidth: 1 });
    }, (c) => {
      Object.assign(c.system, { sites: 4, elements: 2, halfWidth: 1 });
    }],
    ["as many sampler steps as the schedule has", (c) => c.sampler.steps = 50, (c) => {
      c.sampler.steps = 51;
    }],
    ["one sampler step", (c) => c.sampler.steps = 1, (c) => c.sampler.steps = 0],
    ["two steps of the schedule", (c) => {
      Object.assign(c.diffusion.schedule, { steps: 2, offset: 0 });
    }, (c) => {
      Object.assign(c.diffusion.schedule, { steps: 1 });
    }],
    ["an offset below 1", (c) => Object.assign(c.diffusion.schedule, { offset: 0.99 }), (c) => {
      Object.assign(c.diffusion.schedule, { offset: 1 });
    }],
    ["three dimensions", (c) => c.system.dimension = 3, (c) => c.system.dimension = 4],
    ["one dimension", (c) => c.system.dimension = 1, (c) => c.system.dimension = 0],
    ["the most features", (c) => c.mobility.featureDim = 65536, (c) => {
      c.mobility.featureDim = 65537;
    }],
    ["some density", (c) => c.coverage.density = [1e-9, 1 - 1e-9], (c) => {
      c.coverage.density = [0, 0.5];
    }],
    ["a range of densities", (c) => c.coverage.density = [0.5, 0.5000001], (c) => {
      c.coverage.density = [0.5, 0.5];
    }],
    ["one random index", (c) => {
      c.calibration = { mobility: asStated, drivingForce: asStated };
      Object.assign(c.mobility, { indexDim: 5 });
      Object.assign(c.drivingForce, { indexDim: 6 });
    }, (c) => {
      c.calibration = { mobility: asStated, drivingForce: asStated };
      Object.assign(c.mobility, { indexDim: 5 });
      Object.assign(c.drivingForce, { indexDim: 5 });
    }],
    ["a positive noise", (c) => {
      c.calibration = { mobility: asStated, drivingForce: asStated };
      c.drivingForce.indexDim++;
    }, (c) => {
      c.calibration = { mobility: { ...asStated, noise: 0 }, drivingForce: asStated };
      c.drivingForce.indexDim++;
    }],
    ["a positive beta", (c) => c.system.beta = 1e-300, (c) => c.system.beta = 0],
    ["no half-width", (c) => Object.assign(c.system, { halfWidth: 0 }), (c) => {
      Object.assign(c.system, { halfWidth: -1 });
    }],
    ["a name", (c) => c.code.name = "x", (c) => c.code.name = ""],
  ])("%s", async (_, allowed, refused) => {
    await sealed(allowed);
    await expect(sealed(refused)).rejects.toThrow(/manifest/);
  });

  it("an index without calibration may be of any size, five files are five", async () => {
    await sealed((c) => Object.assign(c.mobility, { indexDim: 1 }));
    const manifest = await sealed(() => {});
    expect(referredFiles(manifest)).toEqual(Object.keys(exampleFiles()));
    for (const [name, { bytes }] of Object.entries(manifest.files)) {
      expect(bytes).toBe(exampleFiles()[name].length);
    }
  });

  it("names of at most a hundred characters, none hidden, none that climbs", () => {
    const plain = ["a", "A-1_b.onnx", "0", "a".repeat(100)];
    const odd = [
      "",
      ".a",
      "-a",
      "a..b",
      "a/b",
      "a\\b",
      "a b",
      "a".repeat(101),
      "manifest.json",
      "é",
    ];
    expect(plain.filter((name) => !isPlainFileName(name))).toEqual([]);
    expect(odd.filter(isPlainFileName)).toEqual([]);
  });

  it("files of odd names are not written", async () => {
    const files = { ...exampleFiles(), "../x": Uint8Array.of(1) };
    await expect(sealManifest(exampleContent(), files)).rejects.toThrow('a plain name, not "../x"');
  });
});

describe("sizes", () => {
  /** A source of one manifest of so many bytes, padded by spaces, that tells what it was asked. */
  const source = async (change: (manifest: Manifest) => void) => {
    const manifest = await sealManifest(exampleContent(), exampleFiles());
    change(manifest);
    manifest.integrity = await integrityOf(manifest);
    const asked: [string, number][] = [];
    const work = verifyModel((name, limit) => {
      asked.push([name, limit]);
      return Promise.resolve(
        name === "manifest.json"
          ? new TextEncoder().encode(JSON.stringify(manifest))
          : exampleFiles()[name],
      );
    });
    return { work, asked };
  };

  it("of a manifest may be 4 MiB, of a file what the manifest says", async () => {
    const { work, asked } = await source(() => {});
    await work;
    expect(asked).toEqual([
      ["manifest.json", 4 * 2 ** 20],
      ...Object.entries(exampleFiles()).toSorted(([a], [b]) => a < b ? -1 : 1)
        .map(([name, bytes]) => [name, bytes.length]),
    ]);
  });
  it("of all files together may be 512 MiB and no byte more, before one is asked for", async () => {
    const others = Object.values(exampleFiles()).slice(1).reduce(
      (sum, { length }) => sum + length,
      0,
    );
    const within = await source((m) => {
      m.files["mobility-denoiser.onnx"].bytes = 512 * 2 ** 20 - others;
    });
    await expect(within.work).rejects.toThrow(/has 50 bytes, and the manifest says/);
    const beyond = await source((m) => {
      m.files["mobility-denoiser.onnx"].bytes = 512 * 2 ** 20 - others + 1;
    });
    await expect(beyond.work).rejects.toMatchObject({ fault: "too-large" });
    expect(beyond.asked).toHaveLength(1);
  });
  it("of a plain file of the folder are as allowed, exactly", async () => {
    const folder = join(root, "sizes");
    await mkdir(folder);
    await writeFile(join(folder, "a.onnx"), new Uint8Array(10));
    await writeFile(join(folder, "manifest.json"), new Uint8Array(10));
    const of = folderSource(folder);
    expect(await of("a.onnx", 10)).toHaveLength(10);
    await expect(of("a.onnx", 9)).rejects.toMatchObject({ fault: "truncated" });
    await expect(of("manifest.json", 9)).rejects.toMatchObject({ fault: "too-large" });
    await expect(of("b.onnx", 9)).rejects.toMatchObject({ fault: "missing" });
  });
});

describe("folders", () => {
  it("may be links themselves, may be empty before, and may stand at a relative path", async () => {
    const folder = join(root, "real");
    await mkdir(folder);
    await writeModel(folder, exampleContent(), exampleFiles());
    await symlink(folder, join(root, "link"));
    expect((await readModel(join(root, "link"))).files).toEqual(exampleFiles());
    expect((await readdir(root)).filter((name) => name.startsWith("."))).toEqual([]);
  });
  it("are not put in the place of a file", async () => {
    const folder = join(root, "file");
    await writeFile(folder, "text");
    await expect(writeModel(folder, exampleContent(), exampleFiles())).rejects.toMatchObject({
      fault: "foreign",
    });
  });
});

it("the manifest on disk ends with a line break and is indented, and hides nothing from its hash", async () => {
  const folder = join(root, "text");
  const manifest = await writeModel(folder, exampleContent(), exampleFiles());
  const text = await Deno.readTextFile(join(folder, "manifest.json"));
  expect(text).toBe(JSON.stringify(manifest, null, 2) + "\n");
  // Every field of the manifest is in its hash.
  const { integrity, ...fields } = manifest;
  expect(await integrityOf(manifest)).toBe(integrity);
  for (const field of Object.keys(fields)) {
    const changed = { ...manifest, [field]: "changed" } as unknown as Manifest;
    expect(await integrityOf(changed), field).not.toBe(integrity);
  }
});

describe("canonical JSON to its ends", () => {
  it("goes 64 levels deep and no further, names what it cannot hold by its place", () => {
    const nested = (levels: number) => {
      let value: unknown = 1;
      for (let k = 0; k < levels; k++) value = k % 2 ? [value] : { a: value };
      return value;
    };
    expect(JSON.parse(canonicalJson(nested(64)))).toEqual(nested(64));
    expect(() => canonicalJson(nested(65))).toThrow("JSON is nested deeper than 64 levels.");
    expect(() => canonicalJson({ a: [1, () => 1] })).toThrow("$.a[1] is of type function");
    expect(() => canonicalJson([undefined])).toThrow("$[0] is of type undefined");
    expect(() => canonicalJson({ a: { b: -Infinity } })).toThrow("$.a.b is -Infinity");
  });
  it("sorts keys by code unit", () => {
    expect(canonicalJson({ b: true, a: "x", B: [], "": null, "ä": {} }))
      .toBe('{"":null,"B":[],"a":"x","b":true,"ä":{}}');
  });
});
