/** Worker thread of the local executor: receives a job's data first, then numbers of shards. */
import { makeShard } from "./make_shard.ts";
import type { ComputeShard, Job } from "./types.ts";

/** What the thread is sent. */
export type ThreadRequest =
  | { readonly job: Task }
  | { readonly shard: number };

/** What it answers to a shard. */
export type ThreadReply =
  | { readonly shard: number }
  | { readonly error: { readonly name: string; readonly message: string; readonly code?: string } };

interface ThreadScope {
  onmessage: ((event: MessageEvent<ThreadRequest>) => void) | null;
  postMessage(message: ThreadReply): void;
}
const scope = globalThis as unknown as ThreadScope;
type Task = Pick<Job, "folder" | "plan" | "argument" | "module">;
let task: Task;
let make: ((shard: number) => Promise<void>) | undefined;

async function prepare({ folder, plan, argument, module }: Task) {
  const { computeShard } = await import(module) as { computeShard: ComputeShard };
  return (shard: number) => makeShard(folder, { plan, argument }, computeShard, shard);
}

scope.onmessage = async ({ data }) => {
  try {
    if ("job" in data) {
      task = data.job;
      return;
    }
    make ??= await prepare(task);
    await make(data.shard);
    scope.postMessage({ shard: data.shard });
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string };
    scope.postMessage({ error: { name, message, code } });
  }
};
