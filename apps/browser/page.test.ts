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
import { learnedLaw, loadModel, predict } from "@spiediff/predictor";
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
    const seed1 = await run(() => page.click("#run"));
    await page.fill("#seed", "2");
    const seed2 = await run(() => page.click("#run"));
    expect(seed2.start).toEqual(seed1.start);
    expect(seed2.upper).not.toEqual(seed1.upper);
    // Beyond what the field allows; the form's own check is switched off to reach the program.
    await page.evaluate(() => document.querySelector("form")!.noValidate = true);
    await page.fill("#members", "0");
    await page.click("#run");
    await page.waitForSelector('body[data-state="failed"]', { timeout: 10_000 });
    expect(await page.textContent("#status")).toMatch(/members must be a whole number/);
  }, 60_000);

  it(
    "does what is asked for in place of what was asked for before, and says how it went",
    async () => {
      await page.fill("#members", "900");
      await page.fill("#until", "0.5");
      await page.evaluate(() => delete document.body.dataset.state);
      await page.click("#run");
      await page.waitForSelector('body[data-state="running"]', { timeout: 10_000 });
      expect(await page.isDisabled("#profile-csv")).toBe(true);
      await page.fill("#members", "40");
      await page.fill("#until", "0.02");
      const { times } = await run(() => page.click("#run"));
      const shown = () =>
        page.evaluate(() => {
          // deno-lint-ignore no-explicit-any
          const { prediction, frames, state } = (globalThis as any).spiediff;
          return [state, prediction.memberCount, frames.length, frames.at(-1).time];
        });
      expect(await shown()).toEqual(["done", 40, 40, 0.02]);
      // The first frames are close together: squares of equal steps.
      times.forEach((t, k) => expect(t).toBeCloseTo(0.02 * ((k + 1) / 40) ** 2, 12));
      expect(await page.isDisabled("#profile-csv")).toBe(false);
      expect(await page.isDisabled("#law-csv")).toBe(false);
      expect(await page.inputValue("#status").catch(() => page.textContent("#status"))).toMatch(
        /^40 members to time 0\.02 in \d+\.\d\d s; mass kept to \de[-+]\d+, the free energy never rose\.$/,
      );
      // The one before would have come by now, or spoilt the frames.
      await page.waitForTimeout(1500);
      expect(await shown()).toEqual(["done", 40, 40, 0.02]);
    },
    60_000,
  );

  it("goes back in time by the slider", async () => {
    const shown = () => page.locator("#plot").screenshot();
    const to = (value: string) =>
      page.locator("#time").evaluate((slider: HTMLInputElement, at) => {
        slider.value = at;
        slider.dispatchEvent(new Event("input"));
      }, value);
    await page.fill("#members", "40");
    const { times } = await run(() => page.click("#run"));
    const last = await shown();
    await to("20");
    expect(await page.textContent("#when")).toBe(`t = ${times[19].toPrecision(3)}`);
    const middle = await shown();
    expect(middle.equals(last)).toBe(false);
    await to("0");
    expect(await page.textContent("#when")).toBe("start");
    await to("40");
    expect((await shown()).equals(last)).toBe(true);
    // Thin bands are drawn wider until that is switched off.
    await page.uncheck("#magnify");
    expect((await shown()).equals(last)).toBe(false);
    await page.check("#magnify");
  }, 60_000);

  /** What a button gives, by its name and bytes. */
  const fileOf = async (button: string) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  };

  it("gives what it shows as files", async () => {
    const profile = await fileOf("#profile-csv");
    expect(profile.name).toBe("profile.csv");
    const lines = profile.bytes.toString().trimEnd().split("\n");
    expect(lines.slice(0, 2)).toEqual([
      "# level: 0.95",
      "t,x,mean,lower,upper,curve_lower,curve_upper,fluctuation",
    ]);
    const { times, mean } = await lastPrediction();
    expect(lines.length).toBe(2 + 40 * 25);
    const [t, x, value] = lines.at(-1)!.split(",").map(Number);
    expect([t, x, value]).toEqual([times[39], 0.96, mean[39][24]]);

    const law = (await fileOf("#law-csv")).bytes.toString();
    const model = await loadModel(MODEL, { threads: 1 });
    const [low] = model.manifest.coverage.density;
    const native = await learnedLaw(model, [low], { seed: 2, members: 40 });
    await model.close();
    for (const [symbol, band] of [["m", native.mobility], ["D", native.diffusivity]] as const) {
      const row = law.split("\n").find((line) => line.startsWith(`${symbol},${low},`))!;
      expect(Number(row.split(",")[2]) / band.mean[0]).toBeCloseTo(1, 3);
    }

    const { name, bytes } = await fileOf("#png");
    expect([name, bytes.subarray(1, 4).toString()]).toEqual(["spiediff.png", "PNG"]);
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20) > 800]).toEqual([1200, true]);
  }, 60_000);

  it("fits a phone", async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it("shows any model that is chosen or dropped, and keeps its own if that is none", async () => {
    const other = await browser.newPage();
    await other.route("**/model/*", (route) => route.fulfill({ status: 404 }));
    await other.goto(origin);
    await other.waitForSelector('body[data-state="failed"]');
    expect(await other.textContent("#status")).toMatch(/This page has no model of its own/);
    await other.setInputFiles("#folder", MODEL);
    await other.waitForSelector('body[data-state="ready"]', { timeout: 30_000 });
    expect(await other.textContent("#model-text")).toMatch(/L = 40, βJ₀ = 1, 2000 sites/);

    const devtools = await other.context().newCDPSession(other);
    const drop = async (folder: string) => {
      const data = { items: [], files: [folder], dragOperationsMask: 1 };
      for (const type of ["dragEnter", "dragOver", "drop"] as const) {
        await devtools.send("Input.dispatchDragEvent", { type, x: 200, y: 200, data });
      }
    };
    await drop(`${MODEL}-v2`);
    await other.waitForSelector('body[data-state="failed"]');
    expect(await other.textContent("#status")).toMatch(/format version 2/);
    await drop(join(ROOT, "test-data", "foreign-ssep"));
    await other.waitForFunction(() => document.body.innerText.includes("folder has a manifest"));
    await other.fill("#members", "10");
    await other.click("#run");
    await other.waitForSelector('body[data-state="done"]', { timeout: 30_000 });
    await drop(MODEL);
    await other.waitForSelector('body[data-state="ready"]', { timeout: 30_000 });
    await other.close();
  }, 90_000);

  it("refuses a damaged model", async () => {
    const path = join(folder, "model", "mobility-epinet.onnx");
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, 100));
    await page.goto(origin);
    await page.waitForSelector('body[data-state="failed"]', { timeout: 10_000 });
    expect(await page.textContent("#status")).toMatch(/mobility-epinet\.onnx has 100 bytes/);
    await writeFile(path, bytes);
  }, 120_000);

  it("asked nobody but its own server, and complained about nothing", () => {
    expect(requests.length).toBeGreaterThan(5);
    expect(requests.filter((url) => !url.startsWith(origin))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
