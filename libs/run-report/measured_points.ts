import type { OperatorEstimate } from "@spiediff/fdt-operators";

/** Estimates as points for the figure of K1: the mean of an element's densities, entry, error. */
export function operatorPoints(
  estimates: readonly Pick<OperatorEstimate, "elementDensity" | "K1" | "K1StandardError">[],
) {
  const points = { x: [] as number[], value: [] as number[], standardError: [] as number[] };
  for (const { elementDensity, K1, K1StandardError } of estimates) {
    K1.forEach((entry, e) => {
      points.x.push((elementDensity[e] + elementDensity[(e + 1) % K1.length]) / 2);
      points.value.push(entry);
      points.standardError.push(K1StandardError[e]);
    });
  }
  return points;
}
