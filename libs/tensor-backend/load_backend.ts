import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { overrideBatchMatMul } from "./wasm_batch_matmul.ts";
import type { LoadOptions, TensorBackend } from "./types.ts";

/** tfjs-node is an optional peer: its name is kept out of the module graph on purpose. */
const importTfjsNode = (): Promise<unknown> => {
  const name: string = "@tensorflow/tfjs-node";
  return import(name);
};

/**
 * Loads the tensor backend, once per process and preference.
 *
 * tfjs-node brings a native library that not every machine can install; it is used when it loads
 * and never required.
 *
 * @throws {Error} if `prefer: "tensorflow"` and tfjs-node does not load, with its reason.
 */
export async function loadBackend(options: LoadOptions = {}): Promise<TensorBackend> {
  const prefer = options.prefer ?? "auto";
  // Loaded when a training begins: commands that do not train start sooner.
  const tf = await import("@tensorflow/tfjs");
  let fallbackReason: string | null = null;
  if (prefer !== "wasm") {
    try {
      await (options.importNode ?? importTfjsNode)();
      if (!tf.findBackendFactory("tensorflow")) throw new Error("it registered no backend");
      await tf.setBackend("tensorflow");
      await tf.ready();
      return { tf, name: "tensorflow", fallbackReason: null };
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      fallbackReason = `@tensorflow/tfjs-node does not load: ${message.split("\n")[0]}`;
    }
    if (prefer === "tensorflow") {
      throw new Error(`The tensorflow backend was asked for, but ${fallbackReason}`);
    }
  }
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(wasmFolder());
  if (!await tf.setBackend("wasm")) throw new Error("The tfjs WASM backend does not start here.");
  await tf.ready();
  overrideBatchMatMul(tf);
  return { tf, name: "wasm", fallbackReason };
}

/** The folder that holds the backend's .wasm files, with a trailing separator. */
function wasmFolder(): string {
  const resolve = createRequire(import.meta.url).resolve;
  return dirname(resolve("@tensorflow/tfjs-backend-wasm")) + sep;
}
