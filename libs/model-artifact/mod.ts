/** The model folder: versioned manifest, hashes, atomic writes. @module */
export { canonicalJson } from "./canonical_json.ts";
export { convertModel } from "./convert_model.ts";
export { ModelError } from "./errors.ts";
export type { ModelFault } from "./errors.ts";
export { sha256 } from "./hash.ts";
export {
  MANIFEST_NAME,
  manifestSchema,
  MODEL_FORMAT,
  MODEL_VERSION,
  modelField,
  systemTitle,
} from "./manifest.ts";
export type { Manifest } from "./manifest.ts";
export { folderSource, readModel } from "./read_model.ts";
export type { ModelContent, ModelFiles, ModelSource, VerifiedModel } from "./types.ts";
export { verifyModel } from "./verify.ts";
export { sealManifest, writeModel } from "./write_model.ts";
