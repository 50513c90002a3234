import { dirname, join, relative } from "node:path/posix";
import type { Pages } from "../check/pages.ts";

/** Where a Markdown file of the repository stands on the site; null if it is not a page of it. */
export function pageAt(path: string): string | null {
  if (path === "README.md") return "index.md";
  if (path === "CHANGELOG.md" || path === "CONTRIBUTING.md") return path.toLowerCase();
  const readme = /^((?:libs|apps)\/[^/]+)\/README\.md$/.exec(path);
  if (readme) return `${readme[1]}.md`;
  if (!path.startsWith("docs/")) return null;
  return path.slice("docs/".length).replace(/(^|\/)README\.md$/, "$1index.md");
}

/** A file that pages show or offer, from its place in the repository to its place on the site. */
export interface Attachment {
  readonly from: string;
  readonly to: string;
}

export interface SitePage {
  /** Relative to the folder of pages. */
  readonly path: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/** Pages of the site from those of the repository, with links that lead to each other. */
export function sitePages(pages: Pages): SitePage[] {
  return [...pages].flatMap(([path, text]) => {
    const at = pageAt(path);
    return at === null ? [] : [sitePage(path, at, text)];
  });
}

/** A link, whose label may be a picture. */
const LINK = /(!?)\[((?:[^[\]]|!?\[[^\]]*\]\([^)]*\))*)\]\(([^)\s]+)\)/g;

function sitePage(path: string, at: string, text: string): SitePage {
  const attachments: Attachment[] = [];
  const relink = (part: string): string =>
    part.replace(LINK, (whole, image: string, label: string, target: string) => {
      if (/^[a-z]+:/i.test(target)) return whole;
      const to = linkTo(path, at, target);
      // Sources are not on the site; their names still say where to look.
      if (to === null) return label;
      if (to.attachment) attachments.push(to.attachment);
      return `${image}[${relink(label)}](${to.href})`;
    });
  // Links in code stay as they are; links around code are links.
  const fences = text.split(/(^(?:```|~~~)[\s\S]*?^(?:```|~~~)[^\n]*$)/m);
  const linked = fences.map((part, k) => k % 2 === 1 ? withoutDiagram(part) : relink(part));
  return { path: at, text: linked.join(""), attachments };
}

/** No diagram language is drawn at build time; its source is kept, folded. */
const withoutDiagram = (fence: string): string =>
  fence.startsWith("```mermaid")
    ? `::: details The picture, as Mermaid source\n${fence.replace("mermaid", "text")}\n:::`
    : fence;

function linkTo(path: string, at: string, target: string) {
  const [file, anchor] = target.split("#");
  const hash = anchor === undefined ? "" : `#${anchor}`;
  if (file === "") return { href: hash };
  const linked = join(dirname(path), decodeURIComponent(file));
  const page = pageAt(linked);
  const fromHere = (to: string) => {
    const way = relative(dirname(at), to);
    return way.startsWith(".") ? way : `./${way}`;
  };
  if (page?.endsWith(".md")) return { href: fromHere(page) + hash };
  if (!/\.(svg|png|csv|json)$/.test(linked) || page === null) return null;
  return { href: fromHere(page), attachment: { from: linked, to: page } };
}
