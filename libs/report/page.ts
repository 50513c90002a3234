import { standaloneSvg } from "./draw.ts";
import { dataUri, escapeHtml } from "./escape.ts";
import { STYLE } from "./style.ts";
import { type Table, tableHtml } from "./table.ts";
import type { Figure } from "./types.ts";

/** A headline figure: value, what it is. */
export interface Tile {
  value: string;
  label: string;
}

/** A figure with its caption and plain links that carry its SVG and its data. */
export function figureHtml(figure: Figure): string {
  const link = (extension: string, media: string, content: string) =>
    `<a download="${escapeHtml(figure.id)}.${extension}" href="${dataUri(media, content)}">` +
    `${extension.toUpperCase()}</a>`;
  const downloads = `${link("svg", "image/svg+xml", standaloneSvg(figure.svg))}, ` +
    link("csv", "text/csv", figure.csv);
  return `<figure id="${escapeHtml(figure.id)}"><h3>${escapeHtml(figure.title)}</h3>` +
    `<div class="frame">${figure.svg}${figure.narrow}</div><figcaption>${
      escapeHtml(figure.caption)
    } ` +
    `<span class="downloads">Download: ${downloads}.</span></figcaption></figure>`;
}

/** Building blocks of a page; every text is escaped. */
export const block = {
  heading: (text: string) => `<h2>${escapeHtml(text)}</h2>`,
  paragraph: (text: string) => `<p>${escapeHtml(text)}</p>`,
  tiles: (tiles: Tile[]) =>
    `<div class="tiles">${
      tiles.map(({ value, label }) =>
        `<div class="tile"><b>${escapeHtml(value)}</b><span>${escapeHtml(label)}</span></div>`
      ).join("")
    }</div>`,
  figures: (figures: Figure[]) =>
    `<div class="figures">${figures.map(figureHtml).join("\n")}</div>`,
  table: (table: Table) => tableHtml(table),
  warnings: (warnings: string[]) =>
    warnings.length === 0
      ? ""
      : `<div class="warnings" role="note"><strong>${warnings.length} warning${
        warnings.length === 1 ? "" : "s"
      }</strong><ul>${warnings.map((text) => `<li>${escapeHtml(text)}</li>`).join("")}</ul></div>`,
  details: (summary: string, code: string) =>
    `<details><summary>${escapeHtml(summary)}</summary><pre><code>${
      escapeHtml(code)
    }</code></pre></details>`,
  command: (command: string) => `<pre><code>${escapeHtml(command)}</code></pre>`,
};

/** A whole page: one file, no scripts, no network. */
export interface Page {
  title: string;
  lede: string;
  /** Blocks in order, as HTML. */
  body: string[];
  footer: string;
}

/** @throws {RangeError} if two figures share an id. */
export function pageHtml(page: Page): string {
  const body = page.body.join("\n");
  const ids = [...body.matchAll(/<figure id="([^"]*)"/g)].map((match) => match[1]);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw new RangeError(`Two figures of the page share the id "${twice}".`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(page.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(page.title)}</h1>
<p class="lede">${escapeHtml(page.lede)}</p>
${body}
<footer>${escapeHtml(page.footer)}</footer>
</main>
</body>
</html>
`;
}
