import katexModule from "@vscode/markdown-it-katex";
import { defineConfig } from "vitepress";
import { anchorOf } from "../../check/links.ts";
import { NAVIGATION, SIDEBAR } from "../navigation.ts";
import { BUILD_FOLDER, PAGES_FOLDER } from "../folders.ts";

/** What takes a Markdown parser's plugin and its options. */
type Use = (plugin: (md: unknown, options: unknown) => void, options: unknown) => void;

/** CommonJS: runtimes differ in whether they unwrap its default export, and types agree with neither. */
const { default: unwrapped } = katexModule as unknown as { default?: Parameters<Use>[0] };
const katex = unwrapped ?? (katexModule as unknown as Parameters<Use>[0]);

/** What KaTeX wrote, in which two braces in a row are TeX and not Vue's. @throws {Error} for a mistake. */
function checkedFormula(html: string): string {
  const mistake = /^<(?:p|span) class="[^"]*katex-error"[^>]*>(.*?)<\/(?:p|span)>/s.exec(html);
  if (mistake) throw new Error(mistake[1]);
  return html.replace(/^<(p|span)(?= class="katex)/, "<$1 v-pre");
}

export default defineConfig({
  title: "spiediff",
  description: "Macroscopic laws with error bands, learned from short particle simulations.",
  lang: "en",
  head: [["link", { rel: "icon", href: "data:," }]],
  srcDir: PAGES_FOLDER,
  cacheDir: `${BUILD_FOLDER}/cache`,
  metaChunk: true,
  vite: {
    publicDir: `${BUILD_FOLDER}/public`,
    logLevel: "warn",
    build: { chunkSizeWarningLimit: 4000 },
    // Deno finds no package from where the generator puts the bundle that renders the pages.
    ssr: { noExternal: true },
  },
  markdown: {
    anchor: { slugify: anchorOf },
    config(md) {
      (md.use as Use).call(md, katex, { enableFencedBlocks: true, strict: "ignore" });
      for (const rule of ["math_inline", "math_block", "math_inline_block", "fence"]) {
        const render = md.renderer.rules[rule]!;
        md.renderer.rules[rule] = (...args) => checkedFormula(render(...args));
      }
    },
  },
  themeConfig: {
    nav: NAVIGATION,
    sidebar: SIDEBAR,
    outline: { level: [2, 3] },
    search: { provider: "local" },
    docFooter: { prev: false, next: false },
  },
});
