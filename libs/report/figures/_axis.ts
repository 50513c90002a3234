import { tickFormat } from "../draw.ts";
import { formatTick } from "../format.ts";

/** Scale options of one axis, linear or logarithmic, with ticks that fit its values. */
export function axis(label: string, log: boolean, values: number[]) {
  return log
    ? { label, type: "log" as const, tickFormat: formatTick, ticks: 6 }
    : { label, tickFormat: tickFormat(values) };
}
