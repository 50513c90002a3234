import { escapeHtml } from "./escape.ts";

/** A cell's text, or text with a verdict that colours it. */
export type TableCell = string | { text: string; verdict: "good" | "bad" | "neutral" };

/** A plain table. Numbers arrive formatted; every text is escaped here. */
export interface Table {
  header: string[];
  rows: TableCell[][];
  /** Indices of columns that are set flush right, as numbers are. */
  numeric?: number[];
}

/**
 * The table as HTML, inside a container that scrolls by itself where it is too wide.
 * @throws {RangeError} if a row has another number of cells than the header.
 */
export function tableHtml(table: Table): string {
  const numeric = new Set(table.numeric ?? []);
  const attributes = (column: number, verdict?: string) => {
    const classes = [numeric.has(column) ? "number" : "", verdict ?? ""].filter(Boolean).join(" ");
    return classes === "" ? "" : ` class="${classes}"`;
  };
  // On a phone a row becomes a block, in which each cell says its column.
  const label = (column: number) => ` data-column="${escapeHtml(table.header[column])}"`;
  const head = table.header.map((text, c) =>
    `<th scope="col"${attributes(c)}>${escapeHtml(text)}</th>`
  );
  const body = table.rows.map((row, r) => {
    if (row.length !== table.header.length) {
      throw new RangeError(
        `Table row ${r} has ${row.length} cells, but the header has ${table.header.length}.`,
      );
    }
    const cells = row.map((cell, c) =>
      typeof cell === "string"
        ? `<td${attributes(c)}${label(c)}>${escapeHtml(cell)}</td>`
        : `<td${attributes(c, cell.verdict)}${label(c)}>${escapeHtml(cell.text)}</td>`
    );
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<div class="table"><table><thead><tr>${head.join("")}</tr></thead>` +
    `<tbody>${body.join("")}</tbody></table></div>`;
}
