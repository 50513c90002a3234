/** The part of the package that needs no file system, for browsers. @module */
export { ModelError } from "./errors.ts";
export type { Manifest } from "./manifest.ts";
export { modelField, modelUnits, systemTitle } from "./manifest.ts";
export type { ModelFiles, ModelSource, VerifiedModel } from "./types.ts";
export { verifyModel } from "./verify.ts";
