/** Hop rates as acceptance thresholds of the uniformised chain. */
import { boundOf, energyRange, integerCouplings } from "./energies.ts";
import { couplings, isConstant } from "./kernel.ts";
import type { ArrheniusSystem } from "./types.ts";

/** Acceptance probabilities are multiples of `2^-24`. */
export const THRESHOLD_BITS = 24;
const ONE = 2 ** THRESHOLD_BITS;

/** Relative error of an acceptance probability above which a second random draw is spent. */
const DRAW_TOLERANCE = 1e-4;

/**
 * Uniformisation of the process: every bond is attempted at the rate `attemptRate`, and the hop that
 * the bond allows, if any, is accepted with probability `threshold[c] / 2^24`, where `c` counts the
 * particles within `L` of the hopping one, itself included.
 */
export interface Uniformisation {
  /** Upper bound of every hop rate, per bond and macroscopic time: exact, not sampled. */
  readonly attemptRate: number;
  /**
   * `[2L + 2]`, indexed by the window count `c`; entry 0 is 0 (no particle, no hop). Empty for rates from
   * pair energies.
   */
  readonly threshold: Int32Array;
  /**
   * Whether one 32-bit draw gives bond and acceptance both (resolution `N / 2^32` of the acceptance
   * probability), or each has its own (resolution `2^-24`).
   */
  readonly oneDraw: boolean;
}

/**
 * The bound is the rate at the count that favours hopping most: `n = 0` for attraction,
 * `n = 2L - 1` (the target is vacant) for repulsion. It therefore holds for every configuration.
 *
 * @throws {RangeError} naming the field at fault.
 */
export function uniformise(system: ArrheniusSystem): Uniformisation {
  const { sites, halfWidth, betaJ0, drive = 1 } = checkSystem(system);
  const b = betaJ0 / (2 * halfWidth + 1);
  const mostFree = b >= 0 ? 0 : 2 * halfWidth - 1;
  const threshold = new Int32Array(2 * halfWidth + 2);
  for (let c = 1; c <= 2 * halfWidth; c++) {
    threshold[c] = Math.round(ONE * Math.exp(-b * (c - 1 - mostFree)));
  }
  // A full window leaves no vacant target; the entry is read for consistency but never accepted.
  threshold[2 * halfWidth + 1] = threshold[2 * halfWidth];
  const smallest = Math.exp(-Math.abs(b) * (2 * halfWidth - 1));
  return {
    attemptRate: drive * sites * sites * Math.exp(-b * mostFree),
    threshold,
    oneDraw: sites / 2 ** 32 / smallest < DRAW_TOLERANCE,
  };
}

/** The same for any kernel; its bound is the rate at the least energy that a configuration can have. */
export function uniformiseEnergies(system: ArrheniusSystem): Uniformisation {
  const { sites, drive = 1 } = checkSystem(system);
  const { lowest, highest } = energyRange(integerCouplings(system));
  const bound = boundOf(lowest);
  return {
    attemptRate: drive * sites * sites * bound,
    threshold: new Int32Array(0),
    oneDraw: sites / 2 ** 32 * bound / boundOf(highest) < DRAW_TOLERANCE,
  };
}

/**
 * The system, checked.
 *
 * @throws {RangeError} naming field, value and what is allowed.
 */
export function checkSystem(system: ArrheniusSystem): ArrheniusSystem {
  const { sites, halfWidth, betaJ0, drive = 1 } = system;
  if (!Number.isInteger(sites) || sites < 4 || sites > 2 ** 21) {
    throw new RangeError(`sites must be an integer from 4 to 2^21, not ${sites}.`);
  }
  if (!Number.isInteger(halfWidth) || halfWidth < 1 || 2 * halfWidth + 1 >= sites) {
    throw new RangeError(
      `halfWidth must be an integer from 1 to sites / 2 - 1 = ${
        Math.floor(sites / 2) - 1
      }, not ${halfWidth}.`,
    );
  }
  if (!Number.isFinite(betaJ0)) throw new RangeError(`betaJ0 must be finite, not ${betaJ0}.`);
  const { lowest, highest } = energyRange(couplings(system));
  if (highest - lowest > 8) {
    throw new RangeError(
      `betaJ0 must keep hop rates within a factor e^8 of one another (else acceptance probabilities ` +
        `fall below their resolution), not ${betaJ0}, which with ${
          isConstant(system) ? "this halfWidth" : `the "${system.kernel!.name}" kernel`
        } lets beta U range over ${(highest - lowest).toPrecision(4)}.`,
    );
  }
  if (!(drive > 0 && Number.isFinite(drive))) {
    throw new RangeError(`drive must be positive and finite, not ${drive}.`);
  }
  return system;
}
