import type { RingEstimate } from "@spiediff/fdt-operators";
import type { MeasuredPoints } from "@spiediff/report";

const LABEL = "estimates from particles";

type Entries = Pick<RingEstimate, "elementDensity" | "K1" | "K1StandardError">;

/** Entries of K1 as points: the mean of an element's densities, entry, error. */
export const operatorPoints = (estimates: readonly Entries[]): MeasuredPoints =>
  points(estimates, () => 1);

/** The same of the mobility, `m = -Delta K1`. */
export const mobilityPoints = (estimates: readonly Entries[]): MeasuredPoints =>
  points(estimates, ({ K1 }) => -1 / K1.length);

/** Entries times a factor of their estimate. */
function points(
  estimates: readonly Entries[],
  factor: (estimate: Entries) => number,
): MeasuredPoints {
  const result: MeasuredPoints = { label: LABEL, x: [], value: [], standardError: [] };
  for (const estimate of estimates) {
    const { elementDensity, K1, K1StandardError } = estimate, scale = factor(estimate);
    K1.forEach((entry, e) => {
      result.x.push((elementDensity[e] + elementDensity[(e + 1) % K1.length]) / 2);
      result.value.push(scale * entry);
      result.standardError.push(Math.abs(scale) * K1StandardError[e]);
    });
  }
  return result;
}
