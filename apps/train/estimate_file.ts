/** Estimates of a run folder, one file a profile; each names the record that it was made from. */
import { createReadStream } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { unreadableFile, UserError, writeDurably } from "@spiediff/command-line";
import { type Experiment, isSimulated } from "@spiediff/experiment";
import { type OperatorEstimate, parseOperatorEstimate } from "@spiediff/fdt-operators";
import { recordPath } from "./record_file.ts";
import { estimateFingerprint, fingerprint, readJson, RUN_FILES } from "./run_folder.ts";

interface EstimateFile {
  readonly fingerprint: string;
  /** SHA-256 of the record's file; null where particles went straight into the estimate. */
  readonly record: string | null;
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

/**
 * Keeps one profile's estimate.
 *
 * @param from What it was made from: the record that the folder holds, or particles that leave none.
 */
export async function writeEstimate(
  folder: string,
  experiment: Experiment,
  estimate: OperatorEstimate,
  from: "record" | "particles",
): Promise<void> {
  const { profileName } = estimate;
  const file: EstimateFile = {
    fingerprint: await estimateFingerprint(experiment, profileName),
    record: from === "record" ? await recordHash(folder, profileName) : null,
    estimate,
    sha256: await fingerprint(estimate),
  };
  await writeDurably(estimatePath(folder, profileName), JSON.stringify(file) + "\n");
}

/**
 * The estimate of a profile if the folder has it for this very experiment and the record that lies there.
 *
 * @throws {UserError} if the file is there but damaged or changed by hand.
 */
export async function readEstimate(
  folder: string,
  experiment: Experiment,
  profileName: string,
): Promise<OperatorEstimate | EstimateFault> {
  const path = estimatePath(folder, profileName);
  const file = readJson(path) as Partial<EstimateFile> | undefined;
  if (file === undefined) return "missing";
  if (file?.fingerprint !== await estimateFingerprint(experiment, profileName)) {
    return "other experiment";
  }
  if (!await isOfRecord(file.record, folder, experiment, profileName)) return "other record";
  let estimate: OperatorEstimate;
  try {
    estimate = parseOperatorEstimate(file.estimate);
  } catch (cause) {
    throw new UserError(
      `${path} is damaged or of an older version: ${(cause as Error).message} Delete it; ` +
        `\`spiediff estimate ${folder}\`, or the command that made it, makes it again.`,
    );
  }
  if (file.sha256 === await fingerprint(file.estimate)) return estimate;
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
