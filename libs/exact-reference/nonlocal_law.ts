/**
 * The nonlocal mean-field law, for kernels whose range `L eps` is not small:
 * `d_t rho = d_x( d exp(-beta J*rho) [d_x rho - beta rho (1 - rho) d_x(J*rho)] )`.
 *
 * Source: docs/theory.md section 5. `J*rho` of the constant kernel is `J0` times the mean of `rho`
 * over `[x - a, x + a]`, `a = (L + 1/2) eps`; a mode `k` is damped by `sin(k a)/(k a)`.
 */
import { checkedSystem } from "./_checks.ts";
import { applyCirculant, circulant, followed } from "./spectral.ts";
import type { ReferenceSystem } from "./types.ts";

/** A {@link ReferenceSystem} with its number of sites, which sets the kernel's range. */
export interface NonlocalSystem extends ReferenceSystem {
  readonly sites: number;
}

/**
 * The law's time derivative on a uniform periodic grid `[n]`, spectrally accurate in `x`.
 *
 * @param gridPoints `n`, odd (so that every mode has a partner), at least 9.
 * @returns `density [n] -> d rho/dt [n]`.
 * @throws {RangeError} naming the field at fault.
 */
export function nonlocalRate(
  system: NonlocalSystem,
  gridPoints: number,
): (density: Float64Array) => Float64Array {
  if (!Number.isInteger(gridPoints) || gridPoints < 9 || gridPoints % 2 === 0) {
    throw new RangeError(`gridPoints must be odd and at least 9, not ${gridPoints}.`);
  }
  const { halfWidth, betaJ0, drive } = checkedSystem(system);
  const range = (halfWidth + 0.5) / system.sites;
  const derivative = circulant(gridPoints, (k) => [0, k]);
  const interaction = circulant(gridPoints, (k) => {
    const phase = k * range;
    return [betaJ0 * (phase === 0 ? 1 : Math.sin(phase) / phase), 0];
  });
  return (density) => {
    const potential = applyCirculant(interaction, density);
    const gradient = applyCirculant(derivative, density);
    const force = applyCirculant(derivative, potential);
    const flux = density.map((rho, i) =>
      drive * Math.exp(-potential[i]) * (gradient[i] - rho * (1 - rho) * force[i])
    );
    return applyCirculant(derivative, flux);
  };
}

/**
 * Integrates the nonlocal law by classical Runge-Kutta with a step within its stability limit.
 *
 * @param field Initial density; values in (0, 1).
 * @param times Ascending macroscopic times.
 * @param gridPoints Odd; 65 resolves three cosine modes to better than 1e-8.
 * @returns One density array `[gridPoints]` per time.
 */
export function solveNonlocal(
  system: NonlocalSystem,
  field: (x: number) => number,
  times: readonly number[],
  gridPoints = 65,
): Float64Array[] {
  const rate = nonlocalRate(system, gridPoints);
  const drive = system.drive ?? 1;
  // RK4 is stable to 2.78 on the negative axis; attraction lowers and repulsion raises diffusion.
  const growth = 1 + 0.25 * Math.abs(system.betaJ0);
  const stiffest = (Math.PI * gridPoints) ** 2 * drive * growth *
    Math.exp(Math.max(0, -system.betaJ0));
  const limit = 2 / stiffest;
  const start = Float64Array.from({ length: gridPoints }, (_, i) => field(i / gridPoints));
  return followed(rate, start, times, limit);
}
