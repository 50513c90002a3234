/** Which horizons are long for particles and short for the fields. */

/** Limits of usable horizons, in macroscopic time. */
export interface HorizonWindow {
  /** Microscopically long: this many hops of a free particle have passed. */
  readonly shortest: number;
  /** Macroscopically short: fluctuations have diffused over this fraction of an element. */
  readonly longest: number;
}

/** What decides the window; `shortest` where memory of the currents lasts longer, or shorter, than hop times. */
export interface WindowSystem {
  readonly sites: number;
  readonly drive?: number;
  readonly shortest?: number;
}

/** Hop times of a free particle (`eps^2 / d`) that a horizon must last to count as long. */
const LEAST_HOP_TIMES = 4;
/** Fraction of an element over which fluctuations may diffuse while the kinks stay apart. */
const LARGEST_SPREAD = 0.25;

/**
 * The window between microscopic and macroscopic times: `4 eps^2 / d` to `(Delta / 4)^2 / d`. It is
 * empty (`shortest > longest`) with fewer than 8 sites per element.
 */
export function horizonWindow(
  system: WindowSystem,
  elements: number,
): HorizonWindow {
  const drive = system.drive ?? 1;
  return {
    shortest: system.shortest ?? LEAST_HOP_TIMES / (drive * system.sites ** 2),
    longest: (LARGEST_SPREAD / elements) ** 2 / drive,
  };
}

/** What the shortest useful horizon is, for messages. */
export const shortestText = ({ shortest }: WindowSystem): string =>
  shortest === undefined ? `${LEAST_HOP_TIMES} hop times` : "the shortest window for this process";

/** Indices of the horizons inside of the window (with a rounding's tolerance). */
export function insideWindow(horizons: readonly number[], window: HorizonWindow): number[] {
  return horizons.flatMap((h, w) =>
    h >= window.shortest * (1 - 1e-9) && h <= window.longest * (1 + 1e-9) ? [w] : []
  );
}

/**
 * Horizons a factor 2 apart, at most three, from the short end of the window, where control variates work
 * best and a realization is cheapest; none where the window is empty.
 */
export function suggestHorizons(
  system: WindowSystem,
  elements: number,
): number[] {
  const { shortest, longest } = horizonWindow(system, elements);
  return [1, 2, 4].map((factor) => factor * shortest).filter((h) => h <= longest);
}
