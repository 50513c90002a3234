import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import fc from "fast-check";
import * as ort from "onnxruntime-node";
import { ModelError, type ModelFiles, sealManifest } from "@spiediff/model-artifact";
import { epinetGraph, randomPerceptron } from "@spiediff/onnx-graph";
import { randomStream } from "@spiediff/random";
import { fixtureModel, type FixtureOptions, writeFixture } from "./_fixture_model.ts";
import { loadModel } from "./load_model.ts";
import { openNetworks, type Runtime } from "./networks.ts";
import { predict } from "./predict.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-networks-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const load = async (options: FixtureOptions) => {
  await writeFixture(join(root, "model"), options);
  const model = await loadModel(join(root, "model"), { threads: 1 });
  await model.close();
};
const network = (featureDim: number, indexDim: number, bias = 0) => {
  const { normal } = randomStream(1, "odd");
  const randomLayer = randomPerceptron([1, 4], "tanh", normal).layers[0];
  const prior = Float32Array.from({ length: (featureDim + 4 + 1) * indexDim }, normal);
  const learnable = new Float32Array(prior.length);
  // The readouts' last row is their constant.
  learnable[(featureDim + 4) * indexDim] += bias;
  const dims = { featureDim, conditionDim: 1, indexDim };
  const scales = { randomScale: 1, outputScale: 1 };
  return epinetGraph("odd", { ...dims, ...scales, randomLayer, prior, learnable });
};
const replace = (name: string, bytes: Uint8Array) => ({
  change: (_: unknown, files: ModelFiles) => void (files[name] = bytes),
});

describe("loading networks", () => {
  it("accepts the fixture", async () => await load({}));

  it.each<[string, FixtureOptions, RegExp]>([
    [
      "empty bytes",
      replace("mobility-denoiser.onnx", Uint8Array.of(0)),
      /not one that onnxruntime/,
    ],
    [
      "another network's file",
      replace("mobility-denoiser.onnx", fixtureModel().files["mobility-epinet.onnx"]),
      /mobility-denoiser\.onnx has the inputs features, index/,
    ],
    [
      "the wrong feature width",
      replace("mobility-epinet.onnx", network(7, 4)),
      /fails on a trial run/,
    ],
    [
      "the wrong index width",
      { change: (content) => void (content.mobility.indexDim = 9) },
      /mobility-epinet\.onnx fails on a trial run/,
    ],
    [
      "a feature width that the denoiser does not have",
      {
        change: (content, files) => {
          content.mobility.featureDim = 9;
          files["mobility-epinet.onnx"] = network(9, 4);
        },
      },
      /gives its output features as float32\[3, 17\].*float32\[3, 9\]/,
    ],
    [
      "values that are not finite",
      replace("mobility-epinet.onnx", network(17, 4, NaN)),
      /not finite/,
    ],
    [
      "weights in another file",
      replace("mobility-epinet.onnx", new TextEncoder().encode("\u0008 location ../../etc/passwd")),
      /complete in themselves/,
    ],
  ])("refuses %s", async (_name, options, message) => {
    await expect(load(options)).rejects.toThrow(message);
    await expect(load(options)).rejects.toMatchObject({ name: "ModelError", fault: "network" });
  });

  it("predicts the same where the runtime does not write into given outputs", async () => {
    const { content, files } = fixtureModel();
    const manifest = await sealManifest(content, files);
    const run = async (runtime: Runtime) => {
      const networks = await openNetworks(runtime, manifest, files, { intraOpNumThreads: 1 });
      const model = { manifest, networks, close: networks.close };
      const options = { seed: 1, members: 5 };
      const p = await predict(model, (x) => 0.5 + 0.2 * x * (1 - x), [1e-3], options);
      await networks.close();
      return { fills: networks.mobilityDenoiser.fillsOutputs, density: p.density };
    };
    const copying: Runtime = {
      Tensor: ort.Tensor,
      InferenceSession: {
        async create(bytes, options) {
          const session = await ort.InferenceSession.create(bytes, options);
          const { inputNames, outputNames } = session;
          // As onnxruntime-web: outputs come in tensors of their own, whatever is given for them.
          const run = (feeds: ort.InferenceSession.FeedsType) => session.run(feeds);
          return {
            inputNames,
            outputNames,
            run,
            release: () => session.release(),
          } as typeof session;
        },
      },
    };
    const [native, copied] = [await run(ort), await run(copying)];
    expect([native.fills, copied.fills]).toEqual([true, false]);
    expect(copied.density).toEqual(native.density);
  });

  it(
    "300 damaged ONNX files with fitting hashes: a refusal, or a model that predicts",
    async () => {
      const { content, files: original } = fixtureModel();
      const names = Object.keys(original);
      let loaded = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...names),
          fc.array(fc.tuple(fc.nat(1e6), fc.nat(255)), { minLength: 1, maxLength: 6 }),
          fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 4 }),
          async (name, edits, cut) => {
            const { length } = original[name];
            const kept = cut === null ? length : Math.ceil(cut * length) || 1;
            // A copy: slices of Node's buffers share their memory.
            const bytes = Uint8Array.from(original[name].subarray(0, kept));
            for (const [at, value] of edits) bytes[at % bytes.length] = value;
            const files = { ...original, [name]: bytes };
            const manifest = await sealManifest(content, files);
            try {
              const networks = await openNetworks(ort, manifest, files, {
                intraOpNumThreads: 1,
                logSeverityLevel: 4,
              });
              loaded++;
              try {
                const options = {
                  seed: 1,
                  members: 2,
                  fixedStep: 1e-4,
                  tabulate: "never",
                } as const;
                const model = { manifest, networks, close: networks.close };
                const p = await predict(model, () => 0.5, [1e-4], options);
                expect(p.invariants.operatorsNotPSD).toBe(0);
              } finally {
                await networks.close();
              }
            } catch (error) {
              if ((error as Error).name === "SolverError") return;
              expect(error).toBeInstanceOf(ModelError);
              // One line, printable, whatever the runtime had to say.
              expect((error as Error).message).toMatch(/^[^\n]+$/);
            }
          },
        ),
        { numRuns: 300, endOnFailure: true },
      );
      expect(loaded).toBeGreaterThan(10);
    },
    60_000,
  );
});
