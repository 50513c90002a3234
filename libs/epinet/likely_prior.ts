import { CholeskyDecomposition, Matrix } from "ml-matrix";
import type { CalibrationProfile } from "./calibration.ts";
import { scaleColumns } from "./distillation.ts";
import { priorScales, type PriorShape } from "./epinet.ts";

/** Widths of bends, in density, and sizes of readouts that are tried. */
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
  range: Pick<PriorShape, "low" | "high">,
  featureDim: number,
  designOf: (width: number) => readonly CalibrationProfile[],
): PriorShape {
  let best: PriorShape | undefined, least = Infinity;
  for (const width of WIDTHS) {
    const cost = improbability(designOf(width));
    for (const smooth of SIZES) {
      const shape = { ...range, width, smooth };
      const own = cost(priorScales(featureDim, shape));
      if (best === undefined || own < least) [best, least] = [shape, own];
    }
  }
  return best!;
}

/** Minus twice the log-likelihood of the data as a function of the readouts' scales, up to a constant. */
function improbability(
  profiles: readonly CalibrationProfile[],
): (scales: readonly number[]) => number {
  const stacked = (pick: (profile: CalibrationProfile) => Matrix) =>
    new Matrix(profiles.flatMap((profile) => pick(profile).to2DArray()));
  const design = stacked((profile) => profile.design);
  const data = stacked(({ residual, explained }) =>
    Matrix.columnVector(Array.from(residual, (r, i) => r + explained[i]))
  );
  const errors = Matrix.eye(design.rows);
  if (profiles[0].foreign !== undefined) {
    const foreign = stacked((profile) => profile.foreign!);
    errors.add(foreign.mmul(foreign.transpose()));
  }
  return (scales) => {
    const scaled = scaleColumns(design.clone(), scales);
    const covariance = scaled.mmul(scaled.transpose()).add(errors);
    // Symmetric but for rounding, which the decomposition does not forgive.
    const cholesky = new CholeskyDecomposition(covariance.add(covariance.transpose()).div(2));
    // Errors that are nothing beside what a size allows: too large a size, by far.
    if (!cholesky.isPositiveDefinite()) return Infinity;
    const logDeterminant = cholesky.lowerTriangularMatrix.diag()
      .reduce((sum, v) => sum + 2 * Math.log(v), 0);
    return data.transpose().mmul(cholesky.solve(data)).get(0, 0) + logDeterminant;
  };
}
