import { Buffer } from "node:buffer";
import { join } from "node:path";
import { UserError, writeDurably } from "@spiediff/command-line";
import type { Experiment } from "@spiediff/experiment";
import type { EnsembleRecord } from "@spiediff/kmc";
import { sha256 } from "@spiediff/model-artifact";
import { estimateFingerprint, readJson } from "./run_folder.ts";

/** Folder of what simulations leave, one file a profile, inside of a run folder. */
const FOLDER = "records";

/** Path of a profile's record. */
export function recordPath(folder: string, profileName: string): string {
  return join(folder, FOLDER, `${profileName}.json`);
}

/** Keeps one profile's record: JSON whose arrays are base64 of float64, with a hash of its text. */
export async function writeRecord(
  folder: string,
  experiment: Experiment,
  record: EnsembleRecord,
): Promise<void> {
  const fingerprint = await estimateFingerprint(experiment, record.profileName);
  const text = JSON.stringify(record, encode);
  const kept = { fingerprint, sha256: await hashOf(text), record: text };
  await writeDurably(recordPath(folder, record.profileName), JSON.stringify(kept) + "\n");
}

/**
 * The record of a profile if the folder has it for this very experiment.
 *
 * @throws {UserError} if the file is there but damaged.
 */
export async function readRecord(
  folder: string,
  experiment: Experiment,
  profileName: string,
): Promise<EnsembleRecord | undefined> {
  const path = recordPath(folder, profileName);
  const kept = readJson(path) as Record<string, unknown> | undefined;
  if (kept?.fingerprint !== await estimateFingerprint(experiment, profileName)) return undefined;
  const { record } = kept as { record: unknown };
  if (typeof record !== "string" || kept?.sha256 !== await hashOf(record)) {
    throw new UserError(`${path} is damaged; delete it and simulate again.`);
  }
  return JSON.parse(record, decode);
}

const hashOf = (text: string) => sha256(new TextEncoder().encode(text));

function encode(_key: string, value: unknown): unknown {
  if (!(value instanceof Float64Array)) return value;
  const { buffer, byteOffset, byteLength } = value;
  return { float64: Buffer.from(buffer, byteOffset, byteLength).toString("base64") };
}

function decode(_key: string, value: unknown): unknown {
  const text = (value as { float64?: unknown } | null)?.float64;
  if (typeof text !== "string") return value;
  return new Float64Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
}
