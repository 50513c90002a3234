import { type Manifest, ModelError, type ModelFiles } from "@spiediff/model-artifact/portable";
import type { InferenceSession, Tensor, TensorConstructor } from "onnxruntime-node";

/** What is needed of onnxruntime: the native runtime or the one for browsers. */
export interface Runtime {
  readonly InferenceSession: {
    create(bytes: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

/** One network with its named outputs of known widths. */
export interface Network {
  readonly session: InferenceSession;
  readonly runtime: Runtime;
  /** Whether the runtime writes into given output tensors; the one for browsers does not. */
  readonly fillsOutputs: boolean;
}

/** The networks of a model that prediction needs. */
export interface Networks {
  readonly mobilityDenoiser: Network;
  readonly mobilityEpinet: Network;
  readonly drivingForceDenoiser: Network;
  readonly drivingForceEpinet: Network;
  close(): Promise<void>;
}

interface Expectation {
  readonly file: string;
  /** Input name to column count, or to "timestep". */
  readonly inputs: Record<string, number | "timestep">;
  readonly outputs: Record<string, number>;
}

/**
 * Opens the networks of a verified model and checks names and widths against the manifest, by the
 * declared shapes and by a trial run.
 *
 * @throws {ModelError} of fault `"network"`, naming the file.
 */
export async function openNetworks(
  runtime: Runtime,
  manifest: Manifest,
  files: ModelFiles,
  options: InferenceSession.SessionOptions,
): Promise<Networks> {
  const { mobility, drivingForce } = manifest;
  const densityInputs = { density: 1, state: 1, timestep: "timestep" } as const;
  const expected: Expectation[] = [
    {
      file: mobility.denoiser,
      inputs: { density: 1, state: 1, timestep: "timestep" },
      outputs: { raw: 1, features: mobility.featureDim },
    },
    {
      file: mobility.epinet,
      inputs: { features: mobility.featureDim, index: mobility.indexDim },
      outputs: { correction: 1 },
    },
    {
      file: drivingForce.denoiser,
      inputs: densityInputs,
      outputs: { driving_force: 1, features: drivingForce.featureDim },
    },
    {
      file: drivingForce.epinet,
      inputs: { features: drivingForce.featureDim, index: drivingForce.indexDim },
      outputs: { correction: 1 },
    },
    { file: drivingForce.freeEnergy, inputs: densityInputs, outputs: { free_energy: 1 } },
  ];
  const opened: Network[] = [];
  const close = async () => {
    await Promise.all(opened.map((network) => network.session.release()));
  };
  try {
    for (const expectation of expected) {
      opened.push(await openNetwork(runtime, expectation, files[expectation.file], options));
    }
  } catch (error) {
    await close();
    throw error;
  }
  // f itself is integrated from f' with its correction; its graph is only checked.
  await opened.pop()!.session.release();
  const [mobilityDenoiser, mobilityEpinet, drivingForceDenoiser, drivingForceEpinet] = opened;
  return { mobilityDenoiser, mobilityEpinet, drivingForceDenoiser, drivingForceEpinet, close };
}

async function openNetwork(
  runtime: Runtime,
  expectation: Expectation,
  bytes: Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<Network> {
  const refuse = (message: string, cause?: unknown): never => {
    throw new ModelError("network", `The network ${expectation.file} ${message}`, { cause });
  };
  if (refersToOtherFiles(bytes)) {
    refuse("keeps its weights in another file; a model's networks must be complete in themselves.");
  }
  const session = await runtime.InferenceSession.create(bytes, options).catch((error) =>
    refuse(`is not one that onnxruntime accepts: ${oneLine(error)}`, error)
  );
  try {
    sameNames("inputs", session.inputNames, Object.keys(expectation.inputs), refuse);
    sameNames("outputs", session.outputNames, Object.keys(expectation.outputs), refuse);
    const results = await session.run(trialFeeds(runtime, expectation)).catch((error) =>
      refuse(`fails on a trial run: ${oneLine(error)}`, error)
    );
    for (const [name, width] of Object.entries(expectation.outputs)) {
      const { dims, type, data } = results[name];
      if (type !== "float32" || dims.length !== 2 || dims[0] !== TRIAL_ROWS || dims[1] !== width) {
        refuse(
          `gives its output ${name} as ${type}[${dims.join(", ")}] for ${TRIAL_ROWS} rows; ` +
            `the manifest promises float32[${TRIAL_ROWS}, ${width}].`,
        );
      }
      if (!(data as Float32Array).every(Number.isFinite)) {
        refuse(`gives values that are not finite in its output ${name}.`);
      }
    }
    return { session, runtime, fillsOutputs: await fillsOutputs(runtime, session, expectation) };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** Tries whether outputs land in tensors that are given for them: what was not a number must be one. */
async function fillsOutputs(
  runtime: Runtime,
  session: InferenceSession,
  expectation: Expectation,
): Promise<boolean> {
  const buffers: Float32Array[] = [];
  const fetches: Record<string, Tensor> = {};
  for (const [name, width] of Object.entries(expectation.outputs)) {
    const buffer = new Float32Array(TRIAL_ROWS * width).fill(NaN);
    buffers.push(buffer);
    fetches[name] = new runtime.Tensor("float32", buffer, [TRIAL_ROWS, width]);
  }
  await session.run(trialFeeds(runtime, expectation), fetches);
  return buffers.every((buffer) => buffer.every(Number.isFinite));
}

const TRIAL_ROWS = 3;

function trialFeeds(runtime: Runtime, expectation: Expectation): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  for (const [name, width] of Object.entries(expectation.inputs)) {
    feeds[name] = width === "timestep"
      ? new runtime.Tensor("int32", Int32Array.of(0), [1])
      : new runtime.Tensor("float32", new Float32Array(TRIAL_ROWS * width).fill(0.5), [
        TRIAL_ROWS,
        width,
      ]);
  }
  return feeds;
}

function sameNames(
  kind: string,
  actual: readonly string[],
  expected: readonly string[],
  refuse: (message: string) => never,
): void {
  if ([...actual].sort().join() !== [...expected].sort().join()) {
    refuse(`has the ${kind} ${actual.join(", ")}; expected are ${expected.join(", ")}.`);
  }
}

/**
 * Whether an ONNX file names external data, whose key in the format is "location". A file that is
 * complete in itself has no use for the word, and refusing it keeps every read inside the folder.
 */
function refersToOtherFiles(bytes: Uint8Array): boolean {
  const key = new TextEncoder().encode("location");
  outer: for (let i = bytes.indexOf(key[0]); i >= 0; i = bytes.indexOf(key[0], i + 1)) {
    for (let k = 1; k < key.length; k++) if (bytes[i + k] !== key[k]) continue outer;
    return true;
  }
  return false;
}

const oneLine = (error: unknown): string =>
  // deno-lint-ignore no-control-regex
  String((error as Error)?.message ?? error).replace(/[\x00-\x1f\x7f-\x9f]+/g, " ").slice(0, 300);
