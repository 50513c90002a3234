import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeDurably } from "@spiediff/command-line";
import { formatRanges } from "../ranges.ts";
import { type Job, ShardError } from "../types.ts";
import type { SlurmClient } from "./client.ts";
import { sbatchArguments, type SlurmOptions } from "./options.ts";
import { arrayName, mergeName } from "./queue.ts";
import { arrayScript, mergeScript } from "./script.ts";

/** Largest index of an array where Slurm does not say: its default. */
const DEFAULT_LIMIT = 1000;
/** Characters of a list of indices that one submission carries. */
const LONGEST_LIST = 30_000;

/** Largest index that an array may have on this cluster. */
export async function arrayLimit(client: SlurmClient): Promise<number> {
  const text = await client("scontrol", ["show", "config"]).catch(() => "");
  const size = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(text)?.[1]);
  return size > 1 ? size - 1 : DEFAULT_LIMIT;
}

/** Offsets that cover all shards: an array's indices are 1 to `limit`. */
export function offsetsOf(shards: number, limit: number): number[] {
  return Array.from({ length: Math.ceil(shards / limit) }, (_, c) => c * limit);
}

/** Folder of scripts and of what tasks print. */
export const logFolder = (folder: string): string => join(folder, "log");

/** What one submission needs to know. */
export interface Submission {
  readonly client: SlurmClient;
  readonly job: Job;
  readonly name: string;
  readonly limit: number;
  readonly options: SlurmOptions;
}

/** Submits the shards. @returns ids of the array jobs. */
export async function submitShards(
  { client, job, name, limit, options }: Submission,
  shards: readonly number[],
): Promise<string[]> {
  const script = await writeScript(job.folder, "array.sh", arrayScript(job.shardCommand));
  const ids: string[] = [];
  for (const offset of offsetsOf(job.plan.shards, limit)) {
    const own = shards.filter((shard) => shard > offset && shard <= offset + limit);
    for (const list of lists(own.map((shard) => shard - offset))) {
      const throttle = options.throttle === undefined ? "" : `%${options.throttle}`;
      ids.push(
        await sbatch(client, [
          `--job-name=${arrayName(name, offset)}`,
          `--array=${list}${throttle}`,
          ...common(job, "%A_%a.txt", options),
          script,
          String(offset),
        ]),
      );
    }
  }
  return ids;
}

/**
 * Submits the merge behind arrays. It runs however they end (`afterany`): where shards are missing it says
 * which, while under `afterok` it would wait for ever and say nothing.
 */
export async function submitMerge(
  { client, job, name, options }: Submission,
  after: readonly string[],
): Promise<string> {
  const script = await writeScript(job.folder, "merge.sh", mergeScript(job.mergeCommand));
  return await sbatch(client, [
    `--job-name=${mergeName(name)}`,
    `--dependency=afterany:${after.join(":")}`,
    ...common(job, "merge-%j.txt", options),
    script,
  ]);
}

/** Arguments that arrays and merge have in common. @param output Pattern of the log's name. */
function common({ folder }: Job, output: string, options: SlurmOptions): string[] {
  const log = logFolder(folder);
  if (/[\\\n]/.test(log)) {
    throw new ShardError(`Slurm takes no path with backslashes or line breaks: ${log}.`);
  }
  return [
    "--parsable",
    `--chdir=${log}`,
    // Slurm expands patterns in the whole path.
    `--output=${join(log.replaceAll("%", "%%"), output)}`,
    ...["--nodes=1", "--ntasks=1", "--cpus-per-task=1", "--requeue"],
    ...sbatchArguments(options),
  ];
}

async function writeScript(folder: string, name: string, text: string): Promise<string> {
  await mkdir(logFolder(folder), { recursive: true });
  const path = join(logFolder(folder), name);
  await writeDurably(path, text);
  await chmod(path, 0o755);
  return path;
}

async function sbatch(client: SlurmClient, args: readonly string[]): Promise<string> {
  const printed = await client("sbatch", args);
  const id = /^(\d+)/.exec(printed.trim())?.[1];
  if (id === undefined) throw new ShardError(`sbatch printed no job id but "${printed.trim()}".`);
  return id;
}

/** Indices as Slurm's lists, cut where one would be too long for a submission. */
function* lists(indices: readonly number[]): Generator<string> {
  const whole = formatRanges(indices);
  if (indices.length === 0) return;
  if (whole.length <= LONGEST_LIST) return yield whole;
  const half = indices.length >> 1;
  yield* lists(indices.slice(0, half));
  yield* lists(indices.slice(half));
}
