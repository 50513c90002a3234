import type { Manifest } from "./manifest.ts";
import { modelFolder } from "./read_model.ts";
import { verifyModelAs } from "./verify.ts";
import { upgraded, VERSION_2 } from "./version_2.ts";
import { writeModel } from "./write_model.ts";

/**
 * Writes a model folder of version 2 as one of today's version; every member's law stays what it was.
 *
 * A model that stands at `to`, `from` itself included, is replaced in one move.
 *
 * @returns The manifest as written.
 * @throws {ModelError} if `from` is damaged or of another version, or `to` holds something else than a model.
 */
export async function convertModel(from: string, to: string): Promise<Manifest> {
  const model = await verifyModelAs(VERSION_2, await modelFolder(from));
  const { content, files } = upgraded(model);
  return writeModel(to, content, files);
}
