/** The one place that loads tfjs: tfjs-node when present, WASM otherwise. @module */
export { loadBackend } from "./load_backend.ts";
export type { BackendName, LoadOptions, TensorBackend, Tf } from "./types.ts";
