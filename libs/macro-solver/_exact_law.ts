import { longRangePressure } from "@spiediff/exact-reference";
import type { LocalLaw } from "./local_law.ts";

/** Symmetric exclusion: `m = rho (1 - rho)`, `f' = ln(rho / (1 - rho))`, beta = 1. */
export const exclusion: LocalLaw = longRange(0);

/** Long-range limit with beta = 1: theory page section 5. */
export function longRange(J0: number): LocalLaw {
  return {
    mobility: (r) => r * (1 - r) * Math.exp(-J0 * r),
    freeEnergy: (r) => r * Math.log(r) + (1 - r) * Math.log(1 - r) - J0 * r * r / 2,
    drivingForce: (r) => Math.log(r / (1 - r)) - J0 * r,
    curvature: (r) => 1 / (r * (1 - r)) - J0,
    // Its closed form cancels for small J0.
    ...(J0 > 0 && J0 < 0.1 ? {} : { pressure: longRangePressure(J0) }),
  };
}

/** `mean + amplitude cos(2 pi k x)` averaged over the hat functions. */
export function cosineProfile(mean: number, amplitude: number, k: number, elements: number) {
  const s = Math.PI * k / elements;
  const factor = (Math.sin(s) / s) ** 2;
  return Float64Array.from(
    { length: elements },
    (_, i) => mean + amplitude * factor * Math.cos(2 * Math.PI * k * i / elements),
  );
}
