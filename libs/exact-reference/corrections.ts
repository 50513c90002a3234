import { checkDensity, checkedSystem, logit, mixing } from "./_checks.ts";
import type { ExactReference, KernelSystem, ReferenceError } from "./types.ts";

/** What interactions do to a lattice gas, at one density. */
export interface Correction {
  /** `beta f' - ln(rho / (1 - rho)) + 2 rho sum of beta J`. */
  readonly force: number;
  /** `ln(m / (beta d rho (1 - rho)))`. */
  readonly mobility: number;
}

/** A correction as a function of density. */
interface Series {
  value(density: number): number;
  integral(density: number): number;
}

/**
 * The reference whose f' and m are those of independent particles in a mean field, but for corrections.
 *
 * @param error Of a system with beta = 1.
 * @throws {RangeError} if beta or drive is not positive.
 */
export function fromCorrections(
  { couplings, ...units }: KernelSystem,
  what: Pick<ExactReference, "name" | "source" | "kind">,
  force: Series,
  mobility: Pick<Series, "value">,
  error: ReferenceError,
): ExactReference {
  const sum = Array.from(couplings).slice(1).reduce((a, b) => a + b, 0);
  const { beta, drive } = checkedSystem({
    halfWidth: couplings.length - 1,
    betaJ0: 2 * sum,
    ...units,
  });
  return {
    ...what,
    error: {
      mobility: error.mobility,
      drivingForce: (rho) => error.drivingForce(rho) / beta,
      curvature: (rho) => error.curvature(rho) / beta,
    },
    mobility(rho) {
      checkDensity(rho);
      return beta * drive * rho * (1 - rho) * Math.exp(mobility.value(rho));
    },
    drivingForce(rho) {
      checkDensity(rho);
      return (logit(rho) - 2 * sum * rho + force.value(rho)) / beta;
    },
    freeEnergy(rho) {
      checkDensity(rho);
      return (mixing(rho) - sum * rho * rho + force.integral(rho)) / beta;
    },
  };
}
