import type { RingEstimate } from "@spiediff/fdt-operators";

/** Least and greatest nodal density that training saw. */
export function densityRange(estimates: readonly RingEstimate[]): [number, number] {
  const all = estimates.flatMap(({ density }) => density);
  return [Math.min(...all), Math.max(...all)];
}
