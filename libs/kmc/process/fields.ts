/** Conserved densities on (0, infinity). */
import type { FieldData } from "@spiediff/law";

/** Mean number of particles a site, any number of which may share it. */
export const PARTICLE_DENSITY: FieldData = {
  ...{ name: "density", unit: "particles per site" },
  ...{ low: 0, high: null, ideal: "logarithm" },
};

/** Mean energy a site; energies of sites are exponential in equilibrium. */
export const ENERGY_DENSITY: FieldData = {
  ...{ name: "energy", unit: "energy per site" },
  ...{ low: 0, high: null, ideal: "reciprocal" },
};
