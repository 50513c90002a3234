import { rmSync } from "node:fs";
import { localExecutor } from "@spiediff/executor";
import type { BenchLine } from "../types.ts";
import { benchJob, BYTES } from "./job.ts";

const SHARDS = 1000;
const SECONDS = 1;
/** 5 % of a shard of 10 s. */
const MOST = 0.5;

/** Seconds that a lane spends on a shard beyond its own, over 1,000 shards of 1 s. */
export async function overhead(
  name: string,
  workers: number,
  ownProcess: boolean,
): Promise<BenchLine> {
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
