import { ModelError, type ModelSource, verifyModel } from "@spiediff/model-artifact/portable";
import { type Model, openNetworks } from "@spiediff/predictor/portable";
import * as ort from "onnxruntime-web/wasm";

/** Verifies every byte of a model against its manifest, and opens its networks in WebAssembly. */
async function openModel(source: ModelSource): Promise<Model> {
  ort.env.wasm.wasmPaths = { wasm: new URL("ort/ort-wasm-simd-threaded.wasm", document.baseURI) };
  // More threads need a page that is isolated from others, which not every server grants.
  ort.env.wasm.numThreads = 1;
  const { manifest, files } = await verifyModel(async (name, limit) => {
    const bytes = await source(name, limit);
    if (bytes.length > limit) {
      throw new ModelError("too-large", `The model's file ${name} has more than ${limit} bytes.`);
    }
    return bytes;
  });
  const networks = await openNetworks(ort, manifest, files, { executionProviders: ["wasm"] });
  return { manifest, networks, close: networks.close };
}

/**
 * Fetches a model folder and opens it.
 *
 * @param folder Address of the folder, with a slash at its end.
 * @throws {ModelError} whose fault says what is wrong; "missing" where the server has no such model.
 */
export const fetchModel = (folder: URL): Promise<Model> =>
  openModel(async (name) => {
    const response = await fetch(new URL(name, folder));
    if (!response.ok) {
      throw new ModelError("missing", `The server answers ${response.status} for ${name}.`);
    }
    return new Uint8Array(await response.arrayBuffer());
  });

/**
 * Opens a model from files of this computer, by their names.
 *
 * @throws {ModelError} whose fault says what is wrong.
 */
export const readModelFiles = (files: ReadonlyMap<string, Blob>): Promise<Model> =>
  openModel(async (name, limit) => {
    const file = files.get(name);
    if (!file) throw new ModelError("missing", `The model's file ${name} is not there.`);
    // One byte more than allowed tells that there are more.
    return new Uint8Array(await file.slice(0, limit + 1).arrayBuffer());
  });
