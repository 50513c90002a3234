import { EigenvalueDecomposition, Matrix, solve } from "ml-matrix";
import type { DistillationBlock } from "./distillation.ts";
import type { Calibration } from "./types.ts";

/** One profile's data as the epinet's readout sees them, in standard errors. */
export interface CalibrationProfile {
  /** `[data][K]` what a unit readout does to each datum. */
  readonly design: Matrix;
  /** `[data]` data minus base network. */
  readonly residual: Float64Array;
}

/**
 * Means over blocks of the same data, cut into profiles.
 *
 * @param sizes Number of data of each profile, in the blocks' order.
 */
export function averageProfiles(
  blocks: readonly DistillationBlock[],
  sizes: readonly number[],
): CalibrationProfile[] {
  const design = blocks.map((block) => block.response(new Matrix(block.inputs)))
    .reduce((sum, one) => sum.add(one)).div(blocks.length);
  const residual = blocks[0].residual.map((_, i) =>
    blocks.reduce((sum, block) => sum + block.residual[i] / blocks.length, 0)
  );
  let from = 0;
  return sizes.map((size) => {
    const to = from + size;
    const profile = {
      design: design.subMatrix(from, to - 1, 0, design.columns - 1),
      residual: residual.slice(from, to),
    };
    from = to;
    return profile;
  });
}

/** Searched ratios of error to spread. */
const SMALLEST = 0.25, LARGEST = 8;
/** Standard deviation of ln(ratio) before any residual has been seen. */
const PRIOR_WIDTH = 0.5;

/**
 * Measures how far the spread of a distilled epinet is to be believed (docs/theory.md section 6.7).
 *
 * *Jackknife.* Each profile in turn is left out and the readout is solved for the others. Residuals
 * of the left-out profile are then independent of what predicts them; their covariance is that of
 * their own errors (the unit matrix, for the data are in standard errors) plus `ratio^2` times the
 * posterior's. The ratio is the most likely one. It exceeds 1 where profiles disagree by more than
 * their errors: that is how error of the law itself shows. With one profile there is nothing to
 * compare, and the ratio is 1.
 *
 * *Gap.* Training stops somewhere near the posterior mean of the readout, not on it. Its distance
 * in spreads is a bias that the spread does not know of; the squares add up.
 */
export function calibrate(profiles: readonly CalibrationProfile[]): Calibration {
  const normals = profiles.map(({ design }) => design.transpose().mmul(design));
  const rights = profiles.map(({ design, residual }) =>
    design.transpose().mmul(Matrix.columnVector([...residual]))
  );
  const K = profiles[0].design.columns;
  const total = sum(normals).add(Matrix.eye(K));
  const right = sum(rights);

  const components: Component[] = profiles.length < 2
    ? []
    : profiles.flatMap((profile, p) =>
      leftOut(profile, Matrix.sub(total, normals[p]), Matrix.sub(right, rights[p]))
    );
  const jackknife = mostLikelyRatio(components);

  const mode = solve(total, right);
  let bias = 0, variance = 0;
  for (const { design } of profiles) {
    bias += design.mmul(mode).norm() ** 2;
    variance += trace(design, solve(total, design.transpose()));
  }
  const gap = Math.sqrt(bias / variance);
  const chiSquare = components.reduce(
    (mean, { variance, square }) =>
      mean + square / (1 + jackknife ** 2 * variance) / components.length,
    0,
  );
  return {
    indexScale: Math.hypot(jackknife, gap),
    jackknife,
    gap,
    leftOutChiSquare: components.length > 0 ? chiSquare : 1,
  };
}

/** A combination of left-out data: its posterior variance and its squared residual. */
interface Component {
  readonly variance: number;
  readonly square: number;
}

function leftOut(
  { design, residual }: CalibrationProfile,
  precision: Matrix,
  right: Matrix,
): Component[] {
  const prediction = design.mmul(solve(precision, right));
  const error = Matrix.columnVector([...residual]).sub(prediction);
  const posterior = design.mmul(solve(precision, design.transpose()));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(posterior, {
    assumeSymmetric: true,
  });
  const along = eigenvectorMatrix.transpose().mmul(error);
  return realEigenvalues.map((value, k) => ({
    variance: Math.max(0, value),
    square: along.get(k, 0) ** 2,
  }));
}

/** Maximum of the posterior of ln(ratio), by a grid and no more: a per cent is plenty. */
function mostLikelyRatio(components: readonly Component[]): number {
  const steps = 400;
  let best = 1, least = Infinity;
  for (let k = 0; k <= steps; k++) {
    const ratio = SMALLEST * (LARGEST / SMALLEST) ** (k / steps);
    let cost = (Math.log(ratio) / PRIOR_WIDTH) ** 2;
    for (const { variance, square } of components) {
      const total = 1 + ratio ** 2 * variance;
      cost += Math.log(total) + square / total;
    }
    if (cost < least) [best, least] = [ratio, cost];
  }
  return best;
}

function sum(matrices: readonly Matrix[]): Matrix {
  return matrices.reduce(
    (total, one) => total.add(one),
    Matrix.zeros(
      matrices[0].rows,
      matrices[0].columns,
    ),
  );
}

/** Trace of a product. */
function trace(a: Matrix, b: Matrix): number {
  let total = 0;
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < a.columns; k++) total += a.get(i, k) * b.get(k, i);
  }
  return total;
}
