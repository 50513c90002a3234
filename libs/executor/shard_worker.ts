/** Worker thread of the local executor: receives a job's data first, then numbers of shards. */
import { makeShard } from "./make_shard.ts";
import type { ComputeShard, Job } from "./types.ts";

/** What the thread is sent. */
export type ThreadRequest =
  | { readonly job: Pick<Job, "folder" | "plan" | "argument" | "module"> }
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
let make: ((shard: number) => Promise<void>) | undefined;

async function prepare(
  { folder, plan, argument, module }: Pick<Job, "folder" | "plan" | "argument" | "module">,
) {
  const { computeShard } = await import(module) as { computeShard: ComputeShard };
  return (shard: number) => makeShard(folder, { plan, argument }, computeShard, shard);
}
let ready: ReturnType<typeof prepare> | undefined;

scope.onmessage = async ({ data }) => {
  try {
    if ("job" in data) {
      ready = prepare(data.job);
      // A failure is told when the first shard is asked for.
      ready.catch(() => {});
      return;
    }
    make ??= await ready!;
    await make(data.shard);
    scope.postMessage({ shard: data.shard });
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string };
    scope.postMessage({ error: { name, message, code } });
  }
};
