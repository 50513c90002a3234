import { symmetrised, unitPlusGram } from "@spiediff/numerics";
import type { RandomStream } from "@spiediff/random";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { beside, stacked } from "./blocks.ts";
import { type CalibrationProfile, foreignOf } from "./calibration.ts";
import { scaleColumns } from "./distillation.ts";
import {
  type Bend,
  evenBends,
  lengthOf,
  priorScales,
  type PriorShape,
  SMOOTH_UNITS,
} from "./epinet.ts";

/** Widths of bends, as shares of the domain, and sizes of readouts that are tried. */
const WIDTHS = [0.1, 0.14, 0.2, 0.28, 0.4, 0.56];
const SIZES = Array.from({ length: 16 }, (_, k) => 0.1 * 1.5 ** k);

/** A way to bend that may be the prior's, with its probability under the data. */
export interface LikelyBend extends Bend {
  readonly probability: number;
}

/** What is less likely than this is left out. */
const NEGLIGIBLE = 1e-6;

/**
 * How likely the data make each way to bend (MacKay 1992; before they are seen, all are).
 *
 * The data themselves, not what the base network leaves of them, are to first order a linear function of
 * the readouts, with errors of known covariance: their likelihood is a closed form. A smooth law is found
 * to be smooth, and what the data leave open of it is what they leave open of a few parameters; a law that
 * bends keeps the freedom to do so.
 *
 * @param designOf Profiles for a width of bends, readouts in units of 1.
 * @returns Those that count, by width and size; their probabilities add up to 1.
 */
export function likelyBends(
  range: Pick<PriorShape, "low" | "high" | "domain">,
  featureDim: number,
  designOf: (width: number) => readonly CalibrationProfile[],
): LikelyBend[] {
  const tried = WIDTHS.flatMap((share) => {
    const width = share * lengthOf(range.domain);
    const cost = improbability(
      designOf(width),
      (size) => priorScales(featureDim, { ...range, bends: evenBends({ width, size }) }),
    );
    return SIZES.map((size) => ({ width, size, cost: cost(size) }));
  }).filter(({ cost }) => Number.isFinite(cost));
  // Where no likelihood is a number, the smoothest has to do.
  if (tried.length === 0) {
    return [{ width: WIDTHS.at(-1)! * lengthOf(range.domain), size: SIZES[0], probability: 1 }];
  }
  const least = tried.reduce((best, { cost }) => Math.min(best, cost), Infinity);
  const weights = tried.map(({ cost }) => Math.exp((least - cost) / 2));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const kept = tried.map(({ width, size }, k) => ({ width, size, probability: weights[k] / all }))
    .filter(({ probability }) => probability > NEGLIGIBLE);
  const sum = kept.reduce((total, { probability }) => total + probability, 0);
  return kept.map((bend) => ({ ...bend, probability: bend.probability / sum }));
}

/**
 * Bends of all units, drawn from what is likely, so that the prior's covariance is the mean over it: which
 * prior is the right one is itself left open by the data, and the likeliest alone would make bands that know it
 * (some 5 % too narrow where data are few; docs/theory.md section 6.4). Drawn evenly, and in no order, since units
 * stand in that of their densities.
 */
export function drawBends(
  likely: readonly LikelyBend[],
  { uniform, integer }: Pick<RandomStream, "uniform" | "integer">,
): Bend[] {
  const offset = uniform();
  const bends: Bend[] = [];
  let upTo = 0;
  for (const [k, { width, size, probability }] of likely.entries()) {
    upTo += probability;
    const all = k === likely.length - 1;
    while (bends.length < SMOOTH_UNITS && (all || (bends.length + offset) / SMOOTH_UNITS < upTo)) {
      bends.push({ width, size });
    }
  }
  for (let k = SMOOTH_UNITS - 1; k > 0; k--) {
    const other = integer(k + 1);
    [bends[k], bends[other]] = [bends[other], bends[k]];
  }
  return bends;
}

/**
 * Minus twice the log-likelihood of the data as a function of the smooth units' size, up to a constant: one
 * decomposition serves all sizes. Infinite where errors are nothing beside what the prior allows elsewhere.
 */
function improbability(
  profiles: readonly CalibrationProfile[],
  scalesOf: (smooth: number) => readonly number[],
): (smooth: number) => number {
  const design = stacked(profiles.map((profile) => profile.design));
  const data = stacked(
    profiles.map(({ residual, explained }) =>
      Matrix.columnVector(Array.from(residual, (r, i) => r + explained[i]))
    ),
  );
  const other = scalesOf(0), all = scalesOf(1);
  const isSmooth = other.flatMap((scale, k) => scale === all[k] ? [] : [k]);
  const smooth = design.subMatrixColumn(isSmooth);
  const others = other.flatMap((scale, k) => scale > 0 ? [k] : []);
  const outer = scaleColumns(
    design.subMatrixColumn(others),
    others.map((k) => other[k]),
  );
  const errors = foreignOf(profiles);
  const covariance = unitPlusGram(errors ? beside(outer, stacked(errors)) : outer);
  if (covariance === null) return () => Infinity;
  const solved = covariance.solve(data);
  const constant = covariance.logDeterminant + data.transpose().mmul(solved).get(0, 0);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    symmetrised(smooth.transpose().mmul(covariance.solve(smooth))),
    { assumeSymmetric: true },
  );
  const along = eigenvectorMatrix.transpose().mmul(smooth.transpose().mmul(solved)).to1DArray();
  return (size) =>
    realEigenvalues.reduce((sum, value, k) => {
      const gain = 1 + size ** 2 * Math.max(0, value);
      return sum + Math.log(gain) - (size * along[k]) ** 2 / gain;
    }, constant);
}
