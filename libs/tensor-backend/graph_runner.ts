import process from "node:process";

/** An array with its shape, as it goes into a graph. */
export interface Feed {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** A graph that is ready to run. */
export interface PreparedGraph {
  run(feeds: Readonly<Record<string, Feed>>): Promise<Readonly<Record<string, Float32Array>>>;
  release(): Promise<void>;
}

/** Evaluates ONNX graphs natively: how training steps run where it is there. */
export interface GraphRunner {
  readonly name: string;
  prepare(model: Uint8Array): Promise<PreparedGraph>;
}

type Runtime = typeof import("onnxruntime-node");

/**
 * Loads onnxruntime, or says by `null` that this machine does not have it.
 *
 * One thread an operator: products this small gain nothing from a second one, and with one the same
 * graph gives the same bits in every run on a machine.
 */
export async function loadGraphRunner(
  load: () => Promise<Runtime> = () => import("onnxruntime-node"),
): Promise<GraphRunner | null> {
  // It reports each session to its maker unless told not to, before it is loaded.
  process.env.ORT_DISABLE_TELEMETRY = "1";
  let runtime: Runtime;
  try {
    runtime = await load();
  } catch {
    return null;
  }
  const { InferenceSession, Tensor } = runtime;
  return {
    name: "onnxruntime",
    async prepare(model) {
      const session = await InferenceSession.create(model, {
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
      });
      return {
        async run(feeds) {
          const tensors: Record<string, InstanceType<typeof Tensor>> = {};
          for (const [name, { data, shape }] of Object.entries(feeds)) {
            tensors[name] = new Tensor("float32", data, shape);
          }
          const results = await session.run(tensors);
          const arrays: Record<string, Float32Array> = {};
          for (const [name, { data }] of Object.entries(results)) {
            arrays[name] = data as Float32Array;
          }
          return arrays;
        },
        release: () => session.release(),
      };
    },
  };
}
