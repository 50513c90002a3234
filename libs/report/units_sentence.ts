import type { AxisUnits } from "./types.ts";

/** What numbers on a page are measured in. @param units Of files; the law's own when absent. */
export const unitsSentence = (
  units?: Pick<AxisUnits, "length" | "time" | "energy"> & { readonly density?: string },
): string =>
  units === undefined
    ? " Units: length = the domain, diffusive time, energies in which the thermal energy is 1/β."
    : ` Units are those of the particles' files: length = ${units.length}, time = ${units.time}, energy = ${units.energy}` +
      (units.density === undefined ? "." : `, density = ${units.density}.`);
