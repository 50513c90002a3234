import { formatNumber, formatShort } from "./format.ts";
import { block } from "./page.ts";
import type { ProfileSeries } from "./types.ts";

/** What the bands of a prediction are made of, as blocks of a page; nothing where it is not known. */
export function bandPartsBlocks({ parts, times }: ProfileSeries): string[] {
  if (parts === undefined) return [];
  const cell = (value: number | null) => value === null ? "not measured" : formatNumber(value, 2);
  return [
    block.paragraph(
      "The band of densities is a sum of parts, each measured in this run. Their standard deviations, root mean " +
        "square over the nodes, add up in squares. The band of the free energy is what the data leave open.",
    ),
    block.table({
      header: ["time", ...parts.map(({ label }) => label)],
      rows: times.map((time, t) => [
        formatShort(time),
        ...parts.map(({ deviation }) => cell(deviation[t])),
      ]),
      numeric: [0, ...parts.map((_, p) => p + 1)],
    }),
  ];
}
