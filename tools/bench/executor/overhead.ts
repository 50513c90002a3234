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
): Promise<BenchLine> {
  const job = { ...await benchJob(shards, { seconds: SECONDS, bytes: BYTES }), ownProcess };
  const start = performance.now();
  await localExecutor({ workers }).run({ ...job, merge: () => Promise.resolve() });
  const seconds = (performance.now() - start) / 1000;
  rmSync(job.folder, { recursive: true });
  const lanes = Math.ceil(shards / workers);
  return {
    name: `executor, ${shards} shards of ${SECONDS} s by ${name}: seconds of overhead each`,
    value: seconds / lanes - SECONDS,
    max: MOST,
  };
}
