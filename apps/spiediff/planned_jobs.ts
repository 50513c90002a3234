import type { Job } from "@spiediff/executor";
import {
  plannedJob,
  plannedWorks,
  readAnyRunExperiment,
  type WorkName,
} from "@spiediff/train/stages";

/**
 * The jobs that a run folder has plans of.
 *
 * @throws {UserError} if the folder is no run folder.
 */
export async function plannedJobs(folder: string, work?: WorkName): Promise<Job[]> {
  readAnyRunExperiment(folder);
  const jobs: Job[] = [];
  for (const name of plannedWorks(folder)) {
    if (work !== undefined && work !== name) continue;
    jobs.push((await plannedJob(folder, name))!);
  }
  return jobs;
}

/** What a command says where there is nothing for it. */
export const nothingPlanned = (folder: string): string =>
  `${folder} has no work in shards. Begin some by \`spiediff simulate\` or \`spiediff shard\`.`;
