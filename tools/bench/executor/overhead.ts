import { rmSync } from "node:fs";
import { localExecutor } from "@spiediff/executor";
import type { BenchLine } from "../types.ts";
import { benchJob, BYTES } from "./job.ts";

const SECONDS = 1;
/** 5 % of a shard of 10 s. */
const MOST = 0.5;

/** Seconds that a lane spends on a shard beyond its own, over shards of 1 s. */
export async function overhead(
  name: string,
  shards: number,
  workers: number,
  ownProcess: boolean,
): Promise<BenchLine[]> {
  const job = { ...await benchJob(shards, { seconds: SECONDS, bytes: BYTES }), ownProcess };
  const start = performance.now(), processorBefore = childrenSeconds();
  await localExecutor({ workers }).run({ ...job, merge: () => Promise.resolve() });
  const seconds = (performance.now() - start) / 1000;
  const processor = (childrenSeconds() - processorBefore) / shards;
  rmSync(job.folder, { recursive: true });
  const lanes = Math.ceil(shards / workers);
  const what = `executor, ${shards} shards of ${SECONDS} s by ${name}`;
  const elapsed = { name: `${what}: seconds of overhead each`, value: seconds / lanes - SECONDS };
  // Processes that share cores with others wait for them; their own work is what they cost.
  return ownProcess
    ? [elapsed, { name: `${what}: processor seconds each`, value: processor, max: MOST }]
    : [{ ...elapsed, max: MOST }];
}

/** Processor seconds of all children that have ended, from Linux's own account in 1/100 s. */
function childrenSeconds(): number {
  const fields = Deno.readTextFileSync("/proc/self/stat").replace(/^.*\) /, "").split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
