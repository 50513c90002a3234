import { dirname, join } from "node:path";
import process from "node:process";
import { build } from "vitepress";
import { markdownPages } from "../check/pages.ts";
import { writeReference } from "../docs.ts";
import { ROOT } from "../root.ts";
import { buildPage } from "../standalone/page.ts";
import { BUILD_FOLDER, PAGES_FOLDER } from "./folders.ts";
import { homePage, LIVE_PAGE } from "./home.ts";
import { sitePages } from "./pages.ts";

const MODEL = `${ROOT}/test-data/lrm-quick-model`;

/** Pictures go through the generator, which finds them beside the pages; data are copied as they are. */
const folderOf = (file: string) =>
  /\.(svg|png)$/.test(file) ? PAGES_FOLDER : `${BUILD_FOLDER}/public`;

async function writePages(): Promise<void> {
  await Deno.remove(BUILD_FOLDER, { recursive: true }).catch(() => {});
  const put = async (path: string, write: (path: string) => Promise<void>) => {
    await Deno.mkdir(dirname(path), { recursive: true });
    await write(path);
  };
  await put(`${BUILD_FOLDER}/public/.keep`, (path) => Deno.writeTextFile(path, ""));
  for (const { path, text, attachments } of sitePages(markdownPages(ROOT))) {
    const page = path === "index.md" ? homePage(text) : text;
    await put(join(PAGES_FOLDER, path), (to) => Deno.writeTextFile(to, page));
    for (const { from, to } of attachments) {
      await put(join(folderOf(to), to), (place) => Deno.copyFile(join(ROOT, from), place));
    }
  }
  await Deno.writeTextFile(join(PAGES_FOLDER, "live.md"), LIVE_PAGE);
}

/**
 * Writes the whole site: pages, search, API reference, and the browser predictor with a model.
 *
 * @param base Address of the site on its server, with slashes at both ends.
 * @throws {Error} for a formula that cannot be read, or a link to a page that is not there.
 */
export async function buildSite(out: string, base = "/"): Promise<void> {
  await writePages();
  // Vue looks here which of its two builds to take.
  process.env.NODE_ENV = "production";
  await build(join(ROOT, "tools", "site"), { outDir: out, base });
  await writeReference(join(out, "api"));
  await buildPage(join(out, "live-page"), MODEL);
}
