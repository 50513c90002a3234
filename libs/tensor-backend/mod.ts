/** The one place that loads tfjs and, for training steps, onnxruntime. @module */
export {
  type Feed,
  type GraphRunner,
  loadGraphRunner,
  type PreparedGraph,
} from "./graph_runner.ts";
export { loadBackend } from "./load_backend.ts";
export type { BackendName, LoadOptions, TensorBackend, Tf } from "./types.ts";
