import type { Band } from "@spiediff/predictor/portable";

/** What half a band should have of the axis on average, so that it is more than a line. */
const VISIBLE = 0.03;

/**
 * The round factor (1, 2, 5, 10, 20, …) by which bands must be widened to be seen beside their mean.
 *
 * @param extent Length of the axis in the bands' units.
 */
export function magnification(bands: readonly Band[], extent: number): number {
  let sum = 0;
  let count = 0;
  for (const { mean, lower, upper } of bands) {
    for (let i = 0; i < mean.length; i++) sum += (upper[i] - lower[i]) / 2;
    count += mean.length;
  }
  const wanted = VISIBLE * extent * count / sum;
  if (!(wanted >= 2) || !Number.isFinite(wanted)) return 1;
  const power = 10 ** Math.floor(Math.log10(wanted) + 1e-12);
  return power * (wanted >= 5 * power ? 5 : wanted >= 2 * power ? 2 : 1);
}

/** A band's edges, `factor` times as far from its mean. */
export function magnified({ mean, lower, upper }: Band, factor: number) {
  const away = (edge: Float64Array) => edge.map((value, i) => mean[i] + factor * (value - mean[i]));
  return { lower: away(lower), upper: away(upper) };
}
