import { HttpError } from "./types.ts";

/** Runs one task at a time, in order of arrival, and refuses what would wait behind too many. */
export interface BoundedQueue {
  /**
   * @param task Gets the signal's word before it starts: aborted tasks are dropped from the queue.
   * @throws {HttpError} 429 if the queue is full, 503 if it is closed.
   */
  run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Tasks that wait or run. */
  size(): number;
  /** Takes no more tasks; resolves when those accepted are done. */
  close(): Promise<void>;
}

/** @param waiting Largest number of tasks that wait while one runs. */
export function boundedQueue(waiting: number): BoundedQueue {
  let size = 0;
  let closed = false;
  let tail: Promise<unknown> = Promise.resolve();
  return {
    size: () => size,
    run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
      if (closed) throw new HttpError(503, "The service is shutting down.");
      if (size > waiting) {
        throw new HttpError(429, `${size} requests are being served or waiting; try again later.`);
      }
      size++;
      const result = tail.then(() => {
        signal.throwIfAborted();
        return task();
      }).finally(() => {
        size--;
      });
      tail = result.catch(() => {});
      return result;
    },
    async close() {
      closed = true;
      await tail;
    },
  };
}
