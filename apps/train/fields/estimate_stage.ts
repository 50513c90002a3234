/** The stage from records of several fields to estimates, a file a profile. */
import { join } from "node:path";
import { type Stage, type StageProgress, UserError, writeDurably } from "@spiediff/command-line";
import type { FieldsExperiment } from "@spiediff/experiment";
import {
  estimateFields,
  type FieldsEstimate,
  fieldsEstimateJson,
  parseFieldsEstimate,
} from "@spiediff/fdt-operators";
import { fieldsProcessOf } from "@spiediff/kmc";
import { fingerprint, readJson, RUN_FILES } from "../run_folder.ts";
import { fieldRecordHash, readFieldRecord } from "./field_records.ts";

/** Raised with what estimates hold, so that older ones are made anew. */
const FORMAT = 2;

interface EstimateFile {
  readonly format: number;
  /** Of the rows that it was made from. */
  readonly record: string;
  readonly estimate: unknown;
  /** Of `estimate`: a number changed by hand is found. */
  readonly sha256: string;
}

const pathOf = (folder: string, name: string) => join(folder, RUN_FILES.estimates, `${name}.json`);

/** Estimates fluxes, M and covariances of all profiles, in the experiment's order. */
export function estimateFieldsStage(
  experiment: FieldsExperiment,
  folder: string,
  { again = false } = {},
): Stage<readonly FieldsEstimate[]> {
  return {
    title: "Estimate fluxes, M and covariances",
    async run(progress: StageProgress) {
      const { profiles } = experiment, estimates: FieldsEstimate[] = [];
      for (const [p, { name }] of profiles.entries()) {
        const kept = again ? undefined : await keptEstimate(folder, experiment, name);
        estimates.push(kept ?? await estimateProfile(folder, experiment, name));
        progress(p + 1, profiles.length, name);
      }
      return estimates;
    },
  };
}

async function estimateProfile(
  folder: string,
  experiment: FieldsExperiment,
  profileName: string,
): Promise<FieldsEstimate> {
  const { sha256: record, records } = await readFieldRecord(folder, experiment, profileName);
  const { particles } = experiment;
  const estimate = estimateFields(records, {
    profileName,
    sites: particles.sites,
    fields: fieldsProcessOf(particles).fields.length,
  });
  const plain = fieldsEstimateJson(estimate);
  const sha256 = await fingerprint(plain);
  const file: EstimateFile = { format: FORMAT, record, estimate: plain, sha256 };
  await writeDurably(pathOf(folder, profileName), JSON.stringify(file) + "\n");
  return estimate;
}

/** The estimate of a profile if the folder has it for the rows that lie there; undefined if not. */
async function keptEstimate(
  folder: string,
  experiment: FieldsExperiment,
  name: string,
): Promise<FieldsEstimate | undefined> {
  const path = pathOf(folder, name), file = readJson(path) as Partial<EstimateFile> | undefined;
  const record = await fieldRecordHash(folder, experiment, name);
  if (file === undefined || record === undefined) return undefined;
  if (file.format !== FORMAT || file.record !== record) return undefined;
  const again = `Delete it; \`spiediff estimate ${folder}\` makes it again.`;
  if (file.sha256 !== await fingerprint(file.estimate)) {
    throw new UserError(`${path} is damaged: it is not as it was written. ${again}`);
  }
  try {
    return parseFieldsEstimate(file.estimate);
  } catch (cause) {
    throw new UserError(`${path} is of another version: ${(cause as Error).message} ${again}`);
  }
}

/**
 * All estimates of a run folder.
 *
 * @throws {UserError} naming the first profile that has none for this very experiment.
 */
export async function readFieldsEstimates(
  folder: string,
  experiment: FieldsExperiment,
): Promise<FieldsEstimate[]> {
  const estimates: FieldsEstimate[] = [];
  for (const { name } of experiment.profiles) {
    const estimate = await keptEstimate(folder, experiment, name);
    if (estimate === undefined) {
      throw new UserError(
        `${folder} has no estimate of profile "${name}" for its experiment and records. ` +
          `Make it by \`spiediff estimate ${folder}\`.`,
      );
    }
    estimates.push(estimate);
  }
  return estimates;
}
