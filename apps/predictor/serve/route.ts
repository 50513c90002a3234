import type { IncomingMessage, ServerResponse } from "node:http";
import type { Model } from "../types.ts";
import type { BoundedQueue } from "./bounded_queue.ts";
import type { Metrics } from "./metrics.ts";
import type { Limits } from "./types.ts";

/** What a running service is made of. */
export interface Context {
  readonly model: Model;
  readonly limits: Limits;
  readonly queue: BoundedQueue;
  readonly metrics: Metrics;
  /** Set by a shutdown: from then on connections are not kept alive. */
  closing: boolean;
  /** Aborts when the grace period of a shutdown is over. */
  readonly end: AbortSignal;
}

/** The body of an answer with status 200. */
export interface Answer {
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** One request with what it is answered from. */
export interface Exchange {
  readonly context: Context;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What stands behind the question mark. */
  readonly query: URLSearchParams;
}

/** What a path takes and gives. */
export interface Route {
  /** The one method, beside OPTIONS, and HEAD where it is GET. */
  readonly method: "GET" | "POST";
  answer(exchange: Exchange): Answer | Promise<Answer>;
}
