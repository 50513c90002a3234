import { ModelError, verifyModel } from "@spiediff/model-artifact/portable";
import { type Model, openNetworks } from "@spiediff/predictor/portable";
import * as ort from "onnxruntime-web/wasm";

/**
 * Fetches a model folder, verifies every byte against its manifest, and opens its networks in
 * WebAssembly.
 *
 * @param folder Address of the folder, with a slash at its end.
 * @throws {ModelError} whose fault says what is wrong.
 */
export async function fetchModel(folder: URL): Promise<Model> {
  ort.env.wasm.wasmPaths = { wasm: new URL("ort/ort-wasm-simd-threaded.wasm", document.baseURI) };
  // More threads need a page that is isolated from others, which not every server grants.
  ort.env.wasm.numThreads = 1;
  const { manifest, files } = await verifyModel(async (name, limit) => {
    const response = await fetch(new URL(name, folder));
    if (!response.ok) {
      throw new ModelError("missing", `The server answers ${response.status} for ${name}.`);
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.length > limit) {
      throw new ModelError("too-large", `The model's file ${name} has more than ${limit} bytes.`);
    }
    return bytes;
  });
  const networks = await openNetworks(ort, manifest, files, { executionProviders: ["wasm"] });
  return { manifest, networks, close: networks.close };
}
