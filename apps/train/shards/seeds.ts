import { join } from "node:path";
import type { Experiment } from "@spiediff/experiment";

/** What the shards of trainings over seeds are of. */
export interface TrainArgument {
  readonly experiment: Experiment;
  readonly seeds: readonly number[];
  /** Estimates of all profiles, as JSON has them. */
  readonly estimates: readonly unknown[];
}

/** Folder of a seed's run, inside of the run folder whose estimates it was trained on. */
export const seedFolder = (runFolder: string, seed: number): string =>
  join(runFolder, "seeds", String(seed));
