import { rmSync } from "node:fs";
import { localExecutor } from "@spiediff/executor";
import type { BenchLine } from "./types.ts";
import { benchJob, mergeProcess } from "./executor/job.ts";

const SHARDS = 1000;
const SECONDS = 1;
const BYTES = 256 * 1024;
/** 5 % of a shard of 10 s. */
const MOST = 0.5;

/** What shards cost beside their work: 1,000 of 1 s each; and what the merge holds in memory. */
export default async function executor(): Promise<BenchLine[]> {
  return [
    await overhead("a thread each lane, 32 at a time", 32, false),
    await overhead("a process each, 8 at a time", 8, true),
    ...await merges(),
  ];
}

/** Lane seconds per shard beyond its own. */
async function overhead(name: string, workers: number, ownProcess: boolean): Promise<BenchLine> {
  const job = { ...await benchJob(SHARDS, { seconds: SECONDS, bytes: BYTES }), ownProcess };
  const start = performance.now();
  await localExecutor({ workers }).run({ ...job, merge: () => Promise.resolve() });
  const seconds = (performance.now() - start) / 1000;
  rmSync(job.folder, { recursive: true });
  const lanes = Math.ceil(SHARDS / workers);
  return {
    name: `executor, ${name}: seconds of overhead per shard of ${SECONDS} s`,
    value: seconds / lanes - SECONDS,
    max: MOST,
  };
}

async function merges(): Promise<BenchLine[]> {
  const counts = [10, 100, SHARDS];
  const found: { seconds: number; peakMB: number }[] = [];
  for (const shards of counts) {
    const job = await benchJob(shards, { seconds: 0, bytes: BYTES });
    await localExecutor({ workers: 2 }).run({ ...job, merge: () => Promise.resolve() });
    found.push(await mergeProcess(job.shardCommand));
    rmSync(job.folder, { recursive: true });
  }
  const largest = found.at(-1)!;
  return [
    ...counts.map((shards, i) => ({
      name: `executor, merge of ${shards} shards of ${BYTES / 1024} KiB: peak memory, MB`,
      value: found[i].peakMB,
    })),
    {
      name: `executor, merge of ${SHARDS} shards: milliseconds per shard`,
      value: 1000 * largest.seconds / SHARDS,
    },
    {
      name: `executor, merge: peak memory of ${SHARDS} shards over that of ${counts[1]}`,
      value: largest.peakMB / found[1].peakMB,
      max: 1.25,
    },
  ];
}
