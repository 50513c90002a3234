/**
 * What short simulations of several fields leave: `records/NAME.npy`, one row a realization, its start, mean
 * fields, mean fluxes and products of jumps one after another; beside it what they were made of.
 */
import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { unreadableFile, UserError, writeDurably } from "@spiediff/command-line";
import type { FieldsRecord } from "@spiediff/ensemble";
import type { FieldsExperiment } from "@spiediff/experiment";
import { fieldsProcessOf } from "@spiediff/kmc";
import { npyBytes, readNpy } from "@spiediff/npy";
import { fingerprint, readJson } from "../run_folder.ts";

/** Raised with what rows hold. */
const FORMAT = 1;

/** Numbers of one realization. */
export function rowLength({ particles, elements }: FieldsExperiment): number {
  const fields = fieldsProcessOf(particles).fields.length;
  return (3 * fields + fields * (fields + 1) / 2) * elements;
}

/** A realization's record as a row. */
export const rowOf = ({ start, fields, flux, dissipation }: FieldsRecord): Float64Array =>
  Float64Array.from([...start, ...fields, ...flux, ...dissipation]);

/** Views of a row. */
export function recordOf(row: Float64Array, fields: number, elements: number): FieldsRecord {
  const size = fields * elements;
  return {
    start: row.subarray(0, size),
    fields: row.subarray(size, 2 * size),
    flux: row.subarray(2 * size, 3 * size),
    dissipation: row.subarray(3 * size),
  };
}

interface Origin {
  /** Of all that was asked for. */
  readonly fingerprint: string;
  /** Of the file of rows. */
  readonly sha256: string;
}

const pathOf = (folder: string, name: string, ending: string) =>
  join(folder, "records", `${name}.${ending}`);

/** Hash of all that decides a profile's rows. */
export function recordFingerprint(experiment: FieldsExperiment, name: string): Promise<string> {
  const { particles, elements, sampling, seed, profiles } = experiment;
  const profile = profiles.find((own) => own.name === name);
  return fingerprint({ format: FORMAT, particles, elements, sampling, seed, profile });
}

/** Keeps the rows `[R, length]` of a profile. */
export async function writeFieldRecord(
  folder: string,
  experiment: FieldsExperiment,
  name: string,
  rows: Float64Array,
): Promise<void> {
  const length = rowLength(experiment);
  const bytes = npyBytes([rows.length / length, length], [rows]);
  const origin: Origin = {
    fingerprint: await recordFingerprint(experiment, name),
    sha256: hashOf(bytes),
  };
  // What is there no longer goes with its origin from here on.
  await rm(pathOf(folder, name, "json"), { force: true });
  await writeDurably(pathOf(folder, name, "npy"), bytes);
  await writeDurably(pathOf(folder, name, "json"), JSON.stringify(origin) + "\n");
}

/** Whether a folder has a profile's rows for this very experiment; their hash if so. */
export async function fieldRecordHash(
  folder: string,
  experiment: FieldsExperiment,
  name: string,
): Promise<string | undefined> {
  const origin = readJson(pathOf(folder, name, "json")) as Partial<Origin> | undefined;
  return origin?.fingerprint === await recordFingerprint(experiment, name)
    ? origin.sha256
    : undefined;
}

/**
 * The rows of a profile as records, one after another.
 *
 * @throws {UserError} if the folder has none for this very experiment, or they are damaged.
 */
export async function readFieldRecord(
  folder: string,
  experiment: FieldsExperiment,
  name: string,
): Promise<{ readonly sha256: string; readonly records: Iterable<FieldsRecord> }> {
  const path = pathOf(folder, name, "npy");
  const again = `Make it by \`spiediff simulate ${folder}\`.`;
  const sha256 = await fieldRecordHash(folder, experiment, name);
  if (sha256 === undefined) {
    throw new UserError(`${path} is missing or belongs to another experiment. ${again}`);
  }
  const bytes = await readFile(path).catch((cause) => {
    throw unreadableFile(path, cause);
  });
  if (hashOf(bytes) !== sha256) {
    throw new UserError(`${path} is damaged: it is not as it was written. Delete it. ${again}`);
  }
  const { values } = readNpy(path), length = rowLength(experiment);
  const fields = fieldsProcessOf(experiment.particles).fields.length;
  return {
    sha256,
    records: Array.from(
      { length: values.length / length },
      (_, n) =>
        recordOf(values.subarray(n * length, (n + 1) * length), fields, experiment.elements),
    ),
  };
}

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
