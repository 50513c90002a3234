import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  hasModel,
  readEstimates,
  readJson,
  readRunExperiment,
  readTrainingRecord,
  RUN_FILES,
} from "@spiediff/train/stages";
import { isReportCurrent } from "./compare/read_run.ts";

/** Whether what a stage has left fits what it was made from. */
export type StageState = "none" | "current" | "outdated";

/** The state of a run folder, stage by stage. */
export interface RunState {
  readonly estimates: StageState;
  readonly model: StageState;
  readonly report: StageState;
}

/** Reads the chain of hashes of a run folder; changes nothing. Null where there is no experiment. */
export async function runState(folder: string): Promise<RunState | null> {
  if (!existsSync(join(folder, RUN_FILES.experiment))) return null;
  const experiment = readRunExperiment(folder);
  const state = async (path: string, isCurrent: () => Promise<boolean>): Promise<StageState> =>
    !existsSync(join(folder, path))
      ? "none"
      // What cannot be used, for whatever reason, is named when it is used.
      : await isCurrent().catch(() => false)
      ? "current"
      : "outdated";
  const estimates = () => readEstimates(folder, experiment);
  return {
    estimates: await state(RUN_FILES.estimates, async () => (await estimates()).length > 0),
    model: await state(RUN_FILES.model, async () => {
      const training = await readTrainingRecord(folder, experiment, await estimates());
      return training !== undefined && await hasModel(folder, training.fingerprint);
    }),
    report: await state("metrics.json", () => {
      const { madeFrom } = readJson(join(folder, "metrics.json")) as { madeFrom?: string };
      return isReportCurrent(folder, experiment, madeFrom);
    }),
  };
}

/** `"estimates current, model outdated, report none"`. */
export function runStateText(state: RunState): string {
  return Object.entries(state).map(([name, value]) => `${name} ${value}`).join(", ");
}
