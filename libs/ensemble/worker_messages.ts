/** What goes between a pool and its worker threads. */
import type { Job } from "./job.ts";
import type { TaskResult } from "./tasks.ts";

/** What a worker is sent: the job first, then task indices. */
export type WorkerRequest = { readonly job: Job<unknown> } | { readonly index: number };

/** What it answers to an index. */
export type WorkerReply =
  | {
    readonly index: number;
    readonly value: TaskResult["value"];
    readonly records: TaskResult["records"];
  }
  | { readonly error: string };
