/** Mean fluxes from the forces on particles at the start, where snapshots have them. */
import type { EnsembleRecord } from "@spiediff/ensemble";
import { type Jackknife, jackknife } from "./jackknife.ts";
import { samplingCovariance, unexplainedVariance } from "./sampling_covariance.ts";

/**
 * The fluxes that forces and gradients at `t0` make, `[M]`, where they scatter less at measured densities than those
 * of the window do: they lack the particles' noise, which over short windows is all that there is.
 *
 * @param window Index of the horizon.
 * @returns Null where there are no forces, or where they, with noise of their own, tell less.
 */
export function forceFlux(record: EnsembleRecord, window: number): Jackknife | null {
  const { total, blocks, elements, horizons, controlVariates } = record;
  if (controlVariates || !total.windows[window].compensator.comoment.some((v) => v > 0)) {
    return null;
  }
  const h = horizons[window];
  const [forces, currents] = (["compensator", "current"] as const).map((source) =>
    unexplainedVariance(samplingCovariance(total, window, source, h), elements)
  );
  if (!(forces < currents)) return null;
  return jackknife(
    total,
    blocks,
    ({ windows }) => windows[window].compensator.mean.map((q) => q / h),
  );
}
