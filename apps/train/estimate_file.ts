/** Estimates of a run folder, one file a profile; each names the record that it was made from. */
import { createReadStream } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { unreadableFile, UserError, writeDurably } from "@spiediff/command-line";
import { type Experiment, isSimulated } from "@spiediff/experiment";
import {
  parseOperatorEstimate,
  parseRingEstimate,
  type RingEstimate,
} from "@spiediff/fdt-operators";
import { recordPath } from "./record_file.ts";
import { estimateFingerprint, fingerprint, readJson, RUN_FILES } from "./run_folder.ts";

interface EstimateFile {
  readonly fingerprint: string;
  /** SHA-256 of the record's file; null where particles went straight into the estimate. */
  readonly record: string | null;
  /** One of a ring; a list of lines of a square or cube. */
  readonly estimate: unknown;
  /** Of `estimate`: a number changed by hand is found. */
  readonly sha256: string;
}

/** Why a profile has no estimate that can be used. */
export type EstimateFault = "missing" | "other experiment" | "other record";

/** SHA-256 of a profile's record file; null if there is none. */
async function recordHash(folder: string, profileName: string): Promise<string | null> {
  const path = recordPath(folder, profileName);
  const hash = createHash("sha256");
  try {
    for await (const bytes of createReadStream(path)) hash.update(bytes);
  } catch (cause) {
    if ((cause as { code?: string }).code === "ENOENT") return null;
    throw unreadableFile(path, cause);
  }
  return hash.digest("hex");
}

/** Estimates by their profile, in order. */
export function byProfile(estimates: readonly RingEstimate[]): Map<string, RingEstimate[]> {
  const found = new Map<string, RingEstimate[]>();
  for (const estimate of estimates) {
    const { profileName } = estimate;
    found.set(profileName, [...found.get(profileName) ?? [], estimate]);
  }
  return found;
}

/**
 * Keeps one profile's estimates.
 *
 * @param from What they were made from: the record that the folder holds, or particles that leave none.
 */
export async function writeEstimates(
  folder: string,
  experiment: Experiment,
  profileName: string,
  estimates: readonly RingEstimate[],
  from: "record" | "particles",
): Promise<void> {
  const estimate = estimates[0].line === undefined ? estimates[0] : estimates;
  const file: EstimateFile = {
    fingerprint: await estimateFingerprint(experiment, profileName),
    record: from === "record" ? await recordHash(folder, profileName) : null,
    estimate,
    sha256: await fingerprint(estimate),
  };
  await writeDurably(estimatePath(folder, profileName), JSON.stringify(file) + "\n");
}

/**
 * The estimates of a profile if the folder has them for this very experiment and the record that lies there.
 *
 * @throws {UserError} if the file is there but damaged or changed by hand.
 */
export async function readProfileEstimates(
  folder: string,
  experiment: Experiment,
  profileName: string,
): Promise<RingEstimate[] | EstimateFault> {
  const path = estimatePath(folder, profileName);
  const file = readJson(path) as Partial<EstimateFile> | undefined;
  if (file === undefined) return "missing";
  if (file?.fingerprint !== await estimateFingerprint(experiment, profileName)) {
    return "other experiment";
  }
  if (!await isOfRecord(file.record, folder, experiment, profileName)) return "other record";
  let estimates: RingEstimate[];
  try {
    estimates = Array.isArray(file.estimate)
      ? file.estimate.map(parseRingEstimate)
      : [parseOperatorEstimate(file.estimate)];
  } catch (cause) {
    throw new UserError(
      `${path} is damaged or of an older version: ${(cause as Error).message} Delete it; ` +
        `\`spiediff estimate ${folder}\`, or the command that made it, makes it again.`,
    );
  }
  if (file.sha256 === await fingerprint(file.estimate)) return estimates;
  throw new UserError(
    `${path} is damaged: it is not as it was written. Delete it; \`spiediff estimate ${folder}\`, or ` +
      "the command that made it, makes it again.",
  );
}

/** Whether the record in the folder, if there is one, is what an estimate was made from. */
async function isOfRecord(
  named: string | null | undefined,
  folder: string,
  experiment: Experiment,
  profileName: string,
): Promise<boolean> {
  const found = await recordHash(folder, profileName);
  if (found === null) return named !== undefined;
  // What is simulated here is decided by the experiment; imported data are known by their hash alone.
  return found === named || (named === null && isSimulated(experiment));
}

function estimatePath(folder: string, profileName: string): string {
  return join(folder, RUN_FILES.estimates, `${profileName}.json`);
}
