import "./no_telemetry.ts";
import { readModel } from "@spiediff/model-artifact";
import { openNetworks } from "./networks.ts";
import type { Model } from "./types.ts";

/**
 * Reads a model folder, verifies every byte, and opens its networks in the native runtime.
 *
 * @param options `threads` are those of one inference. @defaultValue 2
 * @throws {ModelError} whose fault says what is wrong with the model.
 * @throws {RangeError} if `threads` is not a whole number from 1 to 256.
 */
export async function loadModel(
  folder: string,
  options: { readonly threads?: number } = {},
): Promise<Model> {
  const threads = options.threads ?? 2;
  if (!Number.isInteger(threads) || threads < 1 || threads > 256) {
    throw new RangeError(`threads must be a whole number from 1 to 256, not ${threads}.`);
  }
  const { manifest, files } = await readModel(folder);
  // Loaded with the first model: commands that have none start sooner.
  const ort = await import("onnxruntime-node");
  const networks = await openNetworks(ort, manifest, files, {
    executionProviders: ["cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    // Idle workers of one network must not spin while another one, or another program, computes.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
    // Errors come back as exceptions; the runtime's own log would only repeat them.
    logSeverityLevel: 4,
  });
  return { manifest, networks, close: networks.close };
}
