import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ModelError } from "./errors.ts";
import type { ModelSource, VerifiedModel } from "./types.ts";
import { verifyModel } from "./verify.ts";

/**
 * Reads a model folder; every byte is checked against the manifest before anything uses it.
 *
 * @throws {ModelError} whose fault says what is wrong.
 */
export async function readModel(folder: string): Promise<VerifiedModel> {
  return verifyModel(await modelFolder(folder));
}

/** A folder as a source of a model. @throws {ModelError} if there is no folder. */
export async function modelFolder(folder: string): Promise<ModelSource> {
  const info = await lstatOrRefuse(folder, `There is no model folder at ${folder}.`);
  // The folder itself may be a link; what lies inside may not.
  if (!info.isDirectory() && !info.isSymbolicLink()) {
    throw new ModelError(
      "foreign",
      `${folder} is a file; a model is a folder with a manifest.json.`,
    );
  }
  return folderSource(folder);
}

/** Plain files of one folder; links, pipes and folders are refused before they are opened. */
export function folderSource(folder: string): ModelSource {
  return async (name, limit) => {
    const path = join(folder, name);
    const info = await lstatOrRefuse(path, `The model's file ${name} is missing in ${folder}.`);
    if (!info.isFile()) {
      throw new ModelError("path", `The model's file ${name} is not a plain file of the folder.`);
    }
    if (info.size > limit) {
      throw new ModelError(
        name === "manifest.json" ? "too-large" : "truncated",
        `The model's file ${name} has ${info.size} bytes; ${limit} are allowed.`,
      );
    }
    return new Uint8Array(await readFile(path));
  };
}

async function lstatOrRefuse(path: string, message: string) {
  try {
    return await lstat(path);
  } catch (error) {
    throw new ModelError("missing", message, { cause: error });
  }
}
