/** The model folder: versioned manifest, hashes, atomic writes. @module */
export { canonicalJson } from "./canonical_json.ts";
export { convertModel } from "./convert_model.ts";
export { ModelError } from "./errors.ts";
export type { ModelFault } from "./errors.ts";
export { FIELDS_MODEL, type FieldsManifest } from "./fields_manifest.ts";
export {
  type FieldsContent,
  isFieldsModel,
  type VerifiedFieldsModel,
  verifyFieldsModel,
} from "./fields_model.ts";
export { sha256 } from "./hash.ts";
export {
  MANIFEST_NAME,
  manifestSchema,
  MODEL_FORMAT,
  MODEL_VERSION,
  modelField,
  modelUnits,
  systemTitle,
} from "./manifest.ts";
export type { Manifest } from "./manifest.ts";
export { folderSource, modelFolder, readModel } from "./read_model.ts";
export type { ModelContent, ModelFiles, ModelSource, VerifiedModel } from "./types.ts";
export { verifyModel } from "./verify.ts";
export { sealManifest, writeModel, writeModelAs } from "./write_model.ts";
