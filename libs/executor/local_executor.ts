import { spawn } from "node:child_process";
import { findFaults, toMake } from "./merge.ts";
import type { ThreadReply, ThreadRequest } from "./shard_worker.ts";
import { type Executor, type Job, type RunHooks, ShardError } from "./types.ts";

/** Makes one shard at a time. */
interface Lane {
  make(shard: number): Promise<void>;
  close(): void;
}

/**
 * This machine: worker threads, or processes for work that asks for them. Takes up the shards that an
 * interrupted run has left.
 *
 * @throws {RangeError} if `workers` is not a whole number of at least 1.
 */
export function localExecutor({ workers }: { readonly workers: number }): Executor {
  if (!Number.isInteger(workers) || workers < 1) {
    throw new RangeError(`workers must be an integer of at least 1, not ${workers}.`);
  }
  return {
    async run(job, hooks = {}) {
      const queue = toMake(await findFaults(job.folder, job.plan));
      const count = Math.min(workers, queue.length);
      if (count > 0) await runLanes(job, queue, count, hooks);
      hooks.signal?.throwIfAborted();
      await job.merge();
    },
  };
}

async function runLanes(
  job: Job,
  queue: number[],
  count: number,
  { onProgress, signal }: RunHooks,
) {
  const total = job.plan.shards;
  let done = total - queue.length;
  const report = () => onProgress?.(done, total, `${done} of ${total} shards`);
  report();
  const lanes = Array.from({ length: count }, () => job.ownProcess ? processes(job) : thread(job));
  const close = () => lanes.forEach((lane) => lane.close());
  try {
    await new Promise<void>((resolve, reject) => {
      signal?.throwIfAborted();
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      Promise.all(lanes.map(async (lane) => {
        for (let shard = queue.shift(); shard !== undefined; shard = queue.shift()) {
          await lane.make(shard);
          done++;
          report();
        }
      })).then(() => resolve(), reject);
    });
  } finally {
    queue.length = 0;
    close();
  }
}

function thread(job: Job): Lane {
  const worker = new Worker(new URL("./shard_worker.ts", import.meta.url).href, { type: "module" });
  const send = (request: ThreadRequest) => worker.postMessage(request);
  const { folder, plan, argument, module } = job;
  send({ job: { folder, plan, argument, module } });
  return {
    make: (shard) =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }: MessageEvent<ThreadReply>) =>
          "error" in data ? reject(Object.assign(new Error(), data.error)) : resolve();
        worker.onerror = (event) => {
          event.preventDefault();
          reject(new Error(`A worker thread failed: ${event.message}`));
        };
        send({ shard });
      }),
    close: () => worker.terminate(),
  };
}

/** Characters of a failed process's last words that are repeated. */
const LAST_WORDS = 2000;

function processes({ shardCommand: [program, ...args] }: Job): Lane {
  let kill = () => {};
  return {
    make: (shard) =>
      new Promise((resolve, reject) => {
        const child = spawn(program, [...args, String(shard)], {
          stdio: ["ignore", "ignore", "pipe"],
        });
        kill = () => child.kill();
        let words = "";
        child.stderr.setEncoding("utf8");
        child.stderr.on("data", (text) => words = (words + text).slice(-LAST_WORDS));
        child.on("error", reject);
        child.on("close", (code, signal) => {
          if (code === 0) return resolve();
          const end = signal === null ? `exit code ${code}` : signal;
          reject(new ShardError(`Shard ${shard} ended with ${end}: ${words.trim()}`));
        });
      }),
    close: () => kill(),
  };
}
