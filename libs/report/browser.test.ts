import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Browser, chromium, type Page } from "playwright-core";
import { predictionReport, runReport } from "./mod.ts";
import { sampleRunData } from "./sample_data.ts";
import { samplePrediction } from "./testing.ts";

/** Set CHROMIUM to its path where it is elsewhere. */
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const PAGES = ["run", "prediction"];
const SCREEN = { width: 1280, height: 900 }, PHONE = { width: 390, height: 844 };
/** What lies between the margins of a sheet of A4. */
const SHEET = { width: 688, height: 1000 };

type Look = NonNullable<Parameters<Browser["newPage"]>[0]>;

describe.skipIf(!existsSync(CHROMIUM))(
  "reports in a real browser (needs Chromium)",
  () => {
    let folder = "";
    let browser: Browser;
    const complaints: string[] = [], requests: string[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "spiediff-report-"));
      await writeFile(join(folder, "run.html"), runReport(sampleRunData()));
      await writeFile(join(folder, "prediction.html"), predictionReport(samplePrediction()));
      browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: [
          ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"],
          ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
        ],
      });
    }, 60_000);
    afterAll(async () => {
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });

    /** Opens a report; what the browser says and asks for is kept. */
    async function open(name: string, look: Look = {}): Promise<Page> {
      const page = await browser.newPage({ viewport: SCREEN, ...look });
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("request", (request) => requests.push(request.url()));
      await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
      return page;
    }

    describe.each(PAGES)("%s", (name) => {
      it("draws every figure, and none runs over the page or loses a label at its edge", async () => {
        const page = await open(name);
        const figures = await page.evaluate(() =>
          [...document.querySelectorAll("svg.wide")].map((svg) => {
            const frame = svg.getBoundingClientRect();
            const cut = [...svg.querySelectorAll("text")].filter((text) => {
              const box = text.getBoundingClientRect();
              return box.left < frame.left - 1 || box.right > frame.right + 1 ||
                box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
            }).map((text) => text.textContent);
            return { width: frame.width, height: frame.height, cut };
          })
        );
        expect(figures.length).toBeGreaterThan(2);
        for (const { width, height, cut } of figures) {
          expect(width).toBeGreaterThan(400);
          expect(height).toBeGreaterThan(100);
          expect(cut).toEqual([]);
        }
        expect(await overflow(page)).toBe(0);
        await page.close();
      });

      it("lets no two labels of a legend or of an axis touch", async () => {
        const page = await open(name);
        const touching = await page.evaluate(() => {
          const groups = [...document.querySelectorAll(
            'svg.wide g[aria-label="legend"], svg.wide g[aria-label$="tick label"]',
          )];
          return groups.flatMap((group) => {
            const texts = [...group.querySelectorAll("text")].map((text) => ({
              text: text.textContent,
              box: text.getBoundingClientRect(),
            }));
            return texts.flatMap((a, i) =>
              texts.slice(i + 1).filter(({ box }) =>
                box.left < a.box.right && a.box.left < box.right &&
                box.top < a.box.bottom - 3 && a.box.top < box.bottom - 3
              ).map((b) => `${a.text} / ${b.text}`)
            );
          });
        });
        expect(touching).toEqual([]);
        await page.close();
      });

      it("fits a phone: figures of its width with all of their labels, tables without scrolling", async () => {
        const page = await open(name, { viewport: PHONE });
        expect(await overflow(page)).toBe(0);
        const found = await page.evaluate(() => {
          const figures = [...document.querySelectorAll("svg.narrow")];
          const boxes = [...document.querySelectorAll(".frame,.table")];
          return {
            widths: figures.map((svg) => svg.getBoundingClientRect().width),
            cut: figures.flatMap((svg) => {
              const frame = svg.getBoundingClientRect();
              return [...svg.querySelectorAll("text")].filter((text) => {
                const box = text.getBoundingClientRect();
                return box.left < frame.left - 1 || box.right > frame.right + 1;
              }).map((text) => text.textContent);
            }),
            // Axes without a curve have no picture.
            empty: figures.filter((svg) =>
              svg.querySelectorAll("path,circle,rect").length < 3
            ).length,
            scrolling: boxes.filter((box) => box.scrollWidth > box.clientWidth + 1).length,
          };
        });
        expect(Math.min(...found.widths)).toBeGreaterThan(350);
        expect(found).toMatchObject({ cut: [], empty: 0, scrolling: 0 });
        await page.close();
      });

      it.each(["light", "dark"] as const)("is readable in %s", async (colorScheme) => {
        const page = await open(name, { colorScheme });
        const [paper, texts] = await colours(page);
        if (colorScheme === "dark") expect(luminance(paper)).toBeLessThan(0.02);
        else expect(luminance(paper)).toBe(1);
        // 4.5 is what the accessibility guidelines ask of running text (WCAG 2.2, 1.4.3).
        for (const [text, colour] of texts) {
          expect(contrast(colour, paper), `${text}: ${colour}`).toBeGreaterThan(4.5);
        }
        await page.close();
      });

      it("prints on white with whole tables, whatever the screen's colours", async () => {
        const page = await open(name, { colorScheme: "dark", viewport: SHEET });
        await page.emulateMedia({ media: "print" });
        const [paper] = await colours(page);
        expect(luminance(paper)).toBe(1);
        expect(await overflow(page)).toBe(0);
        const wide = await page.evaluate(() =>
          [...document.querySelectorAll("table")].filter((table) =>
            table.scrollWidth > table.parentElement!.clientWidth
          ).length
        );
        expect(wide).toBe(0);
        const pdf = await page.pdf({ format: "A4" });
        expect(pdf.byteLength).toBeGreaterThan(20_000);
        await page.close();
      });

      it("says everything without JavaScript, its downloads included", async () => {
        const page = await open(name, { javaScriptEnabled: false, acceptDownloads: true });
        expect(await page.locator("script").count()).toBe(0);
        expect((await page.locator("main").innerText()).length).toBeGreaterThan(500);
        const figures = await page.locator("figure").count();
        for (const extension of ["svg", "csv"]) {
          const links = page.locator(`.downloads a[download$=".${extension}"]`);
          expect(await links.count()).toBe(figures);
          const [download] = await Promise.all([
            page.waitForEvent("download"),
            links.first().click(),
          ]);
          expect(download.suggestedFilename()).toMatch(new RegExp(`^[a-z0-9-]+\\.${extension}$`));
          const text = await readFile((await download.path())!, "utf8");
          expect(text).toMatch(
            extension === "svg"
              ? /^<\?xml[^]*<\/svg>\s*$/
              : /^(# level: [\d.]+\n)?[^<\n]+,[^<\n]+\n/,
          );
        }
        await page.close();
      }, 120_000);
    });

    it("asks nobody for anything and complains about nothing", () => {
      expect(requests.length).toBeGreaterThan(10);
      expect(requests.filter((url) => !/^(file|data):/.test(url))).toEqual([]);
      expect(complaints).toEqual([]);
    });
  },
);

/** Pixels by which a page is wider than its window. */
const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - globalThis.innerWidth);

/** The page's background, and the colour of each kind of text. */
function colours(page: Page): Promise<[string, [string, string][]]> {
  return page.evaluate(() => {
    const colour = (selector: string) => {
      const found = document.querySelector(selector);
      return found === null ? [] : [[selector, getComputedStyle(found).color]] as const;
    };
    const selectors = ["p", "h1", "figcaption", "figcaption a", "td", "th", "footer", ".good"];
    const texts = [...selectors, ".bad", "svg.figure"].flatMap(colour);
    const paper = getComputedStyle(document.body).backgroundColor;
    return [paper, texts as unknown as [string, string][]] as [string, [string, string][]];
  });
}

/** Relative luminance of `rgb(…)`, 0 to 1 (WCAG 2.2). */
function luminance(colour: string): number {
  const [r, g, b] = colour.match(/[\d.]+/g)!.map((channel) => {
    const share = Number(channel) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}
