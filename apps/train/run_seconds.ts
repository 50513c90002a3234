/** The seconds of a run's stages, beside its files: a run that is taken up keeps those of before. */
import { join } from "node:path";
import { type StageClock, type StageSeconds, writeDurably } from "@spiediff/command-line";
import type { Experiment, FieldsExperiment } from "@spiediff/experiment";
import { fingerprint, readJson, RUN_FILES } from "./run_folder.ts";

interface Entry {
  readonly seconds: number;
  /** Of the experiment of a stage that did not end; null for one that has. */
  readonly cutOff: string | null;
}
type Entries = Record<string, Entry>;

/** The clock of a run folder. What an unfinished stage of another experiment took does not count. */
export async function runClock(
  folder: string,
  experiment: Experiment | FieldsExperiment,
): Promise<StageClock> {
  const own = await fingerprint(experiment);
  return {
    kept(title) {
      const { seconds, cutOff } = readEntries(folder)[title] ?? { seconds: 0, cutOff: null };
      const ended = cutOff === null && seconds > 0;
      return { seconds: ended || cutOff === own ? seconds : 0, ended };
    },
    keep(title, seconds, ended) {
      const entry: Entry = { seconds, cutOff: ended ? null : own };
      const entries = { ...readEntries(folder), [title]: entry };
      return writeDurably(join(folder, RUN_FILES.seconds), JSON.stringify(entries) + "\n");
    },
  };
}

/** Seconds of the stages that have ended in a run folder. */
export function runSeconds(folder: string): StageSeconds {
  return Object.fromEntries(
    Object.entries(readEntries(folder)).filter(([, { cutOff }]) => cutOff === null)
      .map(([title, { seconds }]) => [title, seconds]),
  );
}

const readEntries = (folder: string): Entries =>
  (readJson(join(folder, RUN_FILES.seconds)) ?? {}) as Entries;
