/** Model folders of several fields. */
import { decodeText, fieldsOf, parseJson } from "@spiediff/user-text";
import { FIELDS_MODEL, type FieldsManifest } from "./fields_manifest.ts";
import { MANIFEST_NAME } from "./manifest.ts";
import type { ModelFiles, ModelSource } from "./types.ts";
import { LARGEST_MANIFEST, verifyModelAs } from "./verify.ts";

/** A model of several fields whose every byte agrees with its manifest. */
export interface VerifiedFieldsModel {
  readonly manifest: FieldsManifest;
  readonly files: ModelFiles;
}

/** Everything of such a manifest that its author states. */
export type FieldsContent = Omit<FieldsManifest, "format" | "version" | "files" | "integrity">;

/** Reads and verifies a model of several fields. @throws {ModelError} whose fault says what is wrong. */
export const verifyFieldsModel = (source: ModelSource): Promise<VerifiedFieldsModel> =>
  verifyModelAs(FIELDS_MODEL, source);

/** Whether a manifest says that its model is of several fields; false of what is no manifest. */
export async function isFieldsModel(source: ModelSource): Promise<boolean> {
  try {
    const bytes = await source(MANIFEST_NAME, LARGEST_MANIFEST);
    const manifest = parseJson(decodeText(bytes, "The manifest"), "The manifest");
    return fieldsOf(manifest).format === FIELDS_MODEL.format;
  } catch {
    // What is wrong with it is for the reader of either kind to say.
    return false;
  }
}
