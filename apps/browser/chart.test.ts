/** Ticks, factors of magnification, and which files are a model. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ticksOf } from "./chart.ts";
import { magnification, magnified } from "./magnify.ts";
import { modelFiles } from "./model_files.ts";

const bandOf = (mean: number[], half: number) => ({
  level: 0.95,
  mean: Float64Array.from(mean),
  lower: Float64Array.from(mean, (value) => value - half),
  upper: Float64Array.from(mean, (value) => value + half),
});

describe("ticks", () => {
  it("are round numbers inside of the axis", () => {
    expect(ticksOf(0, 1)).toEqual([0, 0.5, 1]);
    expect(ticksOf(0.1, 0.9)).toEqual([0.2, 0.4, 0.6, 0.8]);
    expect(ticksOf(-1.8, 1.8)).toEqual([-1, 0, 1]);
    expect(ticksOf(0.0312, 0.0388)).toEqual([0.032, 0.034, 0.036, 0.038]);
  });
  it("lie inside of any axis, six of them at most", () => {
    fc.assert(fc.property(
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
      (low, length) => {
        const ticks = ticksOf(low, low + length);
        expect(ticks.length).toBeGreaterThanOrEqual(1);
        expect(ticks.length).toBeLessThanOrEqual(6);
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(low - 1e-6 * length);
          expect(tick).toBeLessThanOrEqual(low + length + 1e-6 * length);
        }
      },
    ));
  });
});

describe("magnification", () => {
  it("is the largest round factor up to which half a band has 3 % of the axis", () => {
    for (const [half, factor] of [[0.1, 1], [0.016, 1], [0.0149, 2], [0.0059, 5], [0.0029, 10]]) {
      expect(magnification([bandOf([0.5, 0.2], half)], 1), String(half)).toBe(factor);
    }
    expect(magnification([bandOf([0.5], 1e-5)], 0.01)).toBe(20);
  });
  it("is 1 where there is no band, or one without width", () => {
    expect(magnification([], 1)).toBe(1);
    expect(magnification([bandOf([0.5], 0)], 1)).toBe(1);
  });
  it("moves the edges away from the mean, which stays", () => {
    const { lower, upper } = magnified(bandOf([0.5, 0.25], 0.03125), 4);
    expect([[...lower], [...upper]]).toEqual([[0.375, 0.125], [0.625, 0.375]]);
  });
});

describe("the model among chosen files", () => {
  const filesAt = (...paths: string[]) => paths.map((path) => ({ path, file: new Blob([path]) }));
  const namesIn = (...paths: string[]) => [...modelFiles(filesAt(...paths)).keys()];

  it("is what lies beside the manifest, in whatever folder", () => {
    expect(namesIn("a/manifest.json", "a/k.onnx")).toEqual(["manifest.json", "k.onnx"]);
    expect(namesIn("run/data/k.onnx", "run/model/k.onnx", "run/model/manifest.json"))
      .toEqual(["k.onnx", "manifest.json"]);
    expect(namesIn("manifest.json", "k.onnx")).toEqual(["manifest.json", "k.onnx"]);
  });
  it("is the one least deep", () => {
    const files = modelFiles(filesAt("r/old/model/manifest.json", "r/model/manifest.json"));
    expect(files.get("manifest.json")!.size).toBe("r/model/manifest.json".length);
  });
  it("must be there, and be one", () => {
    expect(() => namesIn("a/k.onnx", "b.txt")).toThrow(/none of the 2 files given is one/);
    expect(() => namesIn("a/manifest.json", "b/manifest.json"))
      .toThrow("One model at a time is shown, and a/manifest.json and b/manifest.json are two.");
  });
});
