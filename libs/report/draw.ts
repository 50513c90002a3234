import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { escapeHtml } from "./escape.ts";
import { formatTick } from "./format.ts";
import { legendHeight, type LegendItem, legendSvg } from "./legend.ts";
import { color, resolveColors } from "./theme.ts";
import type { Figure } from "./types.ts";

/** Width of every figure in CSS pixels. */
export const WIDE = 680;
/** Width on a phone, whose letters would become too small to read if it were only scaled. */
export const NARROW = 360;

const { document } = parseHTML("<!doctype html><html><body></body></html>");

/** What a figure says besides its marks. */
export interface Frame {
  /** Read by screen readers and shown by file viewers. */
  title: string;
  height: number;
  legend: LegendItem[];
  marks: Plot.Markish[];
  /** Scales; each label carries its unit. */
  x: Plot.ScaleOptions & { label: string };
  y: Plot.ScaleOptions & { label: string };
  fx?: Plot.ScaleOptions;
  fy?: Plot.ScaleOptions;
  marginLeft?: number;
  marginBottom?: number;
}

/** Ticks of very small or large numbers as powers of ten; Plot's own labels otherwise. */
export function tickFormat(values: Iterable<number>): ((value: number) => string) | undefined {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest > 0 && (largest < 1e-2 || largest >= 1e5) ? formatTick : undefined;
}

/** Hundredths of a pixel are enough; only tags are touched, never the text between them. */
function roundCoordinates(svg: string): string {
  return svg.replace(/<[^>]*>/g, (tag) =>
    tag.replace(
      /-?\d+\.\d{3,}(?:e-?\d+)?/g,
      (number) => String(Number(Number(number).toFixed(2))),
    ));
}

/** The vertical axis' label stands above the axis, level, where it is read without turning the head. */
function yLabelSvg(label: string, y: number): string {
  return label === ""
    ? ""
    : `<text class="y-label" x="4" y="${y}" text-anchor="start">${escapeHtml(label)}</text>`;
}

/**
 * Marks to the texts of two SVG elements, legends included, with the page's CSS variables as colours: one for
 * pages, one for phones. A frame that depends on the width is a function of it.
 */
export function draw(frame: Frame | ((width: number) => Frame)): Pick<Figure, "svg" | "narrow"> {
  const at = (width: number) => typeof frame === "function" ? frame(width) : frame;
  return {
    svg: svgOf(at(WIDE), WIDE, "wide"),
    narrow: svgOf(at(NARROW), NARROW, "narrow"),
  };
}

/**
 * What a figure's SVG begins with.
 *
 * @param anchor Where a text without an anchor of its own stands; behind its place when absent.
 */
export function svgHead(
  { title, width, height, name }: { title: string; width: number; height: number; name: string },
  anchor = "",
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" class="figure ${name}" role="img" ` +
    `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif" font-size="12" ` +
    (anchor === "" ? "" : `text-anchor="${anchor}" `) +
    `fill="currentColor"><title>${escapeHtml(title)}</title>`;
}

function svgOf(frame: Frame, width: number, name: string): string {
  const legendSpace = legendHeight(frame.legend, width);
  const plot = Plot.plot({
    document,
    className: "figure",
    width,
    height: frame.height + legendSpace,
    // Panel names stand between the vertical axis' label and the frame.
    marginTop: legendSpace + (frame.fx ? 48 : 34),
    marginLeft: frame.marginLeft ?? 62,
    marginRight: 24,
    marginBottom: frame.marginBottom ?? 46,
    style: { fontSize: "12px", background: "none" },
    x: { labelAnchor: "center", labelArrow: "none", labelOffset: 40, ...frame.x },
    y: { ...frame.y, label: null },
    ...(frame.fx ? { fx: frame.fx } : {}),
    ...(frame.fy ? { fy: frame.fy } : {}),
    marks: frame.marks,
  } as Plot.PlotOptions);
  const inner = roundCoordinates((plot as unknown as { innerHTML: string }).innerHTML)
    .replace(/<style>[\s\S]*?<\/style>/, "");
  if (/NaN|Infinity/.test(inner.replace(/>[^<]*</g, "><"))) {
    throw new RangeError(`Figure "${frame.title}" would contain coordinates that are not numbers.`);
  }
  const height = frame.height + legendSpace;
  return svgHead({ title: frame.title, width, height, name }, "middle") +
    legendSvg(frame.legend, width) + yLabelSvg(frame.y.label, legendSpace + 14) + inner +
    `</svg>`;
}

/** The figure as a file of its own: fixed light colours on white, ready for a paper or slides. */
export function standaloneSvg(svg: string): string {
  const background = `<rect width="100%" height="100%" fill="${color("paper")}"/>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n` +
    resolveColors(svg.replace("</title>", `</title>${background}`)) + "\n";
}
