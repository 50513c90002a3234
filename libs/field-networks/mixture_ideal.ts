import type { ConvexFunction } from "./convex_network.ts";

/** `a ln a + b ln b + c ln c`, `c = 1 - a - b`: free energy over `k_B T` of two species that only exclude each other. */
export const mixtureIdeal: ConvexFunction = (a, b, out) => {
  const c = 1 - a - b;
  out[0] = a * Math.log(a) + b * Math.log(b) + c * Math.log(c);
  out[1] = Math.log(a / c);
  out[2] = Math.log(b / c);
  out[3] = 1 / a + 1 / c;
  out[4] = 1 / c;
  out[5] = 1 / b + 1 / c;
};
