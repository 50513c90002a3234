import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomStream } from "@spiediff/random";
import * as node from "onnxruntime-node";
import * as web from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import {
  drivingForceGraph,
  epinetGraph,
  freeEnergyGraph,
  lawGraph,
  mobilityDenoiserGraph,
  randomDenoiser,
  randomPerceptron,
} from "./mod.ts";

/** The five files of a model folder with the sizes that the presets have. */
const { normal, uniform, integer } = randomStream(8, "runtimes");
const HIDDEN = [64, 64, 64], STEPS = 50, EMBEDDING = 16, D = 16, RANDOM = 48;
const forMobility = randomDenoiser(1, HIDDEN, STEPS, EMBEDDING, normal);
const forForce = randomDenoiser(1, HIDDEN, STEPS, EMBEDDING, normal);
const single = { offset: 0.5, scale: 4 };
const FEATURES = HIDDEN[2] + 1;
const epinet = () => ({
  featureDim: FEATURES,
  conditionDim: 1,
  indexDim: D,
  randomLayer: randomPerceptron([1, RANDOM], "tanh", normal, 1).layers[0],
  randomScale: 1,
  prior: Float32Array.from({ length: (FEATURES + RANDOM + 1) * D }, normal),
  learnable: Float32Array.from({ length: (FEATURES + RANDOM + 1) * D }, normal),
  outputScale: 1,
});
const FILES: [string, Uint8Array][] = [
  ["mobility-denoiser", mobilityDenoiserGraph(forMobility, single)],
  ["mobility-epinet", epinetGraph("mobility-epinet", epinet())],
  ["free-energy-denoiser", freeEnergyGraph(forForce, single, 1.3)],
  ["driving-force-denoiser", drivingForceGraph(forForce, single, 1.3)],
  ["driving-force-epinet", epinetGraph("driving-force-epinet", epinet())],
];

/** All of them in one: the first number of a member is its latent, the other two enter the index. */
const MEMBER = 3;
const [mobilityDenoiser, mobilityEpinet, , forceDenoiser, forceEpinet] = FILES.map(([, b]) => b);
const indexed = {
  latent: 0,
  random: Float32Array.from({ length: MEMBER * D }, (_, k) => k === D || k === 2 * D + 1 ? 1 : 0),
  steered: Float32Array.from({ length: 4 * D }, (_, k) => k % (D + 1) === 0 ? 0.5 : 0),
  state: { mean: 0.1, std: 1.5 },
};
FILES.push([
  "law",
  lawGraph("law", MEMBER, [
    { timestep: 49, stateCoefficient: 0.7, cleanCoefficient: 0.5 },
    { timestep: 24, stateCoefficient: 0, cleanCoefficient: 1 },
  ], {
    mobility: {
      ...{ denoiser: mobilityDenoiser, epinet: mobilityEpinet, output: "raw", softplusScale: 0.2 },
      ...indexed,
    },
    driving_force: {
      ...{ denoiser: forceDenoiser, epinet: forceEpinet, output: "driving_force" },
      ...indexed,
    },
  }),
]);

it("refuses to join graphs that are fed otherwise than they ask for", () => {
  expect(() =>
    lawGraph("law", MEMBER, [{ timestep: 0, stateCoefficient: 0, cleanCoefficient: 1 }], {
      mobility: { denoiser: mobilityEpinet, epinet: mobilityEpinet, output: "raw", ...indexed },
    })
  ).toThrow(/"mobility-epinet" has the inputs features, index, and is given density, state/);
});

/** Random values for a graph's inputs at a batch size. */
function inputs(names: readonly string[], B: number) {
  return names.map((name) => {
    if (name === "timestep") {
      return { name, type: "int32", data: Int32Array.from({ length: B }, () => integer(STEPS)) };
    }
    const draw = name === "density" ? uniform : normal;
    return { name, type: "float32", draw };
  });
}

const WIDTHS: Record<string, number> = { features: FEATURES, index: D, member: MEMBER };

describe.each(FILES)("%s", (_name, bytes) => {
  it("is smaller than 200 kB, all of them in one than 300 kB", () => {
    expect(bytes.length).toBeLessThan(_name === "law" ? 300_000 : 200_000);
    expect(bytes.length).toBeGreaterThan(1000);
  });
  it("gives the same in onnxruntime for the web as for Node, at any batch size", async () => {
    web.env.wasm.numThreads = 1;
    const native = await node.InferenceSession.create(bytes);
    const browser = await web.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
    expect(browser.inputNames).toEqual(native.inputNames);
    for (const B of [1, 7, 300]) {
      const feeds = inputs(native.inputNames, B).map(({ name, type, data, draw }) => {
        const columns = WIDTHS[name] ?? 1;
        const values = data ?? Float32Array.from({ length: B * columns }, draw!);
        return { name, type, values, dims: name === "timestep" ? [B] : [B, columns] };
      });
      const run = async (ort: typeof node | typeof web, session: typeof native) =>
        await session.run(Object.fromEntries(
          feeds.map(({ name, type, values, dims }) => [
            name,
            new ort.Tensor(type as "float32", values as Float32Array, dims),
          ]),
        ));
      const a = await run(node, native);
      const b = await run(web, browser as unknown as typeof native);
      for (const output of native.outputNames) {
        expect(b[output].dims).toEqual(a[output].dims);
        expect(a[output].dims[0]).toBe(B);
        const [x, y] = [a, b].map((result) => result[output].data as Float32Array);
        x.forEach((v, i) => expect(Math.abs(v - y[i])).toBeLessThan(1e-4 * (1 + Math.abs(v))));
      }
    }
  });
});

/** Python with the onnx package, where the machine has it (Debian: python3-onnx). */
const python = ["python3", "/usr/bin/python3"].find((program) => {
  try {
    execFileSync(program, ["-c", "import onnx"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

it.skipIf(!python)("all pass the ONNX checker, full check, opset 17 (needs Python's onnx)", () => {
  const folder = mkdtempSync(join(tmpdir(), "spiediff-onnx-"));
  try {
    const paths = FILES.map(([name, bytes]) => {
      const path = join(folder, `${name}.onnx`);
      writeFileSync(path, bytes);
      return path;
    });
    const script = "import sys, onnx\nfor p in sys.argv[1:]:\n m = onnx.load(p)\n" +
      " onnx.checker.check_model(m, full_check=True)\n print(m.opset_import[0].version)";
    const output = execFileSync(python!, ["-c", script, ...paths], { encoding: "utf8" });
    expect(output.trim().split("\n")).toEqual(FILES.map(() => "17"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
