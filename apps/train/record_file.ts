import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { durableFile, UserError } from "@spiediff/command-line";
import type { Experiment } from "@spiediff/experiment";
import type { EnsembleMoments, EnsembleRecord } from "@spiediff/kmc";
import { sha256 } from "@spiediff/model-artifact";
import { estimateFingerprint, readJson } from "./run_folder.ts";

/** Folder of what simulations leave, one file a profile, inside of a run folder. */
const FOLDER = "records";

/** Path of a profile's record. */
export function recordPath(folder: string, profileName: string): string {
  return join(folder, FOLDER, `${profileName}.json`);
}

/** A profile's record that is being written, block by block; nothing stands in its place before `commit`. */
export interface RecordFile {
  block(moments: EnsembleMoments): Promise<void>;
  commit(total: EnsembleMoments): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Begins a profile's record: JSON whose arrays are base64 of float64, with a hash of its text. Memory is that
 * of one block.
 */
export async function recordFile(
  folder: string,
  experiment: Experiment,
  head: Omit<EnsembleRecord, "blocks" | "total">,
): Promise<RecordFile> {
  const file = await durableFile(recordPath(folder, head.profileName));
  const hash = createHash("sha256");
  const put = async (text: string) => {
    hash.update(text);
    // A JSON text inside of a JSON text, in pieces: each without its quotes.
    await file.write(JSON.stringify(text).slice(1, -1));
  };
  let before = "";
  try {
    const fingerprint = await estimateFingerprint(experiment, head.profileName);
    await file.write(`{"fingerprint":${JSON.stringify(fingerprint)},"record":"`);
    await put(JSON.stringify(head, encode).slice(0, -1) + ',"blocks":[');
  } catch (error) {
    await file.discard();
    throw error;
  }
  return {
    async block(moments) {
      await put(before + JSON.stringify(moments, encode));
      before = ",";
    },
    async commit(total) {
      await put(`],"total":${JSON.stringify(total, encode)}}`);
      await file.write(`","sha256":"${hash.digest("hex")}"}\n`);
      await file.commit();
    },
    discard: () => file.discard(),
  };
}

/** Keeps one profile's record. */
export async function writeRecord(
  folder: string,
  experiment: Experiment,
  { blocks, total, ...head }: EnsembleRecord,
): Promise<void> {
  const file = await recordFile(folder, experiment, head);
  try {
    for (const block of blocks) await file.block(block);
    await file.commit(total);
  } catch (error) {
    await file.discard();
    throw error;
  }
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
