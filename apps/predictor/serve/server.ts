import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { failureText, isUsersMistake } from "@spiediff/command-line";
import { predictionJson } from "../output.ts";
import { predict } from "../predict.ts";
import type { Model } from "../types.ts";
import { VERSION } from "../version.ts";
import { type BoundedQueue, boundedQueue } from "./bounded_queue.ts";
import { type Metrics, metrics } from "./metrics.ts";
import { parsePredictRequest } from "./predict_request.ts";
import { readBody } from "./read_body.ts";
import { HttpError, type Limits } from "./types.ts";

/** A running service. */
export interface Service {
  readonly address: string;
  readonly port: number;
  /** Takes no more requests, finishes those accepted within the grace period, and closes. */
  close(): Promise<void>;
}

interface Context {
  readonly model: Model;
  readonly limits: Limits;
  readonly queue: BoundedQueue;
  readonly metrics: Metrics;
  /** Set by a shutdown: from then on connections are not kept alive. */
  closing: boolean;
  /** Aborts when the grace period of a shutdown is over. */
  readonly end: AbortSignal;
}

/**
 * Serves predictions over HTTP: `GET /health`, `GET /metrics`, `POST /predict`.
 *
 * @throws {Error} if the address cannot be listened on.
 */
export async function serve(
  model: Model,
  host: string,
  port: number,
  limits: Limits,
): Promise<Service> {
  const end = new AbortController();
  const context: Context = {
    model,
    limits,
    queue: boundedQueue(limits.queueLength),
    metrics: metrics(),
    closing: false,
    end: end.signal,
  };
  // A client that sends slowly, or not at all, does not hold a socket for long.
  const requestTimeout = Math.min(limits.requestMilliseconds, 30_000);
  const headersTimeout = Math.min(requestTimeout, 10_000);
  const server = createServer(
    { requestTimeout, headersTimeout, connectionsCheckingInterval: 1000 },
    (request, response) => void answer(context, request, response),
  );
  await listen(server, host, port);
  const { address, port: bound } = server.address() as AddressInfo;
  return {
    address,
    port: bound,
    async close() {
      context.closing = true;
      const timer = setTimeout(
        () => end.abort(new HttpError(503, "The service was stopped.")),
        limits.graceMilliseconds,
      );
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await context.queue.close();
      clearTimeout(timer);
      // The last answers are on their way; what stays open after them is idle.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      const force = setTimeout(() => server.closeAllConnections(), 2000);
      await closed;
      clearInterval(sweep);
      clearTimeout(force);
    },
  };
}

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });

/** What each path takes. */
const METHODS: Readonly<Record<string, string>> = {
  "/health": "GET, HEAD, OPTIONS",
  "/metrics": "GET, HEAD, OPTIONS",
  "/predict": "POST, OPTIONS",
  "*": "GET, HEAD, POST, OPTIONS",
};

/** The path that a request asks for; proxies may send the whole address (RFC 9112, section 3.2.2). */
const pathOf = (target: string): string =>
  target.replace(/^https?:\/\/[^/?#]*/i, "").split("?")[0] || "/";

/** Answers one request; whatever goes wrong in it stays in it. */
async function answer(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const path = pathOf(request.url ?? "/");
  const known = Object.hasOwn(METHODS, path) ? path : "other";
  let status = 200;
  try {
    if (request.method === "OPTIONS" && known !== "other") {
      status = 204;
      response.writeHead(status, { allow: METHODS[path], ...keepAlive(context) }).end();
    } else {
      const { type, body } = await route(context, request, response, path);
      send(response, 200, type, body, keepAlive(context));
    }
  } catch (error) {
    const refusal = refusalOf(error);
    status = refusal.status;
    const body = JSON.stringify({ error: refusal.message }) + "\n";
    send(response, status, "application/json", body, {
      ...keepAlive(context),
      ...refusal.headers,
      // After a refusal the rest of the body may never come: start afresh.
      ...(status === 413 || status === 415 ? { connection: "close" } : {}),
      ...(status === 429 ? { "retry-after": "1" } : {}),
    });
  }
  context.metrics.answered(known, status, (performance.now() - started) / 1e3);
}

async function route(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<{ type: string; body: string }> {
  if (!Object.hasOwn(METHODS, path) || path === "*") {
    throw new HttpError(404, "Known are GET /health, GET /metrics and POST /predict.");
  }
  const allow = METHODS[path];
  if (!allow.split(", ").includes(request.method ?? "")) {
    throw new HttpError(405, `${path} takes ${allow}.`, { allow });
  }
  const { model, queue } = context;
  if (path === "/health") {
    const { integrity } = model.manifest;
    const body = JSON.stringify({ status: "ok", version: VERSION, model: integrity }) + "\n";
    return { type: "application/json", body };
  }
  if (path === "/metrics") {
    const gauges = { queue_size: queue.size() };
    return { type: "text/plain; version=0.0.4", body: context.metrics.text(gauges) };
  }
  return { type: "application/json", body: await predictBody(context, request, response) };
}

async function predictBody(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<string> {
  const { model, limits, queue, end } = context;
  const body = await readBody(request, limits.bodyBytes);
  const { profile, times, options } = parsePredictRequest(body, limits);
  const gone = new AbortController();
  response.once("close", () => gone.abort(new HttpError(499, "The client went away.")));
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new HttpError(503, `No answer within ${limits.requestMilliseconds} ms.`)),
    limits.requestMilliseconds,
  );
  const signal = AbortSignal.any([gone.signal, late.signal, end]);
  try {
    const prediction = await queue.run(
      () => predict(model, profile, times, { ...options, signal }),
      signal,
    );
    return JSON.stringify(predictionJson(prediction, model.manifest)) + "\n";
  } finally {
    clearTimeout(timer);
  }
}

function refusalOf(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (isUsersMistake(error)) return new HttpError(400, error.message);
  // Inner details are for the log, not for strangers.
  console.error(failureText("predictor", error));
  return new HttpError(500, "An unexpected failure; the service's log says more.");
}

const keepAlive = (context: Context): Record<string, string> =>
  context.closing ? { connection: "close" } : {};

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Record<string, string>,
): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, {
    "content-type": type,
    "content-length": String(new TextEncoder().encode(body).length),
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(response.req.method === "HEAD" ? undefined : body);
}
