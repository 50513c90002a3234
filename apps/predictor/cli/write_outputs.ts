import { existsSync } from "node:fs";
import { access, constants, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { predictionCsv, predictionJson } from "../output.ts";
import type { Prediction } from "../types.ts";
import { type ReportContext, reportHtml } from "./report.ts";
import { unreadableFile, writeAllDurably } from "@spiediff/command-line";

/**
 * Writes prediction.csv, prediction.json and report.html into a folder; each file appears complete.
 *
 * @returns The paths written.
 * @throws the system's error, with the file's path, if one cannot be written.
 */
export async function writeOutputs(
  folder: string,
  prediction: Prediction,
  context: ReportContext,
): Promise<string[]> {
  const contents = {
    "prediction.csv": predictionCsv(prediction, context.units),
    "prediction.json": JSON.stringify(predictionJson(prediction, context.manifest, context.units)) +
      "\n",
    // At the start alone there is nothing to draw over time.
    "report.html": prediction.times.length > 1 ? await reportHtml(prediction, context) : null,
  };
  return await writeFiles(folder, contents, "prediction.json");
}

/**
 * Makes sure, before any work, that files can be written into a folder, which need not exist yet.
 *
 * @throws {UserError} naming what is in the way.
 */
export async function checkFolder(folder: string): Promise<void> {
  for (let path = resolve(folder);; path = dirname(path)) {
    try {
      const isFolder = (await stat(path)).isDirectory();
      if (!isFolder) throw Object.assign(new Error(), { code: "EEXIST" });
      return await access(path, constants.W_OK | constants.X_OK);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      // What is not there yet is made, if its parent may be written.
      if ((code !== "ENOENT" && code !== "ENOTDIR") || path === dirname(path)) {
        throw unreadableFile(path === resolve(folder) ? folder : path, cause);
      }
    }
  }
}

/**
 * Writes files into a folder; each appears complete, none before all are written.
 *
 * @param contents Text or bytes by file name; null for one that an earlier result may have, but this has not.
 * @param mark The file whose presence says that an earlier result of this kind is there: what it has more
 * is removed, since it would be taken for this one's.
 * @returns The paths written.
 * @throws the system's error, with the file's path, if one cannot be written.
 */
export async function writeFiles(
  folder: string,
  contents: Readonly<Record<string, string | Uint8Array | null>>,
  mark?: string,
): Promise<string[]> {
  const files = new Map<string, string | Uint8Array>();
  const absent: string[] = [];
  for (const [name, data] of Object.entries(contents)) {
    const path = join(folder, name);
    if (data === null) absent.push(path);
    else files.set(path, data);
  }
  if (mark !== undefined && existsSync(join(folder, mark))) {
    for (const path of absent) await rm(path, { force: true });
  }
  await writeAllDurably(files);
  return [...files.keys()];
}
