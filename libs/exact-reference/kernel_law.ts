/**
 * The law of Arrhenius particles whose kernel reaches over a part of the domain, beyond any gradient expansion:
 * `J = -m e^(beta w) d_x(f' + w)`, `beta w = v(0) rho - v * rho`, `v(x) = beta J(|x|)`.
 *
 * In a state of local equilibrium under a slowly varying field `lambda = beta (f' + w)`, and `m = beta d z P00`
 * goes with the activity `z = e^lambda` (docs/theory.md section 5). Local m and f' are those of equilibrium.
 */
import { pressureOf, seriesOver } from "./diffusion.ts";
import { applyCirculant, circulant, followed } from "./spectral.ts";
import type { ExactReference, KernelSystem } from "./types.ts";

/** Step times the largest eigenvalue of diffusion; the classical Runge-Kutta method allows 2.78. */
const STABLE = 2;

/** A kernel on so many sites. */
export type KernelOnSites = Pick<KernelSystem, "couplings" | "beta"> & { readonly sites: number };

/**
 * Integrates the law spectrally: no element, no mesh, no gradient energy.
 *
 * @param reference Local m and f' of equilibrium. @param field Initial density.
 * @param times Rising, not negative. @param points Odd; 65 resolves profiles of two or three modes.
 * @returns For each time `[points]` point values at `i / points`.
 */
export function solveKernelLaw(
  reference: Pick<ExactReference, "mobility" | "drivingForce">,
  { couplings, beta = 1, sites }: KernelOnSites,
  field: (x: number) => number,
  times: readonly number[],
  points = 65,
): Float64Array[] {
  const start = Float64Array.from({ length: points }, (_, i) => field(i / points));
  const least = Math.min(...start), most = Math.max(...start);
  const { pressure, diffusivity } = pressureOf(reference, least, most);
  const m = seriesOver(reference.mobility, least, most);
  const derivative = circulant(points, (k) => [0, k]);
  const remainder = circulant(points, (k) => {
    let sum = 0;
    for (let r = 1; r < couplings.length; r++) {
      sum += 4 * couplings[r] * Math.sin(k * r / (2 * sites)) ** 2;
    }
    return [sum, 0];
  });
  const slope = (values: Float64Array) => applyCirculant(derivative, values);
  const rate = (density: Float64Array) => {
    const betaW = applyCirculant(remainder, density);
    const local = slope(density.map(pressure)), beyond = slope(betaW);
    return slope(
      density.map((rho, i) => Math.exp(betaW[i]) * (local[i] + m.value(rho) * beyond[i] / beta)),
    );
  };
  return followed(rate, start, times, STABLE / (diffusivity * (Math.PI * points) ** 2));
}
