import type * as tfjs from "@tensorflow/tfjs";

/** The tfjs API; every lib that trains gets it from here and imports tfjs for types only. */
export type Tf = typeof tfjs;

/** Which native engine does the arithmetic. */
export type BackendName = "tensorflow" | "wasm";

/** A loaded backend. */
export interface TensorBackend {
  readonly tf: Tf;
  readonly name: BackendName;
  /** Why a preferred backend was passed over; null when nothing was. */
  readonly fallbackReason: string | null;
}

export interface LoadOptions {
  /**
   * `"auto"`: tfjs-node if it can be loaded, else WASM; `"wasm"`, `"tensorflow"`: that one or an
   * error.
   * @defaultValue "auto"
   */
  readonly prefer?: "auto" | BackendName;
  /** Imports `@tensorflow/tfjs-node`; tests pass their own. */
  readonly importNode?: () => Promise<unknown>;
}
