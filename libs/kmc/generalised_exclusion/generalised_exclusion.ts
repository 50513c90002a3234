/** Example of one's own process: at most two particles a site, which move at rate `n_x (2 - n_y)`. */
import type { BondProcess } from "../process/types.ts";

/** Binomial sites; `m = beta rho (2 - rho)`, `beta f' = ln(rho / (2 - rho))`, `D = 2`. */
export const generalisedExclusion: BondProcess = {
  name: "generalised-exclusion",
  field: {
    name: "density",
    low: 0,
    high: 2,
    ideal: { value: (r) => Math.log(r / (2 - r)), slope: (r) => 2 / (r * (2 - r)) },
  },
  reach: 1,
  bound: 4,
  rate: (from, to) => from * (2 - to),
  sampler: (density) => (out, { uniform }) => {
    const half = (x: number) => uniform() < density[x] / 2 ? 1 : 0;
    for (let x = 0; x < density.length; x++) out[x] = half(x) + half(x);
  },
  // Each site in 1, 2 or 1 ways.
  logWeight: (n) => Array.from(n).filter((k) => k === 1).length * Math.log(2),
};
