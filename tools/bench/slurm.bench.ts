import { rmSync } from "node:fs";
import { slurmExecutor } from "@spiediff/executor";
import { type Slurm, startSlurm } from "@spiediff/slurm-test";
import type { BenchLine } from "./types.ts";
import { benchJob, BYTES } from "./executor/job.ts";

const TASKS = 80;
/** As many as this machine has at least: a task has a core of its own. */
const CORES = 2;
const SECONDS = 1;
/** 5 % of a shard of 10 s. */
const MOST = 0.5;

/** Tasks of 1 s on a real Slurm of one node with two cores: bare ones, then shards. */
export default async function slurm(): Promise<BenchLine[]> {
  const cluster = await startSlurm({ cores: CORES });
  if (typeof cluster === "string") {
    console.error(`Skipped: ${cluster}`);
    return [];
  }
  Deno.env.set("SLURM_CONF", cluster.env.SLURM_CONF);
  try {
    const bare = await bareTasks(cluster);
    const { overhead, submission } = await shards();
    const what = `a shard of ${SECONDS} s as a Slurm task: seconds of overhead`;
    return [
      { name: `slurm, submission of ${TASKS} tasks, seconds`, value: submission },
      { name: "slurm, a bare task: seconds of overhead", value: bare },
      { name: `slurm, ${what}`, value: overhead },
      { name: `slurm, ${what} beyond a bare task`, value: overhead - bare, max: MOST },
    ];
  } finally {
    await cluster.stop();
  }
}

/** Seconds of a core for each task beyond its own. */
const overheadOf = (seconds: number) => seconds / (TASKS / CORES) - SECONDS;

async function bareTasks(cluster: Slurm): Promise<number> {
  const before = performance.now();
  const options = [`--array=1-${TASKS}`, "--output=/dev/null"];
  await cluster.command("sbatch", ...options, `--wrap=sleep ${SECONDS}`);
  while (await cluster.command("squeue", "--noheader") !== "") {
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return overheadOf((performance.now() - before) / 1000);
}

async function shards(): Promise<{ overhead: number; submission: number }> {
  const job = await benchJob(TASKS, { seconds: SECONDS, bytes: BYTES });
  try {
    const executor = slurmExecutor();
    const before = performance.now();
    await executor.submit(job);
    const submission = (performance.now() - before) / 1000;
    await executor.follow(job, { onProgress: (_done, _total, note) => console.error(note) });
    return { overhead: overheadOf((performance.now() - before) / 1000), submission };
  } finally {
    rmSync(job.folder, { recursive: true });
  }
}
