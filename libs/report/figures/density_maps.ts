import { toCsv } from "../csv.ts";
import { NARROW, svgHead, WIDE } from "../draw.ts";
import { escapeHtml } from "../escape.ts";
import { formatShort } from "../format.ts";
import { RAMP_STEPS, rampColor, rampStep } from "../theme.ts";
import type { Figure } from "../types.ts";
import { requireCurve, requireId, requireLength } from "../validate.ts";

/** One quantity over the plane at several times, on one colour scale. */
interface MapSeries {
  /** With its unit. */
  label: string;
  /** Series of one name share their colour scale; one of its own when absent. */
  scale?: string;
  /** `[times][y][x]`, at `x = i / length`, `y = j / length` of a periodic square. */
  values: number[][][];
}

/** Quantities over the plane: a row of maps a time, a column a quantity. */
export interface DensityMaps {
  times: number[];
  series: MapSeries[];
}

const GAP = 14, HEAD = 40, ROW_HEAD = 22, LARGEST_MAP = 210;

/** Least and greatest of one quantity, and of all that share its scale. */
function rangeOf(own: MapSeries, series: readonly MapSeries[]): [number, number] {
  let low = Infinity, high = -Infinity;
  const shared = series.filter((one) =>
    one === own || (own.scale !== undefined && one.scale === own.scale)
  );
  for (const row of shared.flatMap(({ values }) => values.flat())) {
    for (const value of row) [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  return [low, high];
}

/** @throws {RangeError} naming the array whose shape or values are wrong. */
function check({ times, series }: DensityMaps, id: string): void {
  requireCurve(`${id}.times`, times, times.length);
  series.forEach(({ label, values }) => {
    requireLength(`${id} "${label}"`, values, times.length);
    values.forEach((map, t) => {
      if (map.length === 0) throw new RangeError(`${id} "${label}"[${t}] is an empty map.`);
      map.forEach((row, j) => requireCurve(`${id} "${label}"[${t}][${j}]`, row, map[0].length));
    });
  });
}

/** A map as one path for each colour, neighbours of one colour in a row as one rectangle; y upwards. */
function mapSvg(map: number[][], [low, high]: [number, number], size: number): string {
  const rows = map.length, columns = map[0].length;
  const paths = Array.from({ length: RAMP_STEPS }, () => "");
  const shade = (value: number) => rampStep(value, low, high);
  map.forEach((row, j) => {
    for (let i = 0; i < columns;) {
      const own = shade(row[i]), from = i;
      while (i < columns && shade(row[i]) === own) i++;
      paths[own] += `M${from} ${rows - 1 - j}h${i - from}v1h${from - i}z`;
    }
  });
  const scale = `scale(${+(size / columns).toFixed(4)} ${+(size / rows).toFixed(4)})`;
  return `<g transform="${scale}" shape-rendering="crispEdges">` +
    paths.map((d, k) =>
      d === "" ? "" : `<path d="${d}" fill="${rampColor("heat", k, RAMP_STEPS)}"/>`
    )
      .join("") +
    "</g>";
}

/** The colours of a scale from its least to its greatest value. */
function scaleSvg([low, high]: [number, number], size: number): string {
  const step = size / RAMP_STEPS;
  const bars = Array.from(
    { length: RAMP_STEPS },
    (_, k) =>
      `<rect x="${(k * step).toFixed(2)}" width="${(step + 0.5).toFixed(2)}" height="8" ` +
      `fill="${rampColor("heat", k, RAMP_STEPS)}"/>`,
  ).join("");
  return `${bars}<text x="0" y="20" text-anchor="start">${formatShort(low)}</text>` +
    `<text x="${size}" y="20" text-anchor="end">${formatShort(high)}</text>`;
}

const moved = (x: number, y: number, inner: string) =>
  `<g transform="translate(${x} ${y})">${inner}</g>`;

function gridSvg(data: DensityMaps, title: string, width: number, name: string): string {
  const { times, series } = data;
  const size = Math.min(
    LARGEST_MAP,
    Math.floor((width - GAP * (series.length - 1) - 8) / series.length),
  );
  const rowHeight = ROW_HEAD + size, height = HEAD + 24 + times.length * rowHeight + 8;
  const columns = series.map((one, c) => {
    const range = rangeOf(one, series);
    const rows = times.map((time, t) =>
      moved(
        0,
        HEAD + 24 + t * rowHeight,
        (c === 0 ? `<text x="0" y="14" text-anchor="start">t = ${formatShort(time)}</text>` : "") +
          moved(0, ROW_HEAD - 2, mapSvg(one.values[t], range, size)),
      )
    ).join("");
    const head = `<text x="0" y="12" text-anchor="start">${escapeHtml(one.label)}</text>` +
      moved(0, 22, scaleSvg(range, size));
    return moved(4 + c * (size + GAP), 4, head + rows);
  });
  return svgHead({ title, width, height, name }) + columns.join("") + "</svg>";
}

const csvOf = ({ times, series }: DensityMaps) => {
  const cells = series[0].values.flatMap((map, t) =>
    map.flatMap((row, j) => row.map((_, i) => ({ t, i, j, x: i / row.length, y: j / map.length })))
  );
  return toCsv([
    { name: "t", values: cells.map(({ t }) => times[t]) },
    { name: "x", values: cells.map(({ x }) => x) },
    { name: "y", values: cells.map(({ y }) => y) },
    ...series.map(({ label, values }) => ({
      name: label,
      values: cells.map(({ t, i, j }) => values[t][j][i]),
    })),
  ]);
};

/**
 * Maps of the plane over time, each quantity on one colour scale.
 *
 * @throws {RangeError} naming the array whose shape or values are wrong.
 */
export function densityMapsFigure(
  data: DensityMaps,
  texts: Pick<Figure, "id" | "title" | "caption">,
): Figure {
  requireId(texts.id);
  check(data, texts.id);
  return {
    ...texts,
    svg: gridSvg(data, texts.title, WIDE, "wide"),
    narrow: gridSvg(data, texts.title, NARROW, "narrow"),
    csv: csvOf(data),
  };
}

/** Seconds that a film shows each of its maps. */
const SECONDS = 0.8;

/**
 * One quantity as a film that runs by style alone: without scripts, network or motion where none is wanted.
 *
 * @throws {RangeError} naming the array whose shape or values are wrong.
 */
export function densityFilmFigure(
  { times, series }: DensityMaps,
  texts: Pick<Figure, "id" | "title" | "caption">,
): Figure {
  requireId(texts.id);
  check({ times, series }, texts.id);
  const [one] = series, range = rangeOf(one, series), count = times.length;
  const film = (width: number, name: string) => {
    const size = Math.min(320, width - 8), id = `${texts.id}-${name}`;
    const frames = times.map((time, t) =>
      `<g class="${id}" style="animation-delay:${(t * SECONDS).toFixed(2)}s">` +
      `<text x="0" y="14">t = ${formatShort(time)}</text>` +
      moved(0, ROW_HEAD, mapSvg(one.values[t], range, size)) + "</g>"
    ).join("");
    const share = (100 / count).toFixed(3);
    const style = `<style>@keyframes ${id}{0%,${share}%{opacity:1}${
      (100 / count + 0.001).toFixed(3)
    }%,100%{opacity:0}}.${id}{opacity:0;animation:${id} ${
      (count * SECONDS).toFixed(2)
    }s step-end infinite}@media (prefers-reduced-motion:reduce){.${id}{animation:none}.${id}:last-of-type{opacity:1}}</style>`;
    return svgHead({ title: texts.title, width, height: size + HEAD + 34, name }) + style +
      moved(
        4,
        4,
        `<text x="0" y="12">${escapeHtml(one.label)}</text>` + moved(0, 18, scaleSvg(range, size)),
      ) +
      moved(4, HEAD + 4, frames) + "</svg>";
  };
  return {
    ...texts,
    svg: film(WIDE, "wide"),
    narrow: film(NARROW, "narrow"),
    csv: csvOf({ times, series: [one] }),
  };
}
