import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unreadableFile, UserError, writeDurably } from "@spiediff/command-line";
import type { CurvePoint } from "@spiediff/diffusion-train";
import type { Experiment } from "@spiediff/experiment";
import { type OperatorEstimate, parseOperatorEstimate } from "@spiediff/fdt-operators";
import { canonicalJson, sha256 } from "@spiediff/model-artifact";
import type { LearningStage } from "./learn.ts";

/** Files of a run folder that training writes; all JSON. */
export const RUN_FILES = {
  experiment: "experiment.json",
  estimates: "estimates",
  training: "training.json",
  model: "model",
} as const;

/** What is kept of a training besides its model. */
export interface TrainingRecord {
  readonly fingerprint: string;
  readonly backend: string;
  readonly curves: Readonly<Record<LearningStage, CurvePoint[]>>;
  /** Absent where a shard made it: its files hold only what the configuration decides. */
  readonly seconds?: Readonly<Record<LearningStage, number>>;
}

/** Raised with what records and estimates hold, so that older files are made anew. */
const ESTIMATE_FORMAT = 2;

/** Hash of everything that decides a profile's estimate: an estimate serves no other. */
export function estimateFingerprint(experiment: Experiment, profileName: string): Promise<string> {
  const { particles, elements, sampling, seed, profiles } = experiment;
  const profile = profiles.find(({ name }) => name === profileName);
  return fingerprint({ format: ESTIMATE_FORMAT, particles, elements, sampling, seed, profile });
}

/** Hash of everything that decides a model. */
export function trainingFingerprint(experiment: Experiment): Promise<string> {
  const { particles, elements, sampling, seed, profiles, training } = experiment;
  return fingerprint({ particles, elements, sampling, seed, profiles, training });
}

function fingerprint(of: unknown): Promise<string> {
  return sha256(new TextEncoder().encode(canonicalJson(JSON.parse(JSON.stringify(of)))));
}

/** Keeps one profile's estimate. */
export async function writeEstimate(
  folder: string,
  experiment: Experiment,
  estimate: OperatorEstimate,
): Promise<void> {
  const record = {
    fingerprint: await estimateFingerprint(experiment, estimate.profileName),
    estimate,
  };
  await writeDurably(estimatePath(folder, estimate.profileName), JSON.stringify(record) + "\n");
}

/**
 * The estimate of a profile if the folder has it for this very experiment.
 *
 * @throws {UserError} if the file is there but damaged: it holds NaN, is cut short, or is foreign.
 */
export async function readEstimate(
  folder: string,
  experiment: Experiment,
  profileName: string,
): Promise<OperatorEstimate | undefined> {
  const path = estimatePath(folder, profileName);
  const record = readJson(path) as { fingerprint?: unknown; estimate?: unknown } | undefined;
  if (record === undefined) return undefined;
  if (record?.fingerprint !== await estimateFingerprint(experiment, profileName)) return undefined;
  try {
    return parseOperatorEstimate(record.estimate);
  } catch (cause) {
    throw new UserError(`${path} is damaged: ${(cause as Error).message}`);
  }
}

function estimatePath(folder: string, profileName: string): string {
  return join(folder, RUN_FILES.estimates, `${profileName}.json`);
}

/** The training record, if the folder has one for this very experiment. */
export async function readTrainingRecord(
  folder: string,
  experiment: Experiment,
): Promise<TrainingRecord | undefined> {
  const record = readJson(join(folder, RUN_FILES.training)) as TrainingRecord | undefined;
  return record?.fingerprint === await trainingFingerprint(experiment) ? record : undefined;
}

/** Parsed JSON of a file; undefined if there is no such file. @throws {UserError} if not JSON. */
export function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if ((cause as { code?: string }).code === "ENOENT") return undefined;
    throw unreadableFile(path, cause);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError(
      `${path} is damaged (${(cause as Error).message}); delete it to have it made again.`,
    );
  }
}
