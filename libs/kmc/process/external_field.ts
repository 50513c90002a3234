/** A uniform external field E along the ring: what goes along it gains energy, what goes against it pays. */
import type { BondProcess, Transfer } from "./types.ts";

/** Transfers one way over a bond, tilted by the work that the field does on them. */
export interface TiltedWay {
  /** By which the rate changes. */
  factor(from: number, to: number): number;
  /** One unit where absent. */
  readonly transfer?: Transfer;
}

/** Both ways over a bond. */
export interface Tilt {
  readonly right: TiltedWay;
  readonly left: TiltedWay;
  /** What no rate exceeds; null where there is no such number. */
  readonly bound: number | null;
}

/**
 * Rates times `e^(k a)` for the amount a that goes to the right, `k = beta E eps / 2`: the ratio of a transfer's
 * rate to that of its reversal then holds the work `beta E eps a` (Katz, Lebowitz & Spohn, J. Stat. Phys. 34
 * (1984) 497), and the mean current gains `k` times the bracket, which is `m E` of the macroscopic law.
 *
 * @returns null without a field.
 * @throws {RangeError} where nothing says how the process's transfers are tilted.
 */
export function tiltOf({ name, bound, transfer }: BondProcess, k: number): Tilt | null {
  if (k === 0) return null;
  if (!Number.isFinite(k)) throw new RangeError(`The external field must be finite, not ${k}.`);
  if (transfer === undefined) {
    const way = (factor: number): TiltedWay => ({ factor: () => factor });
    return {
      right: way(Math.exp(k)),
      left: way(Math.exp(-k)),
      bound: bound === null ? null : bound * Math.exp(Math.abs(k)),
    };
  }
  const { tilted } = transfer;
  if (tilted === undefined) {
    throw new RangeError(
      `${name} cannot be driven by an external field: its transfers are not of one unit, and it has no ` +
        "transfer.tilted.",
    );
  }
  const way = (k: number): TiltedWay => {
    const { factor, ...amounts } = tilted(k);
    return { factor, transfer: amounts };
  };
  // Amounts have no common bound, and neither have their rates.
  return { right: way(k), left: way(-k), bound: null };
}
