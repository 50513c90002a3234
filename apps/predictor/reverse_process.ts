import type { ReverseStep } from "@spiediff/diffusion";
import type { Tensor } from "onnxruntime-node";
import type { Draws } from "./members.ts";
import type { Network } from "./networks.ts";

/** What tells K1 from f': the names of the networks and the way from their output to a value. */
export interface Quantity {
  readonly denoiser: Network;
  readonly epinet: Network;
  /** Names of the condition columns, e.g. `["density"]`. */
  readonly conditions: readonly string[];
  /** Name of the denoiser's output that the correction is added to. */
  readonly output: string;
  readonly featureDim: number;
  /** Normalised clean value of `output + correction`. */
  readonly normalise: (corrected: number) => number;
  readonly draws: Draws;
}

/**
 * Evaluates a quantity at `count` rows, each with its own conditions and member.
 *
 * @param conditions One `[count]` array for each condition.
 * @param member Member number of each row, `[count]`.
 * @param out Receives `output + correction` of the last reverse step, `[count]`.
 */
export type Evaluate = (
  conditions: readonly ArrayLike<number>[],
  member: ArrayLike<number>,
  count: number,
  out: Float64Array,
) => Promise<void>;

/**
 * Rows of one inference. All nodes of 2000 members with 25 elements fit into one call; larger
 * batches are cut so that hidden layers do not fill the memory.
 */
export const LARGEST_BATCH = 65536;

/**
 * The reverse process of one quantity for all rows of a batch at once: at every step one call of
 * the denoiser and one of the epinet. Buffers grow to the largest batch seen and stay.
 */
export function reverseProcess(quantity: Quantity, steps: readonly ReverseStep[]): Evaluate {
  let buffers = allocate(quantity, 0);
  return async (conditions, member, count, out) => {
    for (let start = 0; start < count; start += LARGEST_BATCH) {
      const rows = Math.min(LARGEST_BATCH, count - start);
      if (buffers.capacity < rows) buffers = allocate(quantity, rows);
      await evaluateBatch(quantity, steps, buffers, conditions, member, start, rows, out);
    }
  };
}

interface Buffers {
  readonly capacity: number;
  readonly conditions: Float32Array[];
  readonly state: Float32Array;
  readonly index: Float32Array;
  readonly features: Float32Array;
  readonly output: Float32Array;
  readonly correction: Float32Array;
}

function allocate(quantity: Quantity, capacity: number): Buffers {
  const column = () => new Float32Array(capacity);
  return {
    capacity,
    conditions: quantity.conditions.map(column),
    state: column(),
    index: new Float32Array(capacity * quantity.draws.indexDim),
    features: new Float32Array(capacity * quantity.featureDim),
    output: column(),
    correction: column(),
  };
}

async function evaluateBatch(
  quantity: Quantity,
  steps: readonly ReverseStep[],
  buffers: Buffers,
  conditions: readonly ArrayLike<number>[],
  member: ArrayLike<number>,
  start: number,
  rows: number,
  out: Float64Array,
): Promise<void> {
  const { draws, normalise } = quantity;
  const { state, index, output, correction } = buffers;
  conditions.forEach((values, c) => {
    const column = buffers.conditions[c];
    for (let r = 0; r < rows; r++) column[r] = values[start + r];
  });
  const dim = draws.indexDim;
  for (let r = 0; r < rows; r++) {
    const m = member[start + r];
    state[r] = draws.latent[m];
    for (let d = 0; d < dim; d++) index[r * dim + d] = draws.index[m * dim + d];
  }
  const calls = bindCalls(quantity, buffers, rows);
  for (let k = 0; k < steps.length; k++) {
    const { timestep, stateCoefficient, cleanCoefficient, noiseCoefficient } = steps[k];
    await calls(timestep);
    if (k === steps.length - 1) break;
    const noise = draws.noise[k];
    for (let r = 0; r < rows; r++) {
      const clean = normalise(output[r] + correction[r]);
      state[r] = stateCoefficient * state[r] + cleanCoefficient * clean;
      if (noise) state[r] += noiseCoefficient * noise[member[start + r]];
    }
  }
  for (let r = 0; r < rows; r++) out[start + r] = output[r] + correction[r];
}

/** Wraps the buffers' first `rows` rows as tensors, outputs included, so that runs allocate nothing. */
function bindCalls(
  quantity: Quantity,
  buffers: Buffers,
  rows: number,
): (timestep: number) => Promise<void> {
  const { denoiser, epinet, featureDim, draws } = quantity;
  const { Tensor } = denoiser.runtime;
  const wrap = (data: Float32Array, width: number): Tensor =>
    new Tensor("float32", data.subarray(0, rows * width), [rows, width]);
  const time = Int32Array.of(0);
  const features = wrap(buffers.features, featureDim);
  const feeds: Record<string, Tensor> = {
    state: wrap(buffers.state, 1),
    timestep: new Tensor("int32", time, [1]),
  };
  quantity.conditions.forEach((name, c) => feeds[name] = wrap(buffers.conditions[c], 1));
  const denoise = bindRun(denoiser, feeds, {
    [quantity.output]: wrap(buffers.output, 1),
    features,
  });
  const correct = bindRun(epinet, { features, index: wrap(buffers.index, draws.indexDim) }, {
    correction: wrap(buffers.correction, 1),
  });
  return async (timestep) => {
    time[0] = timestep;
    await denoise();
    await correct();
  };
}

/** A run of a network from given tensors into given tensors, by copying where the runtime needs it. */
function bindRun(
  network: Network,
  feeds: Record<string, Tensor>,
  outputs: Record<string, Tensor>,
): () => Promise<unknown> {
  const { session, fillsOutputs } = network;
  if (fillsOutputs) return () => session.run(feeds, outputs);
  return async () => {
    const results = await session.run(feeds);
    for (const [name, target] of Object.entries(outputs)) {
      (target.data as Float32Array).set(results[name].data as Float32Array);
    }
  };
}
