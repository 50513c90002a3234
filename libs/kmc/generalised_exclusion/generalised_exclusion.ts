/** Generalised exclusion: at most two particles a site, which move at rate `n_x (2 - n_y)`. */
import { type FieldData, fieldOf } from "@spiediff/law";
import type { BondProcess } from "../process/types.ts";

/** Mean number of particles a site, which has room for two. */
export const TWO_A_SITE: FieldData = {
  ...{ name: "density", unit: "particles per site" },
  ...{ low: 0, high: 2, ideal: "logit" },
};

/** Binomial sites; `m = beta rho (2 - rho)`, `beta f' = ln(rho / (2 - rho))`, `D = 2`. */
export const generalisedExclusion: BondProcess = {
  name: "generalised-exclusion",
  field: fieldOf(TWO_A_SITE),
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
