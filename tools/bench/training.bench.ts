import {
  adamInit,
  adamUpdate,
  elementMean,
  type LossProblem,
  parametersOf,
  tangent,
  trainingProblem,
} from "@spiediff/diffusion-train";
import { randomStream } from "@spiediff/random";
import { type GraphRunner, loadBackend, loadGraphRunner } from "@spiediff/tensor-backend";
import { randomPerceptron } from "@spiediff/onnx-graph";
import type { BenchLine } from "./types.ts";
import { medianSeconds } from "./timing.ts";

const HIDDEN = [64, 64, 64], BATCH = 256, PROFILES = 10, M = 25;
const { normal } = randomStream(1, "bench");

/** A training step's loss on random data, with the default sizes. */
function problem(
  inputs: Record<string, number[]>,
  width: number,
  gauge: number,
  loss: LossProblem["loss"],
): LossProblem {
  const { arrays, shapes } = parametersOf(randomPerceptron([width, ...HIDDEN, 1], "silu", normal));
  const batch = Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => [name, {
      shape,
      data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.1 * normal()),
    }]),
  );
  return { parameters: arrays.slice(0, arrays.length - gauge), shapes, batch: () => batch, loss };
}

const mobility = () =>
  problem(
    { first: [BATCH, 18], second: [BATCH, 18], target: [BATCH, 1], weight: [BATCH, 1] },
    18,
    0,
    (on, parameters, { first, second, target, weight }) => {
      const mean = on.mul(elementMean(on, parameters, first, second), on.constant([1], [1]));
      const residual = on.sub(mean, target);
      return on.sum(on.mul(on.mul(residual, residual), weight));
    },
  );
const freeEnergy = () =>
  problem(
    { x: [PROFILES * M, 18], A: [PROFILES, M, M], flux: [PROFILES, M, 1] },
    18,
    1,
    (on, parameters, { x, A, flux }) => {
      const force = on.reshape(tangent(on, parameters, x, 18).derivative, [PROFILES, M, 1]);
      const residual = on.sub(on.matMul(A, force), flux);
      return on.sum(on.mul(residual, residual));
    },
  );

/** Milliseconds of one step, Adam included. */
async function step(of: LossProblem, runner?: GraphRunner): Promise<number> {
  const { tf } = await loadBackend();
  const ready = await trainingProblem(tf, of, runner);
  const adam = adamInit(of.parameters);
  let k = 0;
  const seconds = await medianSeconds(async () => {
    const { gradients } = await ready.lossAndGradients(k++);
    adamUpdate(adam, of.parameters, gradients, 1e-4);
  }, { rounds: 200, seconds: 1 });
  await ready.release();
  return 1000 * seconds;
}

/** The same steps in PyTorch on one thread; null where it is not installed. */
function pytorch(): { mobility: number; f: number; version: string } | null {
  const script = new URL("./pytorch_training.py", import.meta.url).pathname;
  for (const python of ["python3", "/usr/bin/python3"]) {
    try {
      const { success, stdout } = new Deno.Command(python, { args: [script] }).outputSync();
      if (success) return JSON.parse(new TextDecoder().decode(stdout));
    } catch { /* No such program. */ }
  }
  return null;
}

/** Steps of the default networks in onnxruntime, tfjs and, where it is installed, PyTorch. */
export default async function training(): Promise<BenchLine[]> {
  const runner = await loadGraphRunner() ?? undefined;
  const lines: BenchLine[] = [];
  const torch = pytorch();
  for (
    const [name, make, reference] of [
      ["mobility", mobility, torch?.mobility],
      ["free energy", freeEnergy, torch?.f],
    ] as const
  ) {
    const tfjs = await step(make());
    lines.push({ name: `training step ${name}, tfjs, ms`, value: tfjs });
    const native = runner ? await step(make(), runner) : tfjs;
    if (runner) lines.push({ name: `training step ${name}, onnxruntime graph, ms`, value: native });
    if (reference === undefined) continue;
    lines.push({ name: `training step ${name}, PyTorch ${torch!.version}, ms`, value: reference });
    lines.push({
      name: `training steps/s ${name} vs PyTorch`,
      value: reference / native,
      min: 1 / 1.5,
    });
  }
  return lines;
}
