import { tickFormat } from "../draw.ts";
import { formatTick } from "../format.ts";

/** Powers of ten within the values' range, or undefined where there are too few to read a scale by. */
export function decades(values: Iterable<number>): number[] | undefined {
  let low = Infinity, high = 0;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
  if (!(last - first >= 2)) return undefined;
  const every = Math.ceil((last - first + 1) / 8);
  return Array.from(
    { length: Math.floor((last - first) / every) + 1 },
    (_, i) => Number(`1e${first + i * every}`),
  );
}

/** Scale options of one axis, linear or logarithmic, with ticks that fit its values. */
export function axis(label: string, log: boolean, values: number[]) {
  return log
    ? { label, type: "log" as const, tickFormat: formatTick, ticks: decades(values) ?? 6 }
    : { label, tickFormat: tickFormat(values) };
}

/** The ticks of an axis for its grid lines, where they are given one by one. */
export function gridTicks(axis: { ticks?: number | number[] }): number[] | undefined {
  return Array.isArray(axis.ticks) ? axis.ticks : undefined;
}
