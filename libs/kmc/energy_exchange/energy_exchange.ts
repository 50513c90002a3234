/** The model of Kipnis, Marchioro and Presutti: neighbours share their energy at random. */
import { fieldOf } from "@spiediff/law";
import { ENERGY_DENSITY } from "../process/fields.ts";
import type { BondProcess } from "../process/types.ts";

/**
 * A bond at rate 1 gives the left site a uniform share of both sites' energy. As directed transfers that
 * is rate 1/2 from either side, for a uniform share is uniform from the other side too.
 * Equilibrium: independent exponentials; `m = beta rho^2 / 2`, `beta f' = -1/rho`, `D = 1/2` (Kipnis,
 * Marchioro & Presutti, J. Stat. Phys. 27 (1982) 65).
 */
export const energyExchange: BondProcess = {
  name: "energy-exchange",
  field: fieldOf(ENERGY_DENSITY),
  reach: 1,
  bound: 0.5,
  rate: () => 0.5,
  transfer: {
    draw: (from, to, uniform) => from - uniform * (from + to),
    mean: (from, to) => (from - to) / 2,
    square: (from, to) => {
      const sum = from + to;
      return from * from - from * sum + sum * sum / 3;
    },
  },
  sampler: (density) => (out, { uniform }) => {
    for (let x = 0; x < density.length; x++) out[x] = -density[x] * Math.log(1 - uniform());
  },
  // Of one sum all are equally likely.
  logWeight: () => 0,
};
