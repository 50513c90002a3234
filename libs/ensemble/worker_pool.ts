/** Runs a job's tasks on worker threads (or here) and hands the results over in task order. */
import type { Job } from "./job.ts";
import type { Simulator } from "./simulator.ts";
import { prepareTasks, type RunTask, type TaskResult } from "./tasks.ts";
import type { WorkerReply } from "./worker_messages.ts";

/** How to run: none of it changes a result. */
export interface RunOptions {
  readonly workers: number;
  readonly signal?: AbortSignal;
  /** Task results in ascending task order, whatever order they finish in. */
  readonly onResult: (
    index: number,
    value: TaskResult["value"],
    records: TaskResult["records"],
  ) => void;
  /** Called as tasks finish, in any order. */
  readonly onFinished?: (index: number) => void;
}

/**
 * Runs the tasks of the given indices (ascending).
 *
 * @throws the signal's reason when aborted; an Error carrying a worker's message when one fails.
 */
export async function runTasks<Process>(
  simulator: Simulator<Process>,
  job: Job<Process>,
  indices: readonly number[],
  options: RunOptions,
): Promise<void> {
  options.signal?.throwIfAborted();
  if (indices.length === 0) return;
  const workers = Math.min(options.workers, indices.length);
  if (workers > 1 || simulator.isolated) {
    return await runOnWorkers(simulator, job, indices, workers, options);
  }
  const run = await prepareTasks(job, (process) => simulator.source(process));
  await runHere(run, indices, options);
}

/** Milliseconds between two pauses of {@link runHere}. */
const YIELD_EVERY = 20;

async function runHere(
  run: RunTask,
  indices: readonly number[],
  options: RunOptions,
): Promise<void> {
  let yielded = performance.now();
  for (const index of indices) {
    options.signal?.throwIfAborted();
    const { value, records } = run(index);
    options.onFinished?.(index);
    options.onResult(index, value, records);
    // Let timers, signals and progress displays run, but not after every short task.
    if (performance.now() - yielded < YIELD_EVERY) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    yielded = performance.now();
  }
}

/** A thread for a simulator's tasks. */
export function workerOf({ worker, isolated }: Simulator<never>): Worker {
  // `deno` is Deno's own: the thread may nothing but compute.
  const options = { type: "module", ...(isolated && { deno: { permissions: "none" } }) };
  return new Worker(worker.href, options as WorkerOptions);
}

function runOnWorkers<Process>(
  simulator: Simulator<Process>,
  job: Job<Process>,
  indices: readonly number[],
  count: number,
  options: RunOptions,
): Promise<void> {
  const waiting = new Map<number, Pick<TaskResult, "value" | "records">>();
  let handedOut = 0;
  let delivered = 0;
  const workers: Worker[] = [];
  return new Promise<void>((resolve, reject) => {
    const stop = (settle: () => void) => {
      options.signal?.removeEventListener("abort", onAbort);
      workers.forEach((worker) => worker.terminate());
      settle();
    };
    const onAbort = () => stop(() => reject(options.signal?.reason));
    options.signal?.addEventListener("abort", onAbort);
    const next = (worker: Worker) => {
      if (handedOut < indices.length) worker.postMessage({ index: indices[handedOut++] });
    };
    const receive = (worker: Worker, message: WorkerReply) => {
      if ("error" in message) return stop(() => reject(new Error(message.error)));
      next(worker);
      waiting.set(message.index, message);
      try {
        options.onFinished?.(message.index);
        while (delivered < indices.length && waiting.has(indices[delivered])) {
          const index = indices[delivered++];
          const { value, records } = waiting.get(index)!;
          waiting.delete(index);
          options.onResult(index, value, records);
        }
      } catch (error) {
        return stop(() => reject(error));
      }
      if (delivered === indices.length) stop(resolve);
    };
    for (let k = 0; k < count; k++) {
      const worker = workerOf(simulator);
      workers.push(worker);
      worker.onmessage = (event: MessageEvent<WorkerReply>) => receive(worker, event.data);
      worker.onerror = (event) => {
        event.preventDefault();
        stop(() => reject(new Error(`A particle worker failed: ${event.message}`)));
      };
      worker.postMessage({ job });
      next(worker);
    }
  });
}
