import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unreadableFile, UserError } from "@spiediff/command-line";
import type { CurvePoint } from "@spiediff/diffusion-train";
import type { FitTests } from "@spiediff/epinet";
import type { Experiment } from "@spiediff/experiment";
import { decodeText, parseJson } from "@spiediff/user-text";
import { canonicalJson, MODEL_VERSION, sha256 } from "@spiediff/model-artifact";
import type { LearningStage } from "./learn.ts";
import { VERSION } from "./version.ts";

/** Files and folders of a run folder that the stages up to the model write. */
export const RUN_FILES = {
  experiment: "experiment.json",
  estimates: "estimates",
  training: "training.json",
  model: "model",
  seconds: "seconds.json",
  design: "design.json",
} as const;

/** What is kept of a training besides its model. */
export interface TrainingRecord {
  readonly fingerprint: string;
  readonly backend: string;
  readonly curves: Readonly<Record<LearningStage, CurvePoint[]>>;
  /** How the law fits the estimates; absent in records of older versions. */
  readonly tests?: FitTests;
  /** Absent where a shard made it: its files hold only what the configuration decides. */
  readonly seconds?: Readonly<Record<LearningStage, number>>;
}

/** Raised with what records and estimates hold, so that older files are made anew. */
const ESTIMATE_FORMAT = 3;

/** Raised with what training makes of the same estimates, so that older models are trained anew. */
const TRAINING_METHOD = 2;

/**
 * Hash of what was asked for when a profile's record or estimate was made. Of imported particles it says
 * nothing about the data: an estimate names its record's hash besides.
 */
export function estimateFingerprint(experiment: Experiment, profileName: string): Promise<string> {
  const { particles, elements, sampling, seed, profiles } = experiment;
  const profile = profiles.find(({ name }) => name === profileName);
  return fingerprint({ format: ESTIMATE_FORMAT, particles, elements, sampling, seed, profile });
}

/**
 * Hash of everything that decides a model: the configuration, the estimates to the last digit, the
 * format of models, the method of training and the code's version. Checkpoints, training record and manifest carry it.
 */
export function trainingFingerprint(
  experiment: Experiment,
  estimates: readonly unknown[],
): Promise<string> {
  const { particles, elements, sampling, seed, profiles, training } = experiment;
  const configuration = { particles, elements, sampling, seed, profiles, training };
  return fingerprint({
    ...{ code: VERSION, model: MODEL_VERSION, method: TRAINING_METHOD },
    ...{ configuration, estimates },
  });
}

/** Hash of a value as JSON has it. */
export function fingerprint(of: unknown): Promise<string> {
  return sha256(new TextEncoder().encode(canonicalJson(JSON.parse(JSON.stringify(of)))));
}

/** The training record, if the folder has one for this very experiment and these estimates. */
export async function readTrainingRecord(
  folder: string,
  experiment: Experiment,
  estimates: readonly unknown[],
): Promise<TrainingRecord | undefined> {
  const record = readJson(join(folder, RUN_FILES.training)) as TrainingRecord | undefined;
  return record?.fingerprint === await trainingFingerprint(experiment, estimates)
    ? record
    : undefined;
}

/**
 * Parsed JSON of a file; undefined if there is no such file.
 *
 * @throws {UserError} if it is not JSON, or what nobody has written, such as a field that stands twice.
 */
export function readJson(path: string): unknown {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    if ((cause as { code?: string }).code === "ENOENT") return undefined;
    throw unreadableFile(path, cause);
  }
  try {
    return parseJson(decodeText(bytes, "it"), "it");
  } catch (cause) {
    const why = (cause as Error).message.replace(/\.$/, "");
    throw new UserError(`${path} is damaged (${why}); delete it to have it made again.`);
  }
}

/**
 * Text that a user has written.
 *
 * @param what Names the file in messages, `"The experiment file a.json"`.
 * @throws {UserError} if it cannot be read; {ConfigError} if it is no text.
 */
export function readUserText(path: string, what: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw unreadableFile(what, cause);
  }
  return decodeText(bytes, what);
}
