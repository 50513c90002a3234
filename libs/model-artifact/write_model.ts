import { lstat, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import process from "node:process";
import { ModelError } from "./errors.ts";
import { sha256 } from "./hash.ts";
import { isPlainFileName, type Manifest, MANIFEST_NAME } from "./manifest.ts";
import type { ModelContent, ModelFiles } from "./types.ts";
import { CURRENT, integrityOf, invalid, type ManifestFormat, type Sealed } from "./verify.ts";

/** Everything of a manifest that its author states. */
type ContentOf<M extends Sealed> = Omit<M, "format" | "version" | "files" | "integrity">;

/**
 * The complete manifest of a content and its files: hashes, sizes and integrity added.
 *
 * @throws {ModelError} if a field is not allowed, NaN and infinities included.
 */
export const sealManifest = (content: ModelContent, files: ModelFiles): Promise<Manifest> =>
  sealManifestAs(CURRENT, content, files);

async function sealManifestAs<M extends Sealed>(
  { format, version, schema, check }: ManifestFormat<M>,
  content: ContentOf<M>,
  files: ModelFiles,
): Promise<M> {
  const entries: Manifest["files"] = {};
  for (const name of Object.keys(files).sort()) {
    if (!isPlainFileName(name)) {
      throw new ModelError(
        "path",
        `A model's file needs a plain name, not ${JSON.stringify(name)}.`,
      );
    }
    entries[name] = { sha256: await sha256(files[name]), bytes: files[name].length };
  }
  const unsealed = { format, version, ...content, files: entries };
  const parsed = schema.safeParse({ ...unsealed, integrity: "0".repeat(64) });
  if (!parsed.success) throw invalid(parsed.error);
  check(parsed.data);
  return { ...parsed.data, integrity: await integrityOf(parsed.data) };
}

/**
 * Writes a model folder so that at no moment a half-written one stands in its place: everything goes
 * to a new folder beside it, is flushed to disk, and is moved in by a rename. A model that was
 * there is replaced.
 *
 * @returns The manifest as written.
 * @throws {ModelError} if the content is not allowed, or `folder` holds something else than a model.
 */
export const writeModel = (
  folder: string,
  content: ModelContent,
  files: ModelFiles,
): Promise<Manifest> => writeModelAs(CURRENT, folder, content, files);

/** The same for a model of a given format. */
export async function writeModelAs<M extends Sealed>(
  format: ManifestFormat<M>,
  folder: string,
  content: ContentOf<M>,
  files: ModelFiles,
): Promise<M> {
  const manifest = await sealManifestAs(format, content, files);
  const target = resolve(folder);
  await refuseForeign(target);
  const parent = dirname(target);
  // The process stands in the name: what a killed one has left can be told from what is being written.
  const unique = `${process.pid}-${crypto.randomUUID().slice(0, 8)}`;
  const partial = join(parent, `.${basename(target)}.partial-${unique}`);
  await mkdir(partial, { recursive: true });
  try {
    for (const [name, bytes] of Object.entries(files)) {
      await writeDurably(join(partial, name), bytes);
    }
    const text = JSON.stringify(manifest, null, 2) + "\n";
    await writeDurably(join(partial, MANIFEST_NAME), new TextEncoder().encode(text));
    await syncFolder(partial);
    await moveInto(partial, target, join(parent, `.${basename(target)}.old-${unique}`));
    await syncFolder(parent);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
  return manifest;
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the folder's entries durable where the system allows to open folders. */
async function syncFolder(path: string): Promise<void> {
  try {
    const handle = await open(path, "r");
    await handle.sync().finally(() => handle.close());
  } catch {
    // Windows refuses to open folders; the rename is still atomic there.
  }
}

async function moveInto(partial: string, target: string, aside: string): Promise<void> {
  if (await kind(target) === undefined) return rename(partial, target);
  await rename(target, aside);
  try {
    await rename(partial, target);
  } catch (error) {
    await rename(aside, target);
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

/** Only a model or an empty folder may be replaced: nobody's other files are ever deleted. */
async function refuseForeign(target: string): Promise<void> {
  const found = await kind(target);
  if (found === undefined) return;
  const names = found === "folder" ? await readdir(target) : undefined;
  if (!names || (names.length > 0 && !names.includes(MANIFEST_NAME))) {
    throw new ModelError(
      "foreign",
      `${target} exists and is not a model folder; it is left alone.`,
    );
  }
}

async function kind(path: string): Promise<"folder" | "other" | undefined> {
  try {
    return (await lstat(path)).isDirectory() ? "folder" : "other";
  } catch {
    return undefined;
  }
}
