/** The documentation site as it is built: links, formulas, and how it stands in a browser. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, extname, join, normalize } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Browser, chromium, type Page } from "playwright-core";
import { createMarkdownRenderer } from "vitepress";
import { markdownPages } from "../check/pages.ts";
import { ROOT } from "../root.ts";
import config from "./.vitepress/config.ts";
import { pageAt, sitePages } from "./pages.ts";

const CHROMIUM = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";
const BASE = "/manual/";
const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".css": "text/css",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spiediff-site-"));
  // Not at the server's root, where a forgotten base would go unnoticed.
  const build = ["run", "-A", "tools/site/main.ts", "--base", BASE, "--out", folder];
  execFileSync(Deno.execPath(), build, { cwd: ROOT, stdio: "pipe" });
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The generator's pages by their path; the reference and the live page have been made by others. */
const built = () =>
  (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => path.endsWith(".html") && !/^(api|live-page)\//.test(path));
const read = (path: string) => readFileSync(join(folder, path), "utf8");
const ids = (html: string) => new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));

describe("links of pages", () => {
  const page = (path: string, text: string) => sitePages(new Map([[path, text]]))[0];

  it("lead to pages where they stand on the site", () => {
    expect(pageAt("README.md")).toBe("index.md");
    expect(pageAt("docs/theory.md")).toBe("theory.md");
    expect(pageAt("docs/studies/accuracy/README.md")).toBe("studies/accuracy/index.md");
    expect(pageAt("libs/mesh/README.md")).toBe("libs/mesh.md");
    expect(pageAt("tools/pack/predictor.md")).toBe(null);
    expect(page("README.md", "[a](docs/theory.md#5-x) [b](#top) [c](https://x.org)").text)
      .toBe("[a](./theory.md#5-x) [b](#top) [c](https://x.org)");
    expect(
      page("docs/studies/a/README.md", "[t](../../theory.md) [k](../../../libs/kmc/README.md)"),
    )
      .toMatchObject({
        path: "studies/a/index.md",
        text: "[t](../../theory.md) [k](../../libs/kmc.md)",
      });
  });
  it("bring along the figures and data that they show", () => {
    const { text, attachments } = page("README.md", "[![f](docs/studies/a/f.svg)](docs/theory.md)");
    expect(text).toBe("[![f](./studies/a/f.svg)](./theory.md)");
    expect(attachments).toEqual([{ from: "docs/studies/a/f.svg", to: "studies/a/f.svg" }]);
  });
  it("to sources keep the name alone, and code is left alone", () => {
    expect(page("docs/a.md", "see [tools/x.ts](../tools/x.ts).\n\n```md\n[t](b.md)\n```\n").text)
      .toBe("see tools/x.ts.\n\n```md\n[t](b.md)\n```\n");
  });
});

describe("the built site", () => {
  it("has every page of the repository, and its parts", () => {
    const paths = [...markdownPages(ROOT).keys()].flatMap((path) => pageAt(path) ?? []);
    const expected = [...paths, "live.md", "404.md"].map((path) => path.replace(/md$/, "html"));
    expect(built().sort()).toEqual(expected.sort());
    for (const part of ["api/libs/law/mod.ts/index.html", "live-page/model/manifest.json"]) {
      expect(existsSync(join(folder, part)), part).toBe(true);
    }
  });

  it("has no dead link, within pages, between them, to data and to the reference", () => {
    const dead: string[] = [];
    let count = 0;
    for (const path of built()) {
      const html = read(path);
      for (const [, target] of html.matchAll(/ (?:href|src)="([^"]+)"/g)) {
        if (/^[a-z]+:/i.test(target)) continue;
        count++;
        const [file, hash] = target.split("#");
        const plain = decodeURIComponent(file);
        const linked = file === ""
          ? path
          : plain.startsWith("/")
          ? plain.startsWith(BASE) ? plain.slice(BASE.length) : "outside of the base"
          : join(dirname(path), plain);
        const name = /(^|\/)$/.test(linked) ? `${linked}index.html` : linked;
        const there = existsSync(join(folder, name));
        const anchor = !hash || !name.endsWith(".html") ||
          (there && ids(read(name)).has(decodeURIComponent(hash)));
        if (!there || !anchor) dead.push(`${path}: ${target}`);
      }
    }
    expect(dead).toEqual([]);
    expect(count).toBeGreaterThan(1000);
  });

  it("shows every formula as such", () => {
    const sources = markdownPages(ROOT);
    const theory = read("theory.html");
    const fences = sources.get("docs/theory.md")!.match(/^```math$/gm)!;
    expect(theory.match(/class="katex-display"/g)!.length).toBe(fences.length);
    for (const path of built()) {
      const text = read(path).replace(/<(script|pre|code|annotation)[ >][\s\S]*?<\/\1>/g, "")
        .replace(/<[^>]*>/g, "");
      expect(text.match(/\$[^$\n]{1,80}\$|\\(?:frac|rho|beta)/g), path).toBe(null);
    }
  });

  it("is not built with a formula that cannot be read", async () => {
    const renderer = await createMarkdownRenderer(ROOT, config.markdown);
    expect(renderer.render("$a_1$")).toContain('<span v-pre class="katex">');
    expect(() => renderer.render("$\\frac{1$")).toThrow(/KaTeX parse error/);
    expect(() => renderer.render("```math\n\\nosuch\n```")).toThrow(/nosuch/);
  });
});

describe.skipIf(!existsSync(CHROMIUM))("the site in a real browser (needs Chromium)", () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  let origin = "";
  const complaints: string[] = [];
  const foreign: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = normalize(new URL(request.url!, "http://x").pathname);
      const file = join(folder, path.slice(BASE.length));
      const there = path.startsWith(BASE) && extname(file) !== "" && existsSync(file);
      const type = TYPES[extname(file)] ?? "application/octet-stream";
      response.writeHead(there ? 200 : 404, { "content-type": type });
      response.end(there ? readFileSync(file) : undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"],
    });
    page = await browser.newPage({ viewport: { width: 400, height: 800 } });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("request", (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(origin)) {
        foreign.push(request.url());
      }
    });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const open = (name: string) => page.goto(`${origin}${BASE}${name}`);

  it("fits a phone and a desk, with formulas in their own font", async () => {
    for (const name of ["index", "tutorial", "theory", "gallery", "validation", "formats"]) {
      await open(`${name}.html`);
      for (const width of [400, 1200]) {
        await page.setViewportSize({ width, height: 800 });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide, `${name} at ${width}`).toBe(width);
      }
    }
    await open("theory.html");
    const fonts = () =>
      [...document.fonts].filter(({ status }) => status === "loaded").map(({ family }) => family);
    expect(await page.evaluate(fonts)).toContain("KaTeX_Math");
  }, 60_000);

  it("finds by its own means what is searched for", async () => {
    await open("tutorial.html");
    await page.click(".VPNavBarSearch button");
    await page.fill(".VPLocalSearchBox input", "Dobrushin");
    const results = page.locator(".VPLocalSearchBox .result");
    await results.first().waitFor({ timeout: 20_000 });
    const found = await results.evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    expect(found).toContainEqual(expect.stringMatching(/^\/manual\/theory\.html#1-particles/));
    expect(found.length).toBeLessThan(10);
  }, 60_000);

  it("has the predictor in it, alive", async () => {
    await open("live.html");
    const live = page.frameLocator("iframe.live");
    await live.locator('body[data-state="ready"]').waitFor({ timeout: 60_000 });
    await live.locator("#members").fill("10");
    await live.locator("#run").click();
    await live.locator('body[data-state="done"]').waitFor({ timeout: 60_000 });
    expect(await live.locator("#status").textContent()).toMatch(/^10 members to time 0.05/);
  }, 120_000);

  it("asks nobody but its own server, and complains about nothing", () => {
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
