import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeFixture } from "../_fixture_model.ts";
import { parseExpression } from "../cli/expression.ts";
import { loadModel } from "../load_model.ts";
import { predictionJson } from "../output.ts";
import { predict } from "../predict.ts";
import type { Model } from "../types.ts";
import { boundedQueue } from "./bounded_queue.ts";
import { serve, type Service } from "./server.ts";
import { DEFAULT_LIMITS, type Limits } from "./types.ts";

let root = "";
let model: Model;
const services: Service[] = [];
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-serve-"));
  await writeFixture(join(root, "model"));
  model = await loadModel(join(root, "model"), { threads: 1 });
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.close()));
  await model.close();
  await rm(root, { recursive: true, force: true });
});

const start = async (limits: Partial<Limits> = {}) => {
  const service = await serve(model, "127.0.0.1", 0, { ...DEFAULT_LIMITS, ...limits });
  services.push(service);
  return { service, url: `http://127.0.0.1:${service.port}` };
};
const post = (url: string, body: unknown, signal?: AbortSignal) =>
  fetch(`${url}/predict`, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    signal,
  });
/** What does not depend on how long it took. */
const essence = (prediction: Record<string, unknown>) => {
  const { seconds: _, ...rest } = prediction;
  return JSON.parse(JSON.stringify(rest));
};
const slow = { profile: "0.5+0.3*cos(2*pi*x)", times: [0.05], members: 1000 };

describe("the service", () => {
  it("says that it is well, what it has done, and what it does not know", async () => {
    const { url } = await start();
    const health = await (await fetch(`${url}/health`)).json();
    expect(health).toMatchObject({ status: "ok", model: model.manifest.integrity });
    const statuses = async (path: string, method: string) => {
      const response = await fetch(url + path, { method });
      await response.body?.cancel();
      return response.status;
    };
    expect(await statuses("/nothing", "GET")).toBe(404);
    expect(await statuses("/predict", "GET")).toBe(405);
    expect(await statuses("/health", "POST")).toBe(405);
    await (await post(url, { profile: "0.5", times: [0.01], members: 3 })).json();
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toMatch(/predictor_requests_total\{path="\/predict",status="200"\} 1/);
    expect(text).toMatch(/predictor_requests_total\{path="other",status="404"\} 1/);
    expect(text).toMatch(/predictor_predict_seconds_count 1/);
    expect(text).toMatch(/predictor_queue_size 0/);
  });

  it.each([
    ["/health", "GET, HEAD, OPTIONS"],
    ["/metrics", "GET, HEAD, OPTIONS"],
    ["/predict", "POST, OPTIONS"],
  ])("%s says what it takes", async (path, allow) => {
    const { url } = await start();
    for (const [method, status] of [["OPTIONS", 204], ["DELETE", 405]] as const) {
      const response = await fetch(url + path, { method });
      await response.body?.cancel();
      expect([response.status, response.headers.get("allow")], method).toEqual([status, allow]);
    }
    const head = await fetch(url + path, { method: "HEAD" });
    expect(await head.text()).toBe("");
    expect(head.status).toBe(path === "/predict" ? 405 : 200);
    if (path === "/health") {
      const whole = await (await fetch(url + path)).text();
      expect(head.headers.get("content-length")).toBe(String(whole.length));
    }
  });

  it.each([
    ["header", "POST /predict HTTP/1.1\r\nhost: x\r\n", "x-a: b\r\n"],
    ["body", "POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{", " "],
  ])("cuts a client that drips its %s, at most about a second late", async (_what, first, drip) => {
    const { service } = await start({ requestMilliseconds: 2000 });
    const began = performance.now();
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect(service.port, "127.0.0.1", () => socket.write(first));
      const drops = setInterval(() => socket.write(drip), 200);
      socket.on("data", (data) => text += String(data));
      socket.on("error", () => {});
      socket.on("close", () => {
        clearInterval(drops);
        resolve(text);
      });
    });
    const seconds = (performance.now() - began) / 1e3;
    expect(answer).toMatch(/^HTTP\/1\.1 408/);
    expect(seconds).toBeGreaterThan(1.9);
    expect(seconds).toBeLessThan(5);
  }, 60_000);

  it("listens on the loopback address only, unless told otherwise", async () => {
    const { service } = await start();
    expect(service.address).toBe("127.0.0.1");
  });

  it.each<[string, unknown, number, RegExp]>([
    ["no JSON", "{", 400, /not valid JSON/],
    ["no profile", { times: [1] }, 400, /profile/],
    ["a profile outside", { profile: "1.2", times: [1] }, 400, /strictly between 0 and 1/],
    ["a wrong length", { profile: [0.5, 0.5], times: [1] }, 400, /25 are needed/],
    ["program text", { profile: "process.exit()", times: [1] }, 400, /unknown function/],
    ["falling times", { profile: "0.5", times: [1, 0.5] }, 400, /times\[1\]/],
    [
      "a blank seed",
      { profile: "0.5", times: [1], seed: " " },
      400,
      /seed: must not be blank/,
    ],
    ["too many members", { profile: "0.5", times: [1], members: 1e6 }, 400, /members/],
    ["too many elements", { profile: "0.5", times: [1], elements: 1e6 }, 400, /elements/],
    ["an unknown field", { profile: "0.5", times: [1], shell: "ls" }, 400, /shell/],
    [
      "a misspelt field",
      { profile: "0.5", timess: [1] },
      400,
      /times: is missing; .*"timess"; did you mean "times"\?$/,
    ],
    [
      "a field twice",
      '{"profile": "0.5", "times": [1],\n "times": [2]}',
      400,
      /line 2, column 2: .*"times" stands twice/,
    ],
    [
      "a comment",
      '{"profile": "0.5", // why\n"times": [1]}',
      400,
      /line 1, column 20: JSON has no comments/,
    ],
    ["1e400", '{"profile": "0.5", "times": [1e400]}', 400, /line 1, column 30: 1e400 is beyond/],
    ["an empty seed", { profile: "0.5", times: [1], seed: "" }, 400, /seed: must/],
    ["a seed that is not whole", { profile: "0.5", times: [1], seed: 1.5 }, 400, /seed: must/],
    ["a list", [], 400, /body: must be an object with fields/],
    ["too long a body", { profile: "0".repeat(70_000), times: [1] }, 413, /65536/],
  ])("refuses %s", async (_name, body, status, message) => {
    const { url } = await start();
    const response = await post(url, body);
    expect(response.status).toBe(status);
    const { error } = await response.json();
    expect(error).toMatch(message);
    expect(error).not.toMatch(/\n|\.ts/);
  });

  /** What the service answers to these bytes, until it closes the connection. */
  const talk = (port: number, text: string) =>
    new Promise<string>((resolve) => {
      let answer = "";
      const socket = connect(port, "127.0.0.1", () => socket.write(text));
      socket.on("data", (data) => answer += String(data));
      socket.on("error", () => {});
      socket.on("close", () => resolve(answer));
    });
  const request = (method: string, path: string, headers: string[], body = "") =>
    [`${method} ${path} HTTP/1.1`, "host: x", ...headers, "", body].join("\r\n");
  const statuses = (answer: string) =>
    [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
  const small = JSON.stringify({ profile: "0.5", times: [0.001], members: 3 });
  const long = (body: string) => `content-length: ${body.length}`;
  const last = request("GET", "/health", ["connection: close"]);

  it("answers requests that come one behind the other in their order, each its own", async () => {
    const { service } = await start();
    const pipelined = await talk(
      service.port,
      request("POST", "/predict", [long(small)], small) +
        request("POST", "/predict", [long("{")], "{") +
        request("POST", "/health", [long(small)], small) +
        request("GET", "/nothing", []) +
        // A body that looks like a request is none.
        request("POST", "/health", [long(last)], last) +
        request("OPTIONS", "*", []) +
        request("GET", "http://x/health", []) +
        last,
    );
    expect(statuses(pipelined)).toEqual([200, 400, 405, 404, 405, 204, 200, 200]);
  });

  it.each([
    ["negative", ["content-length: -1"], [400]],
    ["a word", ["content-length: abc"], [400]],
    ["a float", ["content-length: 1e2"], [400]],
    ["hexadecimal", ["content-length: 0x10"], [400]],
    ["signed", ["content-length: +5"], [400]],
    ["a list", ["content-length: 5, 5"], [400]],
    ["empty", ["content-length:"], [400]],
    ["two that differ", [long(small), `content-length: 3`], [400]],
    ["two that agree", [long(small), long(small)], [400]],
    ["beside chunks", [long(small), "transfer-encoding: chunked"], [400]],
    ["beyond 2^53", ["content-length: 9007199254740993"], [413]],
    ["beyond 2^64", ["content-length: 99999999999999999999"], [400]],
    ["shorter than the body", [`content-length: ${small.length - 3}`], [400, 400]],
    ["missing", [], [400, 400]],
    ["right, of a compressed body", [long(small), "content-encoding: gzip"], [415]],
  ])(
    "a content-length that is %s takes nothing else for a request",
    async (_, headers, expected) => {
      const { service } = await start();
      const answer = await talk(service.port, request("POST", "/predict", headers, small));
      expect(statuses(answer).length).toBeGreaterThan(0);
      expect(expected).toEqual(expect.arrayContaining(statuses(answer)));
      // What follows such a refusal is no request: the connection ends.
      if ([413, 415].some((status) => expected.includes(status))) {
        expect(answer).toMatch(/^connection: close\r?$/im);
      }
      const health = await fetch(`http://127.0.0.1:${service.port}/health`);
      expect((await health.json()).status).toBe("ok");
    },
    10_000,
  );

  it("stops reading a body without a stated length as soon as it is too long", async () => {
    const { service } = await start({ bodyBytes: 1000 });
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect(service.port, "127.0.0.1", () => {
        socket.write("POST /predict HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n");
        socket.write(`${(4096).toString(16)}\r\n${"a".repeat(4096)}\r\n`);
      });
      socket.on("data", (data) => {
        text += String(data);
        if (text.includes("413")) socket.destroy();
      });
      socket.on("error", () => resolve(text));
      socket.on("close", () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413/);
  });

  it("200 concurrent requests: every answer is the right one, memory stays bounded", async () => {
    const { url } = await start({ queueLength: 250 });
    const profiles = Array.from({ length: 8 }, (_, k) => `0.5+0.0${k + 1}*cos(2*pi*x)`);
    const expected = await Promise.all(profiles.map(async (profile, seed) => {
      const options = { seed, members: 10, level: 0.95 };
      const p = await predict(model, parseExpression(profile), [0, 0.003], options);
      return essence(predictionJson(p, model.manifest));
    }));
    const before = process.memoryUsage().rss;
    const answers = await Promise.all(Array.from({ length: 200 }, async (_, n) => {
      const k = n % 8;
      const response = await post(url, {
        profile: profiles[k],
        times: [0, 0.003],
        members: 10,
        seed: k,
      });
      return { k, status: response.status, body: await response.json() };
    }));
    for (const { k, status, body } of answers) {
      expect(status).toBe(200);
      expect(essence(body)).toEqual(expected[k]);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
  }, 120_000);

  it("takes as many as may wait, answers 429 to one more at once, and stays well", async () => {
    const { url } = await start({ queueLength: 2 });
    const inQueue = async (count: number) => {
      for (;;) {
        const text = await (await fetch(`${url}/metrics`)).text();
        if (text.includes(`predictor_queue_size ${count}\n`)) return;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const leaving = new AbortController();
    const first = post(url, { ...slow, members: 2000 }, leaving.signal).catch(({ name }) => name);
    await inQueue(1);
    // The first holds the queue until it goes away.
    const quick = { profile: "0.5", times: [0.01], members: 3 };
    const waiting = [post(url, quick)];
    await inQueue(2);
    waiting.push(post(url, quick));
    await inQueue(3);
    for (let k = 0; k < 3; k++) {
      const refused = await post(url, quick);
      expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
      expect((await refused.json()).error).toMatch(/^3 requests/);
    }
    leaving.abort();
    expect(await first).toBe("AbortError");
    for (const answer of waiting) {
      const response = await answer;
      expect([response.status, response.headers.get("retry-after")]).toEqual([200, null]);
      expect((await response.json()).memberCount).toBe(3);
    }
    await inQueue(0);
  });

  it("answers health while it computes, and 503 to what takes too long", async () => {
    const { url } = await start({ requestMilliseconds: 150 });
    const long = post(url, { ...slow, members: 5000 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const asked = performance.now();
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(performance.now() - asked).toBeLessThan(1500);
    const response = await long;
    expect(response.status).toBe(503);
    expect((await response.json()).error).toMatch(/within 150 ms/);
  });

  it("a client that goes away loses only its own request", async () => {
    const { url } = await start();
    const leaving = new AbortController();
    const lost = post(url, slow, leaving.signal).catch((error) => error.name);
    const kept = post(url, { profile: "0.5", times: [0.01], members: 5 });
    setTimeout(() => leaving.abort(), 60);
    expect(await lost).toBe("AbortError");
    const response = await kept;
    expect(response.status).toBe(200);
    expect((await response.json()).memberCount).toBe(5);
  });

  it("a shutdown finishes what it accepted and takes nothing new", async () => {
    const { service, url } = await start();
    const accepted = post(url, { ...slow, members: 800 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = service.close();
    const response = await accepted;
    expect(response.status).toBe(200);
    expect((await response.json()).memberCount).toBe(800);
    await closed;
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });
});

describe("boundedQueue", () => {
  it("runs in order, drops aborted tasks, survives failing ones, closes empty", async () => {
    const queue = boundedQueue(10);
    const order: number[] = [];
    const never = new AbortController().signal;
    const task = (n: number) => () => {
      order.push(n);
      return n === 1 ? Promise.reject(new Error("one")) : Promise.resolve(n);
    };
    const gone = AbortSignal.abort(new Error("gone"));
    const results = await Promise.allSettled([
      queue.run(task(0), never),
      queue.run(task(1), never),
      queue.run(task(2), gone),
      queue.run(task(3), never),
    ]);
    expect(order).toEqual([0, 1, 3]);
    expect(results.map((r) => r.status)).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
    expect(queue.size()).toBe(0);
    await queue.close();
    expect(() => queue.run(task(4), never)).toThrow(/shutting down/);
  });
});

describe("predictor serve", () => {
  /** Starts the command as a process of its own and waits for its address. */
  const launch = () =>
    new Promise<{ child: ChildProcess; url: string }>((resolve, reject) => {
      const main = join(import.meta.dirname!, "..", "main.ts");
      const args = ["run", "-A", main, "serve", join(root, "model"), "--port", "0"];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`ended with ${code}`)));
      child.stdout!.once("data", (data) => {
        child.removeAllListeners("exit");
        resolve({ child, url: String(data).trim().replace("listening on ", "") });
      });
    });

  it("ends well on SIGTERM in the middle of a request, which is still answered", async () => {
    const { child, url } = await launch();
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const accepted = post(url, { ...slow, members: 800 });
    await new Promise((resolve) => setTimeout(resolve, 150));
    // Not child.kill: under Deno it reports the signal that it sent, whatever the process made of it.
    process.kill(child.pid!, "SIGTERM");
    const response = await accepted;
    expect(response.status).toBe(200);
    expect((await response.json()).memberCount).toBe(800);
    expect(await ended).toBe(0);
  }, 120_000);
});
