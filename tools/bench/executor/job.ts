import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Job, openPlan, planOf } from "@spiediff/executor";
import { DENO_AS_INSTALLED } from "@spiediff/train";
import { ROOT } from "../../root.ts";
import type { BenchArgument } from "./work.ts";

export const CODE = "bench";
/** Payload of a shard: about three blocks of the default case. */
export const BYTES = 256 * 1024;
const path = (name: string) => new URL(name, import.meta.url).pathname;

/** A job of the bench in a folder of its own. */
export async function benchJob(shards: number, argument: BenchArgument): Promise<Job> {
  const folder = mkdtempSync(join(tmpdir(), "spiediff-bench-"));
  const plan = planOf("bench", argument, shards, CODE);
  await openPlan(folder, { plan, argument });
  const config = join(ROOT, "deno.json");
  const command = [Deno.execPath(), "run", "-A", ...DENO_AS_INSTALLED, "--config", config];
  const task = [...command, path("./task.ts"), folder];
  return {
    ...{ plan, folder, argument, module: new URL("./work.ts", import.meta.url).href },
    ownProcess: false,
    shardCommand: task,
    mergeCommand: [...task, "merge"],
    merge: async () => void await mergeProcess(task),
  };
}

/** Merges in a process of its own, whose memory is nobody else's. */
export async function mergeProcess(
  task: readonly string[],
): Promise<{ seconds: number; peakMB: number }> {
  const [program, ...args] = [...task, "merge"];
  const { success, stdout } = await new Deno.Command(program, { args, stderr: "inherit" }).output();
  if (!success) throw new Error("The merge failed.");
  return JSON.parse(new TextDecoder().decode(stdout));
}
