/** Conserved densities on (0, infinity). */
import type { Field } from "@spiediff/law";

/** Mean number of particles a site, any number of which may share it. */
export const particleDensity: Field = {
  name: "density",
  low: 0,
  high: Infinity,
  ideal: { value: Math.log, slope: (rho) => 1 / rho },
};

/** Mean energy a site; energies of sites are exponential in equilibrium. */
export const energyDensity: Field = {
  name: "energy",
  low: 0,
  high: Infinity,
  ideal: { value: (e) => -1 / e, slope: (e) => 1 / (e * e) },
};
