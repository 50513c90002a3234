import type { Manifest } from "./manifest.ts";

/** Everything of a manifest that its author states; hashes and integrity are added on writing. */
export type ModelContent = Omit<Manifest, "format" | "version" | "files" | "integrity">;

/** The bytes of each file by its name. */
export type ModelFiles = Record<string, Uint8Array>;

/** A model whose every byte agrees with its manifest. */
export interface VerifiedModel {
  readonly manifest: Manifest;
  readonly files: ModelFiles;
}

/**
 * Gives the bytes of a file of the model, or throws a `ModelError`.
 *
 * @param limit The file must not be longer; sources check it before they read.
 */
export type ModelSource = (name: string, limit: number) => Promise<Uint8Array>;
