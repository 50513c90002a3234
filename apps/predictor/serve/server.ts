import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { failureText, isUsersMistake } from "@spiediff/command-line";
import type { Model } from "../types.ts";
import { boundedQueue } from "./bounded_queue.ts";
import { metrics } from "./metrics.ts";
import type { Answer, Context } from "./route.ts";
import { ROUTES } from "./routes.ts";
import { HttpError, type Limits } from "./types.ts";

/** A running service. */
export interface Service {
  readonly address: string;
  readonly port: number;
  /** Takes no more requests, finishes those accepted within the grace period, and closes. */
  close(): Promise<void>;
}

/**
 * Serves predictions and the law over HTTP; `GET /openapi.json` describes it.
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

/** The methods that each path takes. */
const METHODS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(ROUTES).map(([path, { method }]) => [
      path,
      method === "GET" ? "GET, HEAD, OPTIONS" : `${method}, OPTIONS`,
    ]),
  ),
  "*": "GET, HEAD, POST, OPTIONS",
};

const KNOWN = Object.entries(ROUTES).map(([path, { method }]) => `${method} ${path}`).join(", ");

/** What a request asks for; proxies may send the whole address (RFC 9112, section 3.2.2). */
function targetOf(target: string): { path: string; query: URLSearchParams } {
  const [path, ...query] = target.replace(/^https?:\/\/[^/?#]*/i, "").split("?");
  return { path: path || "/", query: new URLSearchParams(query.join("?")) };
}

/** Answers one request; whatever goes wrong in it stays in it. */
async function answer(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const { path, query } = targetOf(request.url ?? "/");
  const known = Object.hasOwn(METHODS, path) ? path : "other";
  let status = 200;
  try {
    if (request.method === "OPTIONS" && known !== "other") {
      status = 204;
      response.writeHead(status, { allow: METHODS[path], ...keepAlive(context) }).end();
    } else {
      checkAllowed(path, request.method ?? "");
      const exchange = { context, request, response, query };
      send(response, 200, await ROUTES[path].answer(exchange), keepAlive(context));
    }
  } catch (error) {
    const refusal = refusalOf(error);
    status = refusal.status;
    const body = JSON.stringify({ error: refusal.message }) + "\n";
    send(response, status, { type: "application/json", body }, {
      ...keepAlive(context),
      ...refusal.headers,
      // After a refusal the rest of the body may never come: start afresh.
      ...(status === 413 || status === 415 ? { connection: "close" } : {}),
      ...(status === 429 ? { "retry-after": "1" } : {}),
    });
  }
  context.metrics.answered(known, status, (performance.now() - started) / 1e3);
}

/** @throws {HttpError} 404 or 405. */
function checkAllowed(path: string, method: string): void {
  if (!Object.hasOwn(ROUTES, path)) throw new HttpError(404, `Known are ${KNOWN}.`);
  const allow = METHODS[path];
  if (!allow.split(", ").includes(method)) {
    throw new HttpError(405, `${path} takes ${allow}.`, { allow });
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
  { type, body }: Answer,
  headers: Record<string, string>,
): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, {
    "content-type": type,
    "content-length": String(Buffer.byteLength(body)),
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(response.req.method === "HEAD" ? undefined : body);
}
