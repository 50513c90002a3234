import { dirname, join } from "node:path/posix";
import type { Pages } from "./pages.ts";

/** GitHub's anchor of a heading. */
export function anchorOf(heading: string): string {
  return heading.trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
}

function withoutCode(text: string): string {
  return text.replace(/^(```|~~~)[\s\S]*?^\1/gm, "").replace(/`[^`\n]*`/g, "");
}

function anchors(text: string): Set<string> {
  const headings = text.replace(/^(```|~~~)[\s\S]*?^\1/gm, "").matchAll(/^#{1,6}\s+(.*?)\s*$/gm);
  return new Set([...headings].map((match) => anchorOf(match[1].replaceAll("`", ""))));
}

/** Relative links of the documentation lead to files that exist and to headings that they have. */
export function linkComplaints(pages: Pages, exists: (path: string) => boolean): string[] {
  return [...pages].flatMap(([path, text]) =>
    [...withoutCode(text).matchAll(/\]\(([^)\s]+)[^)]*\)/g)].flatMap(([, target]) => {
      if (/^[a-z]+:/i.test(target)) return [];
      const [file, anchor] = target.split("#");
      const linked = file === "" ? path : join(dirname(path), decodeURIComponent(file));
      if (!exists(linked)) return [`${path} links to ${target}, which is not there.`];
      const page = pages.get(linked);
      return anchor && page !== undefined && !anchors(page).has(anchor)
        ? [`${path} links to ${target}, but ${linked} has no such heading.`]
        : [];
    })
  );
}
