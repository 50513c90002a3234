/** What a run folder holds, and whether it is of the experiment that a command is about to work on. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "@spiediff/command-line";
import type { Experiment, FieldsExperiment } from "@spiediff/experiment";
import { readJson, RUN_FILES } from "./run_folder.ts";
import { refuseWhileShardsRun } from "./shard_locks.ts";

/** Everything that commands leave in a run folder besides its experiment, named as one would name it. */
const CONTENTS: Readonly<Record<string, readonly string[]>> = {
  "records": ["records", "shards"],
  "estimates": [RUN_FILES.estimates],
  "a design": [RUN_FILES.design],
  "a training": [RUN_FILES.training, "checkpoints", "seeds"],
  "a model": [RUN_FILES.model],
  "a direct simulation": ["kmc-realizations.json", "kmc.csv"],
  "a report": [
    ...["report.html", "metrics.json", "baseline.json", "k1.csv", "mobility.csv"],
    ...["diffusivity.csv", "driving-force.csv", "free-energy.csv", "prediction.csv"],
  ],
};

/** Parts of an experiment that decide its particle data; what comes later is checked by its own hashes. */
const DECIDE_DATA = ["particles", "elements", "sampling", "seed", "profiles"] as const;

/**
 * Makes sure that a command on an experiment does not mix its results with those of another one.
 *
 * @param overwrite Remove what another experiment has left, in place of refusing.
 * @throws {UserError} saying what the folder holds, and the first field that differs; naming a shard that
 * is being made of what would be removed.
 */
export async function claimRunFolder(
  folder: string,
  experiment: Experiment | FieldsExperiment,
  overwrite: boolean,
): Promise<void> {
  const held = Object.keys(CONTENTS)
    .filter((name) => CONTENTS[name].some((path) => existsSync(join(folder, path))));
  const own = readJson(join(folder, RUN_FILES.experiment)) as Partial<Experiment> | undefined;
  if (held.length === 0 || own === undefined) return;
  const difference = DECIDE_DATA.map((part) => firstDifference(own[part], experiment[part], part))
    .find((text) => text !== undefined);
  if (difference === undefined) return;
  if (!overwrite) {
    throw new UserError(
      `${folder} holds ${held.join(", ")} of the experiment "${own.name}", which differs: ` +
        `${difference}. Choose another folder, or add --overwrite, which removes them.`,
    );
  }
  refuseWhileShardsRun(folder);
  const outdated = [...Object.values(CONTENTS).flat(), RUN_FILES.experiment, RUN_FILES.seconds];
  for (const path of outdated) {
    await rm(join(folder, path), { recursive: true, force: true });
  }
}

/** `"particles.betaJ0 is 1 there, not 2"`; undefined where both are the same. */
function firstDifference(there: unknown, here: unknown, path: string): string | undefined {
  if (typeof there === "object" && typeof here === "object" && there !== null && here !== null) {
    const keys = new Set([...Object.keys(there), ...Object.keys(here)]);
    for (const key of keys) {
      const found = firstDifference(
        (there as Record<string, unknown>)[key],
        (here as Record<string, unknown>)[key],
        `${path}.${key}`,
      );
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (there === here) return undefined;
  const text = (value: unknown) => value === undefined ? "absent" : JSON.stringify(value);
  return `${path} is ${text(there)} there, not ${text(here)}`;
}
