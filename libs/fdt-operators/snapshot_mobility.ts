/** `K1` from snapshots at several windows: without the kinks' bias, by two ways, all windows together. */
import type { EnsembleRecord } from "@spiediff/ensemble";
import { meanOverWindows } from "./extrapolation.ts";
import type { HorizonJackknives } from "./horizon_estimate.ts";
import { momentumShare } from "./momentum.ts";
import { type Jackknife, standardError } from "./jackknife.ts";
import type { ChiSquare } from "./types.ts";

/** Of Eq. (6)'s relative bias `-KINK sqrt(D h) / Delta` from the hats' kinks: `16 / (3 sqrt(4 pi))`. */
const KINK = 16 / (3 * Math.sqrt(4 * Math.PI));

/**
 * Relative error of the kinks' bias where elements are a few particles long, since fluctuations of that size do not
 * diffuse with the `D` of long ones. *Measured* with soft rods of LAMMPS: 8 % at elements of 4, 13 % at 3 diameters.
 */
const KINK_ERROR = 0.1;

/**
 * `K1` of Eq. (6) over `1 - KINK sqrt(D h) / Delta`, with what the error of `D` adds.
 *
 * @param diffusivity Jackknife of one entry over the same blocks.
 * @returns With one deviation more than there are blocks: what is not known of the bias.
 */
function kinkCorrected(K1: Jackknife, diffusivity: Jackknife, spread: number): Jackknife {
  const bias = KINK * spread;
  const share = 1 - bias;
  // d(1/share)/dD = bias / (2 D share^2)
  const slope = bias / (2 * diffusivity.value[0] * share * share);
  return {
    value: K1.value.map((entry) => entry / share),
    deviations: [
      ...K1.deviations.map((d, b) =>
        d.map((v, e) => v / share + K1.value[e] * slope * diffusivity.deviations[b][0])
      ),
      // Common to all elements and, in proportion to the bias, to all windows.
      K1.value.map((entry) => entry * KINK_ERROR * bias / (share * share)),
    ],
  };
}

/** The best `K1` of several windows, and how it was made. */
export interface SnapshotMobility {
  readonly jack: Jackknife;
  readonly name: string;
  /** Horizons that went into it. */
  readonly horizons: readonly number[];
  /** Whether the windows agree; null with one. */
  readonly chiSquare: ChiSquare | null;
}

/**
 * Both ways without the kinks' bias at every useful window: the closed combination, which needs nothing, and Eq. (6)
 * corrected by the measured diffusivity, which scatters less. The way of the smaller error, all its windows weighed
 * together.
 *
 * @param windows Horizons by index, inside of the useful range.
 */
export function snapshotMobility(
  { horizons, elements, system }: Pick<EnsembleRecord, "horizons" | "elements" | "system">,
  classic: readonly HorizonJackknives[],
  windows: readonly number[],
  diffusivity: Jackknife,
): SnapshotMobility {
  const hs = windows.map((w) => horizons[w]);
  const ways: (readonly [string, Jackknife[]])[] = [
    ["closed classic covariation", windows.map((w) => classic[w].closedK1)],
  ];
  // As far as particles with momentum have come.
  const spreads = hs.map((h) => {
    const time = h * momentumShare(h, system.momentumRelaxation);
    return elements * Math.sqrt(time * diffusivity.value[0]);
  });
  // What is wrong by half is not corrected, nor what no diffusivity was found for.
  if (KINK * Math.max(...spreads) < 0.5) {
    ways.push([
      "classic covariation without the bias of kinks",
      windows.map((w, k) => kinkCorrected(classic[w].K1, diffusivity, spreads[k])),
    ]);
  }
  const [best] = ways.map(([name, jacks]) => {
    const { estimate: jack, chiSquare } = meanOverWindows(jacks, hs);
    return { name, horizons: hs, jack, chiSquare };
  }).sort((a, b) => meanSquareError(a.jack) - meanSquareError(b.jack));
  return best;
}

function meanSquareError(jack: Jackknife): number {
  return jack.value.reduce((sum, _, e) => sum + standardError(jack, e) ** 2, 0);
}
