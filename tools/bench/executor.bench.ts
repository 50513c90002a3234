import { rmSync } from "node:fs";
import { localExecutor } from "@spiediff/executor";
import type { BenchLine } from "./types.ts";
import { benchJob, BYTES, mergeProcess } from "./executor/job.ts";
import { overhead } from "./executor/overhead.ts";

const SHARDS = 1000;

/** What shards cost beside their work in threads, 1,000 of 1 s each; and what the merge holds in memory. */
export default async function executor(): Promise<BenchLine[]> {
  return [
    ...await overhead("32 threads", SHARDS, 32, false),
    ...await merges(),
  ];
}

async function merges(): Promise<BenchLine[]> {
  // Short payloads: what grows with their number is to be seen, if anything does.
  const counts = [10, 100, SHARDS, 4 * SHARDS];
  const found: { seconds: number; peakMB: number }[] = [];
  for (const shards of counts) {
    const job = await benchJob(shards, { seconds: 0, bytes: BYTES / 4 });
    await localExecutor({ workers: 2 }).run({ ...job, merge: () => Promise.resolve() });
    found.push(await mergeProcess(job.shardCommand));
    rmSync(job.folder, { recursive: true });
  }
  const largest = found.at(-1)!;
  return [
    ...counts.map((shards, i) => ({
      name: `executor, merge of ${shards} shards of ${BYTES / 4096} KiB: peak memory, MB`,
      value: found[i].peakMB,
    })),
    {
      name: `executor, merge of ${4 * SHARDS} shards: milliseconds per shard`,
      value: 1000 * largest.seconds / (4 * SHARDS),
    },
    {
      name: `executor, merge: peak memory of ${4 * SHARDS} shards over that of ${SHARDS}`,
      value: largest.peakMB / found[2].peakMB,
      max: 1.25,
    },
  ];
}
