import type { EnsembleRecord } from "@spiediff/ensemble";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { unfinishedPath } from "@spiediff/command-line";
import type { Experiment } from "@spiediff/experiment";
import { removeCheckpoints } from "./checkpoint_file.ts";
import { writeRunExperiment } from "./run_experiment.ts";
import { recordPath } from "./record_file.ts";
import { writeRecord } from "./recording/ring_recording.ts";
import { RUN_FILES } from "./run_folder.ts";

/**
 * Puts an experiment and its records in place of what a run folder holds, and removes the estimates and
 * checkpoints that are now outdated. Cut off at any moment it leaves the old state, the new one, or no
 * records at all; never some of each.
 */
export async function replaceRecords(
  folder: string,
  experiment: Experiment,
  records: readonly EnsembleRecord[],
): Promise<void> {
  // Inside of the run folder, where new records wait until all of them are written.
  const waiting = unfinishedPath(join(folder, ".importing"), "partial");
  const recordsOf = (top: string) => dirname(recordPath(top, "profile"));
  try {
    await mkdir(waiting, { recursive: true });
    for (const record of records) await writeRecord(waiting, experiment, record);
    const { estimates, seconds } = RUN_FILES;
    for (const outdated of [recordsOf(folder), join(folder, estimates), join(folder, seconds)]) {
      await rm(outdated, { recursive: true, force: true });
    }
    await removeCheckpoints(folder);
    await writeRunExperiment(folder, experiment);
    await rename(recordsOf(waiting), recordsOf(folder));
  } finally {
    await rm(waiting, { recursive: true, force: true });
  }
}
