import { elementPoints } from "@spiediff/mesh";
import { pairMean } from "@spiediff/macro-solver";
import { ModelError } from "@spiediff/model-artifact/portable";
import type { Ensemble } from "./ensemble.ts";

/**
 * Mobility of every member from `raw + correction` on a density grid, interpolated by local cubics.
 *
 * Tabulated is what enters the softplus head, not the mobility: so an interpolated one is positive too,
 * however wild the network, and K stays positive semi-definite by construction.
 */
export interface MobilityTable {
  readonly low: number;
  readonly high: number;
  readonly points: number;
  covers(left: number, right: number): boolean;
  /** Of an element between nodes of two densities: the mean over the element, weighted by f''. */
  mean(member: number, left: number, right: number, curvature?: Curvature): number;
}

/** f'' of a member at a density, the weight of the mobility in its mean over an element; equal where left out. */
export type Curvature = (member: number, density: number) => number;
const evenly: Curvature = () => 1;

/**
 * Tabulates the mobility.
 *
 * @param points At least 4.
 * @throws {ModelError} if the network gives values that are not finite.
 */
export async function tabulateMobility(
  ensemble: Ensemble,
  low: number,
  high: number,
  points: number,
): Promise<MobilityTable> {
  const h = (high - low) / (points - 1);
  const rows = ensemble.count * points;
  const density = Float64Array.from({ length: rows }, (_, r) => low + r % points * h);
  const member = Int32Array.from({ length: rows }, (_, r) => Math.floor(r / points));
  const values = new Float64Array(rows);
  await ensemble.mobility([density], member, rows, values);
  const bad = values.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) {
    throw new ModelError(
      "network",
      `The model's mobility is ${values[bad]} at density ${density[bad]}; it cannot be used.`,
    );
  }
  const corrected = (m: number, rho: number) => {
    const s = (rho - low) / h;
    const i = Math.min(points - 3, Math.max(1, Math.floor(s)));
    const x = s - i;
    const k = m * points + i;
    // Cubic Lagrange weights at the offsets -1, 0, 1, 2.
    return -x * (x - 1) * (x - 2) / 6 * values[k - 1] +
      (x + 1) * (x - 1) * (x - 2) / 2 * values[k] -
      (x + 1) * x * (x - 2) / 2 * values[k + 1] +
      (x + 1) * x * (x - 1) / 6 * values[k + 2];
  };
  return {
    low,
    high,
    points,
    covers: (a, b) => Math.min(a, b) >= low && Math.max(a, b) <= high,
    mean(m, a, b, curvature = evenly) {
      const [first, second] = elementPoints(a, b);
      return pairMean(
        ensemble.headedMobility(corrected(m, first)),
        ensemble.headedMobility(corrected(m, second)),
        curvature(m, first),
        curvature(m, second),
      );
    },
  };
}

/** `K_{e,e+1} = -m/Delta` of an element of a ring of `elements`: the paper's K1. */
export const operatorEntry = (mobility: number, elements: number): number => -elements * mobility;

/**
 * Mobility of elements by direct inference, the mean over each, `[count]`.
 *
 * @param left, right `[count or more]` densities at the elements' nodes. @param member Of each, likewise.
 */
export async function inferMobility(
  ensemble: Ensemble,
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  member: ArrayLike<number>,
  count: number,
  curvature = evenly,
): Promise<Float64Array> {
  const density = new Float64Array(2 * count), owner = new Int32Array(2 * count);
  for (let r = 0; r < count; r++) {
    [density[2 * r], density[2 * r + 1]] = elementPoints(left[r], right[r]);
    owner[2 * r] = owner[2 * r + 1] = member[r];
  }
  const values = new Float64Array(2 * count);
  await ensemble.mobility([density], owner, 2 * count, values);
  return Float64Array.from(
    { length: count },
    (_, r) =>
      pairMean(
        ensemble.headedMobility(values[2 * r]),
        ensemble.headedMobility(values[2 * r + 1]),
        curvature(member[r], density[2 * r]),
        curvature(member[r], density[2 * r + 1]),
      ),
  );
}
