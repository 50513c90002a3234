import { rmSync } from "node:fs";
import { slurmExecutor } from "@spiediff/executor";
import { startSlurm } from "@spiediff/slurm-test";
import type { BenchLine } from "./types.ts";
import { benchJob } from "./executor/job.ts";

const SHARDS = 1000;
const CORES = 8;

/** 1,000 tasks of 1 s on a real Slurm of one node, whose own work for each task is in the figure. */
export default async function slurm(): Promise<BenchLine[]> {
  const cluster = await startSlurm({ cores: CORES });
  if (typeof cluster === "string") {
    console.error(`Skipped: ${cluster}`);
    return [];
  }
  Deno.env.set("SLURM_CONF", cluster.env.SLURM_CONF);
  const job = await benchJob(SHARDS, { seconds: 1, bytes: 256 * 1024 });
  try {
    const executor = slurmExecutor();
    const before = performance.now();
    await executor.submit(job);
    const submitting = (performance.now() - before) / 1000;
    await executor.follow(job);
    const seconds = (performance.now() - before) / 1000;
    const tasks = SHARDS / CORES;
    return [
      { name: "slurm, submission of 1000 tasks, seconds", value: submitting },
      {
        name: "slurm, tasks of 1 s: seconds of overhead each, Slurm's own included",
        value: seconds / tasks - 1,
      },
    ];
  } finally {
    await cluster.stop();
    rmSync(job.folder, { recursive: true });
  }
}
