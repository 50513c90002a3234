/** Worker thread of an ensemble: receives a job, then task indices, and replies with results. */
import { prepareTasks } from "./tasks.ts";
import type { WorkerReply, WorkerRequest } from "./worker_messages.ts";

interface WorkerScope {
  onmessage: ((event: MessageEvent<WorkerRequest>) => void) | null;
  postMessage(message: WorkerReply, transfer?: Transferable[]): void;
}
const scope = globalThis as unknown as WorkerScope;
let run: ReturnType<typeof prepareTasks> | undefined;

scope.onmessage = ({ data }) => {
  try {
    if ("job" in data) {
      run = prepareTasks(data.job);
      return;
    }
    const { value, records, buffers } = run!(data.index);
    scope.postMessage({ index: data.index, value, records }, buffers);
  } catch (error) {
    scope.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
};
