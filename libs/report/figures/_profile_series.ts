/** What figures of profiles over time share. */
import { toCsv } from "../csv.ts";
import type { AxisUnits, ProfileSeries } from "../types.ts";
import { requireCurve, requireIncreasing, requireLength } from "../validate.ts";

/** Horizontal axis of profiles. */
export const positionLabel = (axes?: AxisUnits): string =>
  `position x (${axes?.length ?? "domain lengths"})`;

/** Axis of time. */
export const timeLabel = (axes?: AxisUnits): string =>
  `time t (${axes?.time ?? "diffusive units"})`;

/** @throws {RangeError} naming the array whose shape or values are not those of a series. */
export function checkSeries(data: ProfileSeries): void {
  requireCurve("prediction.times", data.times, data.times.length);
  requireIncreasing("prediction.times", data.times);
  requireCurve("prediction.x", data.x, data.x.length);
  requireIncreasing("prediction.x", data.x);
  const tables: [string, number[][]][] = [
    ["prediction.mean", data.mean],
    ["prediction.lower", data.lower],
    ["prediction.upper", data.upper],
  ];
  for (const [key, table] of Object.entries(data.wholeCurve ?? {})) {
    tables.push([`prediction.wholeCurve.${key}`, table]);
  }
  if (data.fluctuation) tables.push(["prediction.fluctuation", data.fluctuation]);
  if (data.kmc) {
    tables.push(["prediction.kmc.mean", data.kmc.mean]);
    tables.push(["prediction.kmc.standardError", data.kmc.standardError]);
  }
  for (const [name, table] of tables) {
    requireLength(name, table, data.times.length);
    table.forEach((row, t) => requireCurve(`${name}[${t}]`, row, data.x.length));
  }
}

/** At most `limit` indices of 0..count-1, evenly spread, first and last included. */
export function spread(count: number, limit: number): number[] {
  if (count <= limit) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: limit }, (_, i) => Math.round((i * (count - 1)) / (limit - 1)));
}

/** All that profile figures draw, a row for each time and node. */
export function seriesCsv(data: ProfileSeries): string {
  const rows = data.times.flatMap((_, t) => data.x.map((_, i) => [t, i] as const));
  const pick = (table: number[][]) => rows.map(([t, i]) => table[t][i]);
  return toCsv([
    { name: "t", values: rows.map(([t]) => data.times[t]) },
    { name: "x", values: rows.map(([, i]) => data.x[i]) },
    { name: "mean", values: pick(data.mean) },
    { name: "lower", values: pick(data.lower) },
    { name: "upper", values: pick(data.upper) },
    ...Object.entries(data.wholeCurve ?? {}).map(([key, table]) => ({
      name: `curve_${key}`,
      values: pick(table),
    })),
    ...(data.fluctuation ? [{ name: "fluctuation", values: pick(data.fluctuation) }] : []),
    ...(data.kmc
      ? [
        { name: "kmc_mean", values: pick(data.kmc.mean) },
        { name: "kmc_standard_error", values: pick(data.kmc.standardError) },
      ]
      : []),
  ], data.level);
}
