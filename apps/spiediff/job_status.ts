import {
  type Faults,
  findFaults,
  formatRanges,
  isMerged,
  type Job,
  keptSlurm,
  listFaults,
  queueText,
  slurmQueue,
} from "@spiediff/executor";

/** How far one work is. */
export interface JobStatus {
  readonly work: string;
  readonly shards: number;
  readonly done: number;
  /** Numbers of the shards that are missing, as ranges. */
  readonly missing: string;
  readonly unusable: Faults["unusable"];
  readonly merged: boolean;
  /** What Slurm's queue says; absent where Slurm was not asked for. */
  readonly slurm?: string;
}

/** @param check Whether to read every byte. */
export async function statusOf(job: Job, check: boolean): Promise<JobStatus> {
  const { folder, plan } = job;
  const { missing, unusable } = await (check ? findFaults : listFaults)(folder, plan);
  const merged = await isMerged(folder, plan);
  const asks = await keptSlurm(folder) !== undefined;
  const queue = asks ? await slurmQueue(job) : null;
  return {
    work: plan.work,
    shards: plan.shards,
    done: plan.shards - missing.length - unusable.length,
    missing: formatRanges(missing),
    unusable,
    merged,
    ...(asks ? { slurm: queue === null ? "does not answer" : queueText(queue) } : {}),
  };
}

export function statusText(status: JobStatus): string {
  const { work, shards, done, missing, unusable, merged, slurm } = status;
  return [
    `${work}: ${done} of ${shards} shards${merged ? ", merged" : ""}`,
    ...(missing === "" ? [] : [`  missing: ${missing}`]),
    ...unusable.map(({ reason }) => `  ${reason}`),
    ...(slurm === undefined || merged ? [] : [`  Slurm: ${slurm}`]),
  ].join("\n") + "\n";
}
