import { parseRanges } from "../ranges.ts";
import type { SlurmClient } from "./client.ts";

/** Our part of Slurm's queue. What has ended is not in it; nothing here needs accounting. */
export interface Queue {
  /** Shards of tasks that run or end, and of those that wait. */
  readonly running: ReadonlySet<number>;
  readonly waiting: ReadonlySet<number>;
  /** State of the merge job, such as `"PENDING"`; undefined where there is none. */
  readonly merge?: string;
  /** Reasons for which tasks wait, as Slurm names them. */
  readonly reasons: ReadonlySet<string>;
  /** Jobs of the array, and the merge jobs. */
  readonly jobs: ReadonlySet<string>;
  readonly mergeJobs: ReadonlySet<string>;
}

/** Name of a job: array indices of job `NAME.3000` are shards less 3000; `NAME.merge` merges. */
export const arrayName = (name: string, offset: number): string => `${name}.${offset}`;
export const mergeName = (name: string): string => `${name}.merge`;

/** Asks for the jobs of these names. */
export async function readQueue(
  client: SlurmClient,
  name: string,
  offsets: readonly number[],
): Promise<Queue> {
  const names = [...offsets.map((offset) => arrayName(name, offset)), mergeName(name)];
  const format = "--format=%i|%T|%r|%j";
  return parseQueue(
    await client("squeue", ["--noheader", "--array", format, `--name=${names.join(",")}`]),
  );
}

/** Reads lines such as `17_3|PENDING|Resources|NAME.0` and `17_[4-6%2]|PENDING|…`. */
export function parseQueue(text: string): Queue {
  const running = new Set<number>(), waiting = new Set<number>();
  const reasons = new Set<string>(), jobs = new Set<string>(), mergeJobs = new Set<string>();
  let merge: string | undefined;
  for (const line of text.split("\n")) {
    const [id, state, reason, name] = line.trim().split("|");
    if (name === undefined) continue;
    const [, job, indices] = /^(\d+)(?:_\[?([\d,-]+).*)?$/.exec(id) ?? [];
    if (job === undefined) continue;
    if (name.endsWith(".merge")) {
      merge = state;
      mergeJobs.add(job);
      continue;
    }
    jobs.add(job);
    const offset = Number(name.slice(name.lastIndexOf(".") + 1));
    const isWaiting = state === "PENDING";
    if (isWaiting && reason !== "None") reasons.add(reason);
    for (const index of indices === undefined ? [] : parseRanges(indices, "squeue's indices")) {
      (isWaiting ? waiting : running).add(offset + index);
    }
  }
  return { running, waiting, merge, reasons, jobs, mergeJobs };
}

/** `"3 running, 5 waiting (Resources), merge pending"`. */
export function queueText({ running, waiting, reasons, merge }: Queue): string {
  const why = reasons.size > 0 ? ` (${[...reasons].join(", ")})` : "";
  return `${running.size} running, ${waiting.size} waiting${why}, ` +
    `merge ${merge?.toLowerCase() ?? "not queued"}`;
}
