import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Browser, chromium, type Page } from "playwright-core";
import { loadModel, predict } from "@spiediff/predictor";
import { profileEditor } from "./profile_editor.ts";

const ROOT = join(import.meta.dirname!, "..", "..");
const MODEL = join(ROOT, "test-data", "lrm-quick-model");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

describe("profileEditor", () => {
  it("fills the nodes between two points of a stroke and stays inside (0, 1)", () => {
    const editor = profileEditor(10, () => 0.5);
    editor.press(0.2, 0.3);
    editor.move(0.6, 0.7);
    const drawn = [...editor.density].map((v) => Number(v.toFixed(6)));
    expect(drawn).toEqual([0.5, 0.5, 0.3, 0.4, 0.5, 0.6, 0.7, 0.5, 0.5, 0.5]);
    editor.press(-0.1, 7);
    editor.move(1.05, -3);
    for (const value of editor.density) {
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThan(1);
    }
  });
});

// The page itself needs a browser; where there is none (set CHROMIUM to its path) only the above runs.
describe.skipIf(!existsSync(CHROMIUM))("the page in a real browser (needs Chromium)", () => {
  let folder = "";
  let server: Server;
  let browser: Browser;
  let page: Page;
  let origin = "";
  const complaints: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "spiediff-browser-"));
    const build = ["run", "-A", "tools/standalone/browser.ts", "--model", MODEL, "--out", folder];
    execFileSync(process.execPath, build, { cwd: ROOT });
    server = createServer(async (request, response) => {
      const path = normalize(new URL(request.url!, "http://x").pathname);
      const name = path === "/" ? "/index.html" : path;
      const body = await readFile(join(folder, name)).catch(() => undefined);
      response.writeHead(body ? 200 : 404, {
        "content-type": TYPES[extname(name)] ?? "text/plain",
      });
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"],
        ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      ],
    });
    page = await browser.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(origin);
    await page.waitForSelector('body[data-state="ready"]', { timeout: 30_000 });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const lastPrediction = () =>
    page.evaluate(() => {
      // deno-lint-ignore no-explicit-any
      const { prediction } = (globalThis as any).spiediff;
      return {
        times: prediction.times as number[],
        start: [...prediction.initial.density] as number[],
        mean: prediction.density.map((
          band: { mean: Float64Array },
        ) => [...band.mean]) as number[][],
        upper: [...prediction.density.at(-1).upper] as number[],
        invariants: prediction.invariants,
      };
    });
  const run = async (action: () => Promise<void>) => {
    await page.evaluate(() => delete document.body.dataset.state);
    await action();
    await page.waitForSelector('body[data-state="done"]', { timeout: 30_000 });
    return lastPrediction();
  };

  it("predicts a profile drawn with the mouse as the native runtime does", async () => {
    await page.fill("#members", "40");
    await page.fill("#until", "0.02");
    const before = await page.locator("#plot").screenshot();
    const web = await run(async () => {
      const box = (await page.locator("#plot").boundingBox())!;
      const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
      await page.mouse.move(...at(0.2, 0.7));
      await page.mouse.down();
      for (let k = 1; k <= 10; k++) await page.mouse.move(...at(0.2 + 0.05 * k, 0.7 - 0.04 * k));
      await page.mouse.up();
    });
    expect(Math.max(...web.start) - Math.min(...web.start)).toBeGreaterThan(0.2);
    const after = await page.locator("#plot").screenshot();
    expect(after.equals(before)).toBe(false);

    const model = await loadModel(MODEL, { threads: 1 });
    const native = await predict(model, web.start, web.times, { seed: 1, members: 40 });
    await model.close();
    web.mean.forEach((mean, t) =>
      mean.forEach((value, i) =>
        expect(Math.abs(value - native.density[t].mean[i])).toBeLessThan(1e-4)
      )
    );
    expect(web.invariants.operatorsNotPSD).toBe(0);
    expect(web.invariants.maxMassDrift).toBeLessThan(1e-12);
    expect(web.invariants.maxFreeEnergyRise).toBeLessThan(1e-13);
  }, 60_000);

  it("runs again with other settings, and says what cannot be", async () => {
    const seed1 = await run(() => page.click("button"));
    await page.fill("#seed", "2");
    const seed2 = await run(() => page.click("button"));
    expect(seed2.start).toEqual(seed1.start);
    expect(seed2.upper).not.toEqual(seed1.upper);
    // Beyond what the field allows; the form's own check is switched off to reach the program.
    await page.evaluate(() => document.querySelector("form")!.noValidate = true);
    await page.fill("#members", "0");
    await page.click("button");
    await page.waitForSelector('body[data-state="failed"]', { timeout: 10_000 });
    expect(await page.textContent("#status")).toMatch(/members must be a whole number/);
  }, 60_000);

  it("refuses a damaged model", async () => {
    const path = join(folder, "model", "mobility-epinet.onnx");
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, 100));
    await page.goto(origin);
    await page.waitForSelector('body[data-state="failed"]', { timeout: 10_000 });
    expect(await page.textContent("#status")).toMatch(/mobility-epinet\.onnx has 100 bytes/);
    await writeFile(path, bytes);
  }, 30_000);

  it("asked nobody but its own server, and complained about nothing", () => {
    expect(requests.length).toBeGreaterThan(5);
    expect(requests.filter((url) => !url.startsWith(origin))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
