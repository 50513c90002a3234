import { randomStream } from "@spiediff/random";

/** Ratios of pairs, summed up. */
export interface RatioSummary {
  readonly median: number;
  /** Central 95 % interval of the median, by the bootstrap over pairs. */
  readonly interval: readonly [low: number, high: number];
}

const RESAMPLES = 1000;

/**
 * Median of the ratios and how well it is known.
 *
 * @param ratios One for each pair of runs, at least one.
 */
export function summariseRatios(ratios: readonly number[]): RatioSummary {
  const { integer } = randomStream("bench-against", ratios.length);
  const medians = Array.from(
    { length: RESAMPLES },
    () => median(ratios.map(() => ratios[integer(ratios.length)])),
  ).sort((a, b) => a - b);
  return {
    median: median(ratios),
    interval: [medians[Math.floor(0.025 * RESAMPLES)], medians[Math.ceil(0.975 * RESAMPLES) - 1]],
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
