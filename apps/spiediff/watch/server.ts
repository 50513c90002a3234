import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { failureText, UserError } from "@spiediff/command-line";
import { watchPage } from "./page.ts";
import { runProgress, signature } from "./progress.ts";

/** A running live view. */
export interface Watch {
  readonly url: string;
  close(): Promise<void>;
}

/** Seconds after which a browser asks again. */
const RENEW = 3;
const ALLOW = "GET, HEAD, OPTIONS";
const LOOPBACK = "127.0.0.1";

/** Names by which a browser on this machine may call; others are pages that point here by DNS. */
const OWN_NAMES = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * Serves a run's live page on the loopback address. The page is drawn anew only if a file has changed;
 * it needs no scripts, the browser is told to reload.
 *
 * @param port 0 takes a free one.
 * @throws {UserError} if the folder is not a run folder or the port is taken.
 */
export async function watchRun(folder: string, port: number): Promise<Watch> {
  let seen: string | null = null, html = "", finished = false;
  // One drawing at a time, however many browsers ask.
  let drawing = draw();
  await drawing;
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, text: string, headers = {}) => {
      response.writeHead(status, {
        "content-type": `${type}; charset=utf-8`,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        ...headers,
      });
      response.end(request.method === "HEAD" ? undefined : text);
    };
    if (!OWN_NAMES.test(request.headers.host ?? "")) {
      return answer(403, "text/plain", "Not here.\n");
    }
    if (request.url?.split("?")[0] !== "/") return answer(404, "text/plain", "Only /.\n");
    if (request.method === "OPTIONS") return response.writeHead(204, { allow: ALLOW }).end();
    if (request.method !== "GET" && request.method !== "HEAD") {
      return answer(405, "text/plain", `/ takes ${ALLOW}.\n`, { allow: ALLOW });
    }
    drawing = drawing.catch(() => {}).then(draw);
    drawing.then(
      () => answer(200, "text/html", html, finished ? {} : { refresh: String(RENEW) }),
      (error) =>
        answer(503, "text/plain", failureText("watch", error) + "\n", { refresh: String(RENEW) }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once(
      "error",
      (error) => reject(new UserError(`Cannot listen on ${LOOPBACK}:${port}: ${error.message}.`)),
    );
    server.listen(port, LOOPBACK, resolve);
  });
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function draw(): Promise<void> {
    const now = signature(folder);
    if (now === seen) return;
    const progress = await runProgress(folder);
    html = watchPage(folder, progress, true);
    finished = progress.finished;
    seen = now;
  }
}
