/** NumPy's array files: rows written in any order, rows read without the rest. @module */
export { npyBytes } from "./bytes.ts";
export { NpyError } from "./npy_error.ts";
export { openNpyReader, readNpy } from "./reader.ts";
export type { NpyReader } from "./reader.ts";
export { openNpyWriter } from "./writer.ts";
export type { NpyWriter } from "./writer.ts";
