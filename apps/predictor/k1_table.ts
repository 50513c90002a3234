import { ModelError } from "@spiediff/model-artifact/portable";
import type { Ensemble } from "./ensemble.ts";

/**
 * `raw + correction` of K1 of every member on a grid of the mean and the absolute difference of its
 * two densities, interpolated by local cubics in both.
 *
 * Tabulated is what enters the softplus head, not K1: so an interpolated K1 is negative too, however
 * wild the network, and K stays positive semi-definite by construction.
 */
export interface K1Table {
  readonly low: number;
  readonly high: number;
  readonly largestDifference: number;
  readonly points: readonly [number, number];
  covers(left: number, right: number): boolean;
  /** `raw + correction`, to be put through the head. */
  corrected(member: number, left: number, right: number): number;
}

/** Densities that are offered to the networks stay this far from 0 and 1. */
export const SMALLEST_DENSITY = 1e-6;

/**
 * Tabulates K1.
 *
 * @param points In the mean and in the difference; at least 4 and 3.
 * @throws {ModelError} if the network gives values that are not finite.
 */
export async function tabulateK1(
  ensemble: Ensemble,
  low: number,
  high: number,
  largestDifference: number,
  points: readonly [number, number],
): Promise<K1Table> {
  const [means, differences] = points;
  const size = means * differences;
  const hMean = (high - low) / (means - 1);
  const hDifference = largestDifference / (differences - 1);
  const rows = ensemble.count * size;
  const left = new Float64Array(rows);
  const right = new Float64Array(rows);
  const member = new Int32Array(rows);
  const clip = (x: number) => Math.min(1 - SMALLEST_DENSITY, Math.max(SMALLEST_DENSITY, x));
  for (let m = 0, r = 0; m < ensemble.count; m++) {
    for (let i = 0; i < means; i++) {
      for (let j = 0; j < differences; j++, r++) {
        const mean = low + i * hMean;
        const half = j * hDifference / 2;
        left[r] = clip(mean - half);
        right[r] = clip(mean + half);
        member[r] = m;
      }
    }
  }
  const values = new Float64Array(rows);
  await ensemble.k1([left, right], member, rows, values);
  const bad = values.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) {
    throw new ModelError(
      "network",
      `The model's K1 is ${values[bad]} at densities ${left[bad]} and ${right[bad]}; ` +
        "it cannot be used.",
    );
  }
  return {
    low,
    high,
    largestDifference,
    points,
    covers(a, b) {
      const mean = (a + b) / 2;
      return mean >= low && mean <= high && Math.abs(a - b) <= largestDifference;
    },
    corrected(m, a, b) {
      const s = ((a + b) / 2 - low) / hMean;
      const d = Math.abs(a - b) / hDifference;
      const i = Math.min(means - 3, Math.max(1, Math.floor(s)));
      const j = Math.min(differences - 3, Math.floor(d));
      const x = s - i;
      const y = d - j;
      // Cubic Lagrange weights at the offsets -1, 0, 1, 2.
      const x0 = -x * (x - 1) * (x - 2) / 6;
      const x1 = (x + 1) * (x - 1) * (x - 2) / 2;
      const x2 = -(x + 1) * x * (x - 2) / 2;
      const x3 = (x + 1) * x * (x - 1) / 6;
      const y0 = -y * (y - 1) * (y - 2) / 6;
      const y1 = (y + 1) * (y - 1) * (y - 2) / 2;
      const y2 = -(y + 1) * y * (y - 2) / 2;
      const y3 = (y + 1) * y * (y - 1) / 6;
      // K1 is even in the difference: below zero the table is its own mirror image.
      const before = j === 0 ? 1 : j - 1;
      let k = m * size + (i - 1) * differences;
      let sum = 0;
      for (let row = 0; row < 4; row++, k += differences) {
        const along = y0 * values[k + before] + y1 * values[k + j] + y2 * values[k + j + 1] +
          y3 * values[k + j + 2];
        sum += (row === 0 ? x0 : row === 1 ? x1 : row === 2 ? x2 : x3) * along;
      }
      return sum;
    },
  };
}
