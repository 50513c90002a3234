import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unreadableFile, UserError } from "@spiediff/command-line";
import { reportFingerprint } from "@spiediff/demo/report-fingerprint";
import type { Experiment } from "@spiediff/experiment";
import type { RunMetrics } from "@spiediff/report";
import { type CsvTable, readCsv } from "@spiediff/report/text";
import {
  readEstimates,
  readJson,
  readRunExperiment,
  readTrainingRecord,
} from "@spiediff/train/stages";

/** A run folder with a report, as far as it is compared. */
export interface FinishedRun {
  readonly folder: string;
  readonly experiment: Experiment;
  readonly metrics: RunMetrics;
  /** Wall-clock seconds by stage. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
  readonly k1: CsvTable;
  readonly freeEnergy: CsvTable;
  readonly prediction: CsvTable;
}

/** @throws {UserError} if the folder has no report of what it holds, with the command that makes one. */
export async function readFinishedRun(folder: string): Promise<FinishedRun> {
  const experiment = readRunExperiment(folder);
  const record = readJson(join(folder, "metrics.json")) as
    | Pick<FinishedRun, "metrics" | "seconds" | "warnings"> & { readonly madeFrom?: string }
    | undefined;
  if (record?.metrics === undefined) {
    throw new UserError(
      `${folder} has no metrics.json yet. Make it by \`spiediff report ${folder}\`.`,
    );
  }
  if (!await isReportCurrent(folder, experiment, record.madeFrom)) {
    throw new UserError(
      `The report in ${folder} is older than the experiment or the model there. ` +
        `Make it anew by \`spiediff report ${folder}\`.`,
    );
  }
  const { metrics, seconds, warnings } = record;
  return {
    folder,
    experiment,
    metrics,
    seconds,
    warnings,
    k1: readTable(folder, "k1.csv"),
    freeEnergy: readTable(folder, "free-energy.csv"),
    prediction: readTable(folder, "prediction.csv"),
  };
}

/** Whether a report shows the experiment and the training that the folder holds now. */
export async function isReportCurrent(
  folder: string,
  experiment: Experiment,
  madeFrom: string | undefined,
): Promise<boolean> {
  const estimates = await readEstimates(folder, experiment);
  const training = await readTrainingRecord(folder, experiment, estimates);
  return training !== undefined &&
    madeFrom === await reportFingerprint(experiment, training.fingerprint);
}

function readTable(folder: string, name: string): CsvTable {
  const path = join(folder, name);
  try {
    return readCsv(readFileSync(path, "utf8"));
  } catch (cause) {
    throw unreadableFile(path, cause);
  }
}
