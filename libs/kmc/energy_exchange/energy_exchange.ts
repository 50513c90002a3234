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
    tilted: (k) => ({
      // Of the sum's share u that is kept, weighed by e^(-c u).
      draw: (from, to, uniform) => {
        const sum = from + to;
        return from - sum * tiltedShare(k * sum, uniform);
      },
      mean: (from, to) => {
        const sum = from + to;
        return from - sum * shareMoments(k * sum).mean;
      },
      square: (from, to) => {
        const sum = from + to, { mean, variance } = shareMoments(k * sum);
        return (from - sum * mean) ** 2 + sum * sum * variance;
      },
      factor: (from, to) => {
        const c = k * (from + to);
        return Math.exp(k * from) * (Math.abs(c) < NO_TILT ? 1 : -Math.expm1(-c) / c);
      },
    }),
  },
  sampler: (density) => (out, { uniform }) => {
    for (let x = 0; x < density.length; x++) out[x] = -density[x] * Math.log(1 - uniform());
  },
  // Of one sum all are equally likely.
  logWeight: () => 0,
};

/** Below it a weight is 1 to the last digit. */
const NO_TILT = Number.EPSILON;

/** The share at a uniform number, of density proportional to `e^(-c u)` on (0, 1). */
const tiltedShare = (c: number, uniform: number): number =>
  Math.abs(c) < NO_TILT ? uniform : -Math.log1p(uniform * Math.expm1(-c)) / c;

/** Below it differences of reciprocals lose digits that these series keep. */
const SMALL_TILT = 0.1;

/** Mean and variance of that share. */
function shareMoments(c: number): { mean: number; variance: number } {
  if (Math.abs(c) < SMALL_TILT) {
    const q = c * c;
    return {
      mean: 1 / 2 - c / 12 * (1 - q / 60 * (1 - q / 42 * (1 - q / 40))),
      variance: 1 / 12 - q / 240 * (1 - q * 240 / 6048 * (1 - q * 6048 / 172800)),
    };
  }
  const rest = Math.expm1(c);
  return { mean: 1 / c - 1 / rest, variance: 1 / (c * c) - (rest + 1) / (rest * rest) };
}
