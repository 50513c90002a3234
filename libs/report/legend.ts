import { escapeHtml } from "./escape.ts";

/** One entry of a legend: the sample of ink that stands before its text. */
export interface LegendItem {
  label: string;
  color: string;
  mark: "line" | "dashed" | "band" | "dashed-band" | "points" | "area";
}

const ROW = 20;
const SAMPLE = 26;
const GAP = 18;

/** Text width at 12 px; a mean advance of 6.6 px errs on the wide side, so that texts never touch. */
function textWidth(text: string): number {
  return text.length * 6.6;
}

function place(items: LegendItem[], width: number): { x: number; row: number }[] {
  let x = 4, row = 0;
  return items.map((item) => {
    const needed = SAMPLE + textWidth(item.label) + GAP;
    if (x > 4 && x + needed > width) {
      x = 4;
      row++;
    }
    const position = { x, row };
    x += needed;
    return position;
  });
}

/** Height that `legendSvg` needs, pixels. */
export function legendHeight(items: LegendItem[], width: number): number {
  const rows = place(items, width);
  return rows.length === 0 ? 0 : (rows[rows.length - 1].row + 1) * ROW + 4;
}

function sample(item: LegendItem): string {
  const stroke = `stroke="${item.color}"`;
  switch (item.mark) {
    case "line":
      return `<line x1="0" x2="20" ${stroke} stroke-width="2"/>`;
    case "dashed":
      return `<line x1="0" x2="20" ${stroke} stroke-width="1.6" stroke-dasharray="5,3"/>`;
    case "band":
    case "dashed-band":
      return `<rect y="-6" width="20" height="12" fill="${item.color}" fill-opacity="0.25"/>` +
        `<line x1="0" x2="20" ${stroke} stroke-width="2"${
          item.mark === "band" ? "" : ' stroke-dasharray="5,3"'
        }/>`;
    case "area":
      return `<rect y="-6" width="20" height="12" fill="${item.color}"/>`;
    case "points":
      return `<line x1="10" x2="10" y1="-7" y2="7" ${stroke}/><circle cx="10" r="3" fill="${item.color}"/>`;
  }
}

/** A legend across the top of a figure; entries wrap to new rows. */
export function legendSvg(items: LegendItem[], width: number): string {
  const positions = place(items, width);
  const entries = items.map((item, i) => {
    const { x, row } = positions[i];
    return `<g transform="translate(${x.toFixed(1)},${row * ROW + 12})">${sample(item)}` +
      `<text x="${SAMPLE}" dy="0.32em" text-anchor="start">${escapeHtml(item.label)}</text></g>`;
  });
  return items.length === 0 ? "" : `<g aria-label="legend">${entries.join("")}</g>`;
}
