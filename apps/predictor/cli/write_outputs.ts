import { join } from "node:path";
import { predictionCsv, predictionJson } from "../output.ts";
import type { Prediction } from "../types.ts";
import { type ReportContext, reportHtml } from "./report.ts";
import { UserError, writeDurably } from "@spiediff/command-line";

/**
 * Writes prediction.csv, prediction.json and report.html into a folder; each file appears complete.
 *
 * @returns The paths written.
 * @throws {UserError} if the folder cannot be written.
 */
export async function writeOutputs(
  folder: string,
  prediction: Prediction,
  context: ReportContext,
): Promise<string[]> {
  const contents: Record<string, string> = {
    "prediction.csv": predictionCsv(prediction),
    "prediction.json": JSON.stringify(predictionJson(prediction, context.manifest)) + "\n",
    // At the start alone there is nothing to draw over time.
    ...(prediction.times.length > 1
      ? { "report.html": await reportHtml(prediction, context) }
      : {}),
  };
  return await writeFiles(folder, contents);
}

/**
 * Writes files into a folder; each appears complete.
 *
 * @param contents Text or bytes by file name. @returns The paths written.
 * @throws {UserError} if the folder cannot be written.
 */
export async function writeFiles(
  folder: string,
  contents: Readonly<Record<string, string | Uint8Array>>,
): Promise<string[]> {
  try {
    const paths: string[] = [];
    for (const [name, data] of Object.entries(contents)) {
      const path = join(folder, name);
      await writeDurably(path, data);
      paths.push(path);
    }
    return paths;
  } catch (error) {
    throw new UserError(`Cannot write into ${folder}: ${(error as Error).message}`);
  }
}
