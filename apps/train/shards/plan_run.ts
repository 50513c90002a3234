/** Plans of what a run folder still lacks. */
import { existsSync } from "node:fs";
import { UserError } from "@spiediff/command-line";
import { isMerged, type Job, markMerged } from "@spiediff/executor";
import type { Experiment } from "@spiediff/experiment";
import type { RingEstimate } from "@spiediff/fdt-operators";
import { readPacked } from "../record_file.ts";
import { plannedJob, planWork } from "./job.ts";
import { type SimulateArgument, simulateUnits } from "./simulate_work.ts";
import { seedFolder, type TrainArgument } from "./seeds.ts";

/**
 * Plans the simulation of the profiles whose records the folder lacks, or takes up the plan under way.
 *
 * @returns undefined if it lacks none.
 */
export async function planSimulation(
  runFolder: string,
  experiment: Experiment,
  shards?: number,
): Promise<Job | undefined> {
  let profiles: readonly string[] = await lacking(runFolder, experiment);
  const found = await plannedJob(runFolder, "simulate");
  if (found && !await isMerged(found.folder, found.plan)) {
    const argument = found.argument as SimulateArgument;
    // A merge that was cut off between two records must not change what the shards are of.
    const isSame = JSON.stringify(argument.experiment) === JSON.stringify(experiment);
    if (isSame && profiles.length > 0) profiles = argument.profiles;
    // Nor must one that was cut off after the last, before its word.
    if (isSame && profiles.length === 0) await markMerged(found.folder, found.plan);
  }
  if (profiles.length === 0) return undefined;
  const argument: SimulateArgument = { experiment, profiles };
  return await planWork(runFolder, "simulate", argument, simulateUnits(argument), shards);
}

async function lacking(runFolder: string, experiment: Experiment): Promise<string[]> {
  const names: string[] = [];
  for (const { name } of experiment.profiles) {
    if (await readPacked(runFolder, experiment, name) === undefined) names.push(name);
  }
  return names;
}

/**
 * Plans trainings of an experiment on its estimates, one for each seed.
 *
 * @returns undefined if they are done.
 * @throws {UserError} if no seed is given.
 */
export async function planTraining(
  runFolder: string,
  experiment: Experiment,
  estimates: readonly RingEstimate[],
  seeds: readonly number[],
  shards?: number,
): Promise<Job | undefined> {
  if (seeds.length === 0) throw new UserError("At least one seed is needed.");
  const argument: TrainArgument = { experiment, seeds, estimates };
  const found = await plannedJob(runFolder, "train");
  const isSame = found && JSON.stringify(found.argument) === JSON.stringify(argument);
  const done = isSame && await isMerged(found.folder, found.plan) &&
    seeds.every((seed) => existsSync(seedFolder(runFolder, seed)));
  return done
    ? undefined
    : await planWork(runFolder, "train", argument, seeds.length, shards ?? seeds.length);
}
