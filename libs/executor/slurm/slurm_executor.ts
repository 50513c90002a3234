/** Slurm as an executor: a job array makes the shards, a job behind it merges. */
import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeDurably } from "@spiediff/command-line";
import { faultsText, findFaults, toMake } from "../merge.ts";
import { isMerged } from "../plan_file.ts";
import { countListed, listShards } from "../shard_folder.ts";
import { type Executor, type Job, type RunHooks, ShardError } from "../types.ts";
import { type SlurmClient, slurmClient } from "./client.ts";
import { checkSlurmOptions, type SlurmOptions } from "./options.ts";
import { type Queue, queueText, readQueue } from "./queue.ts";
import { arrayLimit, logFolder, offsetsOf, submitMerge, submitShards } from "./submit.ts";

/** An executor whose work goes on without it. */
export interface SlurmExecutor extends Executor {
  /** Submits what is neither there nor queued. Submitting twice submits nothing twice. */
  submit(job: Job): Promise<{ readonly submitted: readonly number[] }>;
  /** Follows what was submitted, to its end. */
  follow(job: Job, hooks?: RunHooks): Promise<void>;
}

/** What the folder remembers of Slurm: all else is asked of the queue. */
interface Kept {
  readonly options: SlurmOptions;
  readonly limit: number;
}
const KEPT = "slurm.json";

/** Milliseconds between looks at files and queue: soon at first, then politely. */
const FIRST_PAUSE = 500, LONGEST_PAUSE = 10_000, GROWTH = 1.3;
/** Looks at an empty queue until it counts: shared file systems show new files late. */
const LOOKS = 3;

/** @throws {ShardError} if Slurm would not take an option. */
export function slurmExecutor(
  options: SlurmOptions = {},
  client: SlurmClient = slurmClient,
): SlurmExecutor {
  checkSlurmOptions(options);
  async function submit(job: Job) {
    const { folder, plan } = job;
    const limit = (await keptSlurm(folder))?.limit ?? await arrayLimit(client);
    const name = jobName(job);
    const queue = await readQueue(client, name, offsetsOf(plan.shards, limit));
    const faults = toMake(await findFaults(folder, plan));
    const missing = faults.filter((k) => !queue.running.has(k) && !queue.waiting.has(k));
    await writeDurably(
      join(folder, KEPT),
      JSON.stringify({ options, limit } satisfies Kept) + "\n",
    );
    if (faults.length === 0 || (missing.length === 0 && queue.merge !== undefined)) {
      return { submitted: [] };
    }
    const submission = { client, job, name, limit, options };
    const ids = missing.length > 0 ? await submitShards(submission, missing) : [];
    // A merge that waits for the old jobs only would come too early.
    if (queue.mergeJobs.size > 0) await client("scancel", [...queue.mergeJobs]);
    await submitMerge(submission, [...queue.jobs, ...ids]);
    return { submitted: missing };
  }
  const follow = (job: Job, hooks: RunHooks = {}) => followJob(client, job, hooks);
  return {
    submit,
    follow,
    async run(job, hooks = {}) {
      if (await isMerged(job.folder, job.plan)) return;
      await submit(job);
      await follow(job, hooks);
    },
  };
}

/** One name for the jobs of a folder's plan, by which they are found again without any memory of theirs. */
function jobName({ folder, plan }: Pick<Job, "folder" | "plan">): string {
  const hash = createHash("sha256").update(`${folder}\n${plan.config}`).digest("hex");
  return `spiediff-${plan.work}-${hash.slice(0, 12)}`;
}

/** What an earlier submission of a folder has left; undefined if there was none. */
export async function keptSlurm(folder: string): Promise<Kept | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, KEPT), "utf8"));
  } catch {
    return undefined;
  }
}

/** The queue's view of a job; null if Slurm does not answer. */
export async function slurmQueue(
  { folder, plan }: Pick<Job, "folder" | "plan">,
  client: SlurmClient = slurmClient,
): Promise<Queue | null> {
  const limit = (await keptSlurm(folder))?.limit ?? await arrayLimit(client);
  return await readQueue(client, jobName({ folder, plan }), offsetsOf(plan.shards, limit))
    .catch(() => null);
}

async function followJob(client: SlurmClient, job: Job, { onProgress, signal }: RunHooks) {
  const { folder, plan } = job;
  let idle = 0;
  for (let wait = FIRST_PAUSE;; wait = Math.min(LONGEST_PAUSE, GROWTH * wait)) {
    const done = countListed(await listShards(folder, plan));
    const queue = await slurmQueue(job, client);
    const text = queue === null ? "Slurm does not answer; asking again" : queueText(queue);
    onProgress?.(done, plan.shards, `${done} of ${plan.shards} shards, ${text}`);
    if (await isMerged(folder, plan)) return;
    const isEmpty = queue !== null && queue.jobs.size === 0 && queue.mergeJobs.size === 0;
    idle = isEmpty ? idle + 1 : 0;
    if (idle >= LOOKS) break;
    await pause(isEmpty ? FIRST_PAUSE : wait, undefined, { signal }).catch(() => {});
    signal?.throwIfAborted();
  }
  const faults = faultsText(plan, await findFaults(folder, plan));
  if (faults !== null) {
    throw new ShardError(`${faults}\nWhat the tasks said is in ${logFolder(folder)}.`);
  }
  // Every shard is there: only the merge was lost.
  await job.merge();
}

/**
 * Cancels a job's tasks and merge, and waits until they are gone.
 *
 * @returns the number of tasks that were cancelled.
 * @throws {ShardError} if Slurm does not answer, or tasks do not end within two minutes.
 */
export async function cancelSlurm(
  job: Pick<Job, "folder" | "plan">,
  client: SlurmClient = slurmClient,
): Promise<number> {
  const limit = (await keptSlurm(job.folder))?.limit ?? await arrayLimit(client);
  const look = () => readQueue(client, jobName(job), offsetsOf(job.plan.shards, limit));
  const queue = await look();
  // The merge first: it would start as soon as the tasks are gone.
  const jobs = [...queue.mergeJobs, ...queue.jobs];
  if (jobs.length === 0) return 0;
  for (const id of jobs) await client("scancel", [id]);
  for (let looks = 0; looks < 240; looks++) {
    const { jobs: left, mergeJobs } = await look();
    if (left.size + mergeJobs.size === 0) return queue.running.size + queue.waiting.size;
    await pause(FIRST_PAUSE);
  }
  throw new ShardError(`Slurm has not ended ${jobs.join(", ")} yet; look at \`squeue\`.`);
}
