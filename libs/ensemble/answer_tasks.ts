import type { Job } from "./job.ts";
import type { Simulator } from "./simulator.ts";
import { prepareTasks, type RunTask } from "./tasks.ts";
import type { WorkerReply, WorkerRequest } from "./worker_messages.ts";

interface WorkerScope {
  onmessage: ((event: MessageEvent<WorkerRequest>) => void) | null;
  postMessage(message: WorkerReply, transfer?: Transferable[]): void;
}

/** The body of a worker thread: receives a job, then task indices, and replies with results. */
export function answerTasks<Process>(source: Simulator<Process>["source"]): void {
  const scope = globalThis as unknown as WorkerScope;
  let run: Promise<RunTask> | undefined;
  const answer = async (data: WorkerRequest): Promise<void> => {
    if ("job" in data) {
      run = prepareTasks(data.job as Job<Process>, source);
      await run;
      return;
    }
    const { value, records, buffers } = (await run!)(data.index);
    scope.postMessage({ index: data.index, value, records }, buffers);
  };
  scope.onmessage = ({ data }) => {
    answer(data).catch((error) =>
      scope.postMessage({ error: error instanceof Error ? error.message : String(error) })
    );
  };
}
