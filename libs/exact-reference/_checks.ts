import type { ReferenceSystem } from "./types.ts";

/** @throws {RangeError} unless `0 < density < 1`. */
export function checkDensity(density: number): void {
  if (!(density > 0 && density < 1)) {
    throw new RangeError(`A density must lie in (0, 1), not ${density}.`);
  }
}

/** The system with its defaults filled in. @throws {RangeError} naming the field at fault. */
export function checkedSystem(system: ReferenceSystem): Required<ReferenceSystem> {
  const { halfWidth, betaJ0, beta = 1, drive = 1 } = system;
  if (!Number.isInteger(halfWidth) || halfWidth < 1) {
    throw new RangeError(`halfWidth must be an integer of at least 1, not ${halfWidth}.`);
  }
  if (!Number.isFinite(betaJ0)) throw new RangeError(`betaJ0 must be finite, not ${betaJ0}.`);
  for (const [name, value] of Object.entries({ beta, drive })) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new RangeError(`${name} must be positive and finite, not ${value}.`);
    }
  }
  return { halfWidth, betaJ0, beta, drive };
}

/** `rho ln rho + (1 - rho) ln(1 - rho)`: the ideal lattice gas' free energy times beta. */
export function mixing(density: number): number {
  return density * Math.log(density) + (1 - density) * Math.log1p(-density);
}

/** `ln(rho / (1 - rho))`, its derivative. */
export function logit(density: number): number {
  return Math.log(density / (1 - density));
}
