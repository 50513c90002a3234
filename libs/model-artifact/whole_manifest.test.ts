/** Every field of a manifest is read under its own name, for each kind of particles; each is told in words. */
import { describe, expect, it } from "vitest";
import { exampleContent, exampleFiles } from "./_example.ts";
import { modelField, systemTitle } from "./manifest.ts";
import { verifyModel } from "./verify.ts";
import { sealManifest } from "./write_model.ts";

type Content = ReturnType<typeof exampleContent>;
const place = { dimension: 1, sites: 2000, elements: 25, beta: 2, drive: 3 } as const;
const field = { name: "energy", unit: "u", low: 0, high: null, ideal: "reciprocal" } as const;
const SYSTEMS: Record<string, Content["system"]> = {
  "Arrhenius": { ...exampleContent().system },
  "another code's": { particles: "foreign", ...place },
  "another code's on no lattice": {
    particles: "foreign",
    ...place,
    sites: 12.5,
    elements: 5,
    field,
  },
  "a process": {
    ...{ particles: "process", process: "energy-exchange", title: "Energy exchange", field },
    ...{ ...place, parameters: { alpha: 1, swaps: "metropolis" } },
  },
};
const asStated = { indexScale: 1.5, noise: 2, components: 0 };
/** All that may be left out is there. */
const whole = (system: Content["system"]): Content => ({
  ...exampleContent(),
  system,
  coverage: { density: [0.2, 0.8] },
  calibration: { mobility: asStated, drivingForce: asStated },
  drivingForce: { ...exampleContent().drivingForce, indexDim: 9 },
  gradientEnergy: { kappa: -1e-4, mobilityExponent: 2e-4, standardError: 1e-5 },
  lawError: 0.03,
});
/** What a reader of its files gets. */
async function read(content: Content) {
  const manifest = await sealManifest(content, exampleFiles());
  const text = new TextEncoder().encode(JSON.stringify(manifest));
  return await verifyModel((name) =>
    Promise.resolve(name === "manifest.json" ? text : exampleFiles()[name])
  );
}

describe("a manifest", () => {
  it.each(Object.entries(SYSTEMS))("of %s particles is read field by field", async (_, system) => {
    const content = whole(system);
    const { manifest, files } = await read(content);
    expect(manifest).toMatchObject(JSON.parse(JSON.stringify(content)));
    expect(Object.keys(files)).toEqual(Object.keys(exampleFiles()).sort());
  });

  it("of these particles has these words and this field", () => {
    const of = (name: string) => {
      const content = { system: SYSTEMS[name] };
      return [systemTitle(content as never), modelField(content as never).name];
    };
    expect(of("Arrhenius")).toEqual(["arrhenius-exclusion, L = 40, βJ₀ = 1", "density"]);
    expect(of("another code's")).toEqual(["another code’s particles", "density"]);
    expect(of("another code's on no lattice")).toEqual(["another code’s particles", "energy"]);
    expect(of("a process")).toEqual(["Energy exchange", "energy"]);
  });

  it.each<[string, (content: Content) => void]>([
    ["kappa", (c) => c.gradientEnergy = { mobilityExponent: 0 } as never],
    ["mobilityExponent", (c) => c.gradientEnergy = { kappa: 0 } as never],
    [
      "standardError",
      (c) => c.gradientEnergy = { kappa: 0, mobilityExponent: 0, standardError: 0 },
    ],
    ["lawError", (c) => c.lawError = 0],
    ["std", (c) => c.mobility.state.std = 0],
    ["scale", (c) => c.mobility.scale = 0],
    ["madeFrom", (c) => c.madeFrom.training = "abc"],
    ["noise", (c) => c.calibration!.drivingForce = { ...asStated, noise: 0 }],
  ])("with a wrong %s names it", async (name, change) => {
    const content = structuredClone(whole(SYSTEMS.Arrhenius));
    change(content);
    await expect(read(content)).rejects.toThrow(name);
  });

  it("of another format or version is refused with what it says, shortened", async () => {
    const manifest = await sealManifest(exampleContent(), exampleFiles());
    const refused = (change: object) => {
      const text = new TextEncoder().encode(JSON.stringify({ ...manifest, ...change }));
      return expect(verifyModel(() => Promise.resolve(text))).rejects;
    };
    await refused({ format: "x".repeat(78) }).toThrow(`format is "${"x".repeat(78)}", not`);
    await refused({ format: "x".repeat(79) }).toThrow(`format is "${"x".repeat(76)}..., not`);
    await refused({ format: undefined }).toThrow("format is absent, not");
    await refused({ version: 99 }).toThrow("99");
    await refused({ files: { "../x": {} } }).toThrow(
      'lists the file "../x", not a plain file name',
    );
  });
});
