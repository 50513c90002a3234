import { symmetrised, unitPlusGram } from "@spiediff/numerics";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { beside, stacked } from "./blocks.ts";
import { type CalibrationProfile, foreignOf } from "./calibration.ts";
import { scaleColumns } from "./distillation.ts";
import { lengthOf, priorScales, type PriorShape } from "./epinet.ts";

/** Widths of bends, as shares of the domain, and sizes of readouts that are tried. */
const WIDTHS = [0.1, 0.14, 0.2, 0.28, 0.4, 0.56];
const SIZES = Array.from({ length: 16 }, (_, k) => 0.1 * 1.5 ** k);

/**
 * The prior under which the data are most likely (empirical Bayes; MacKay 1992).
 *
 * The data themselves, not what the base network leaves of them, are to first order a linear function of
 * the readouts, with errors of known covariance: their likelihood is a closed form. A smooth law is found
 * to be smooth, and what the data leave open of it is what they leave open of a few parameters; a law that
 * bends keeps the freedom to do so.
 *
 * @param designOf Profiles for a width of bends, readouts in units of 1.
 */
export function likelyPrior(
  range: Pick<PriorShape, "low" | "high" | "domain">,
  featureDim: number,
  designOf: (width: number) => readonly CalibrationProfile[],
): PriorShape {
  let best: PriorShape | undefined, least = Infinity;
  for (const share of WIDTHS) {
    const width = share * lengthOf(range.domain);
    const cost = improbability(
      designOf(width),
      (smooth) => priorScales(featureDim, { ...range, width, smooth }),
    );
    for (const smooth of SIZES) {
      const own = cost(smooth);
      if (best === undefined || own < least) [best, least] = [{ ...range, width, smooth }, own];
    }
  }
  return best!;
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
