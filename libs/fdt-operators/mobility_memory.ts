/** What memory of the currents takes off the mobility: nothing where a process is of gradient type. */
import type { EnsembleRecord } from "@spiediff/ensemble";
import { controlVariateCovariance } from "./covariance_estimators.ts";
import { closedCurrents } from "./current_covariance.ts";
import { estimated } from "./horizon_estimate.ts";
import { jackknife, standardError } from "./jackknife.ts";
import { percent, timeText } from "./number_text.ts";
import type { Estimated, MobilityMemory } from "./types.ts";

/**
 * At each horizon `m(h) / m(0) - 1`, `m(0)` the instantaneous mobility of the brackets, both summed over the
 * elements: 0 for gradient processes, whose currents telescope, and else less, the more the longer the window (the
 * Green-Kubo part; docs/theory.md section 4). Null without control variates.
 */
export function mobilityMemory(record: EnsembleRecord): MobilityMemory[] | null {
  const { horizons, elements, controlVariates, total, blocks } = record;
  if (!controlVariates) return null;
  const whole = (covariance: Float64Array) =>
    closedCurrents(covariance, elements, 1).reduce((sum, value) => sum + value, 0);
  const jack = jackknife(
    total,
    blocks,
    ({ windows, count }) =>
      Float64Array.from(
        windows,
        (window) => whole(controlVariateCovariance(window, count)) / whole(window.bracket) - 1,
      ),
  );
  return horizons.map((horizon, w) => ({
    horizon,
    value: jack.value[w],
    standardError: standardError(jack, w),
  }));
}

/** `K1` of windows too short for memory of the currents: from brackets. Null without control variates. */
export function instantaneousK1(record: EnsembleRecord, beta: number): Estimated | null {
  const { horizons, elements, controlVariates, total, blocks, system } = record;
  if (!controlVariates) return null;
  const last = horizons.length - 1;
  const scale = beta * system.sites / (2 * horizons[last]);
  return estimated(
    jackknife(
      total,
      blocks,
      ({ windows }) => closedCurrents(windows[last].bracket, elements, scale),
    ),
  );
}

/** Standard errors that a fall must have to be told (one of 3e4 gradient processes), and its least share. */
const CLEAR = 4, LEAST = 0.005;

/** One sentence where the mobility falls with the window. @param inside Indices of the horizons in the window. */
export function memoryWarnings(
  memory: readonly MobilityMemory[] | null | undefined,
  inside: readonly number[],
): string[] {
  const fallen = (memory ?? []).filter((_, w) => inside.includes(w)).at(-1);
  if (fallen === undefined) return [];
  const { horizon, value, standardError } = fallen;
  if (-value < Math.max(CLEAR * standardError, LEAST)) return [];
  return [
    `Not of gradient type: at h = ${timeText(horizon)} the mobility is ${percent(-value)} (+- ${
      percent(standardError)
    }) below the instantaneous one; shortest windows give the instantaneous mobility, so take windows in ` +
    "which it has settled.",
  ];
}
