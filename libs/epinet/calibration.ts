import { factorThrough, symmetrised, unitPlusGram } from "@spiediff/numerics";
import { EigenvalueDecomposition, Matrix, solve } from "ml-matrix";
import type { ReadoutBlock } from "./distillation.ts";
import type { Calibration } from "./types.ts";

/** One profile's data as the epinet's readout sees them, in standard errors. */
export interface CalibrationProfile {
  /** `[data][K]` what a unit readout does to each datum. */
  readonly design: Matrix;
  /** `[data]` data minus base network. */
  readonly residual: Float64Array;
  /** `[data]` what the base network says of the data beyond a constant. */
  readonly explained: Float64Array;
  /**
   * `[data][indices]` what independent standard normal errors of something else that the data are read
   * through (the operator, alike in all profiles) do to them; nothing when absent.
   */
  readonly foreign?: Matrix | undefined;
}

/**
 * Foreign errors of every profile, zeros where a profile has none; undefined if none has any.
 *
 * @throws {RangeError} if they are not answers to the same indices.
 */
export function foreignOf(profiles: readonly CalibrationProfile[]): Matrix[] | undefined {
  const [first] = profiles.flatMap(({ foreign }) => foreign ?? []);
  if (first === undefined) return undefined;
  const indices = first.columns;
  return profiles.map(({ foreign, design }, p) => {
    if (foreign !== undefined && foreign.columns !== indices) {
      throw new RangeError(
        `profiles[${p}].foreign has ${foreign.columns} indices where others have ${indices}: they must be the same.`,
      );
    }
    return foreign ?? Matrix.zeros(design.rows, indices);
  });
}

/**
 * Means over blocks of the same data, cut into profiles.
 *
 * @param sizes Number of data of each profile, in the blocks' order.
 */
export function averageProfiles(
  blocks: readonly ReadoutBlock[],
  sizes: readonly number[],
): CalibrationProfile[] {
  const design = blocks.map((block) => block.response(new Matrix(block.inputs)))
    .reduce((sum, one) => sum.add(one)).div(blocks.length);
  const mean = (key: "residual" | "explained") =>
    blocks[0][key].map((_, i) =>
      blocks.reduce((sum, block) => sum + block[key][i] / blocks.length, 0)
    );
  const residual = mean("residual"), explained = mean("explained");
  let from = 0;
  return sizes.map((size) => {
    const to = from + size;
    const profile = {
      design: design.subMatrix(from, to - 1, 0, design.columns - 1),
      residual: residual.slice(from, to),
      explained: explained.slice(from, to),
    };
    from = to;
    return profile;
  });
}

/** Scales are searched up to this and down to its reciprocal, in so many steps; then near the best, so far. */
const LARGEST = 10, STEPS = 32, NEAR = { ratio: 1.8, noise: 1.2 };
/** Standard deviation of ln(noise), and of ln(ratio), before any residual has been seen. */
const NOISE_WIDTH = 1, RATIO_WIDTH = 0.2;

/**
 * Measures how far the spread of a distilled epinet is to be believed (docs/theory.md section 6.8).
 *
 * Each profile in turn is left out and the readout is solved for the others, from the data
 * themselves: the base network has seen the left-out profile and must not speak. Residuals of the
 * left-out profile are independent of what predicts them; their covariance is `noise^2` (1 if the
 * data's errors are as stated) times that of the errors plus `ratio^2` times the posterior's. The most
 * likely pair is found. The errors are many and tell their size to a few per cent. What tells the ratio
 * are the few combinations that the other profiles know badly, so that alone it would be a noisy estimate
 * of 1, and noise in a width is width; it is believed to depart from 1 by more than a fifth only if the
 * residuals insist, which they do where profiles disagree: that is how an error of the law itself shows.
 * The index is drawn with the root mean square of `noise * ratio` over what is likely. One profile has
 * nothing to be compared with: its ratio is 1.
 */
export function calibrate(
  profiles: readonly CalibrationProfile[],
): Calibration {
  if (profiles.length < 2) return { indexScale: 1, noise: 1, components: 0 };
  const components = leftOutFits(profiles).flatMap((fit, p) =>
    leftOut(profiles[p].design, fit, foreignErrors(profiles, p, fit.precision))
  );
  return {
    ...likelyScales(components),
    components: components.reduce((sum, { count }) => sum + count, 0),
  };
}

/** What the fit to all other profiles says of one. */
export interface LeftOutFit {
  /** `[K][K]` inverse posterior covariance of the readout. */
  readonly precision: Matrix;
  /** `[data][1]` the left-out data less what that fit says. */
  readonly residual: Matrix;
}

/** Leaves each profile out in turn. */
export function leftOutFits(profiles: readonly CalibrationProfile[]): LeftOutFit[] {
  const normals = profiles.map(({ design }) => design.transpose().mmul(design));
  const data = profiles.map(({ residual, explained }) =>
    Matrix.columnVector(Array.from(residual, (r, i) => r + explained[i]))
  );
  const rights = profiles.map(({ design }, p) => design.transpose().mmul(data[p]));
  const total = sum(normals).add(Matrix.eye(normals[0].rows));
  const right = sum(rights);
  return profiles.map(({ design }, p) => {
    const precision = Matrix.sub(total, normals[p]);
    const readout = solve(precision, Matrix.sub(right, rights[p]));
    return { precision, residual: Matrix.sub(data[p], design.mmul(readout)) };
  });
}

/** Combinations of left-out data of one posterior variance, and the sum of their squared residuals. */
interface Component {
  readonly count: number;
  readonly variance: number;
  readonly square: number;
}

/** Posterior variances below this share of the largest are rounding, and the readouts know nothing of theirs. */
const NOTHING = 1e-12;

/**
 * What the foreign errors leave in a left-out profile once the others' fit, which they have moved as well, has
 * met them halfway; undefined if there are none in any profile.
 */
export function foreignErrors(
  profiles: readonly CalibrationProfile[],
  left: number,
  precision: Matrix,
): Matrix | undefined {
  const moves = foreignMoves(profiles);
  if (moves === null) return undefined;
  const { foreign, own, total } = moves;
  const moved = Matrix.sub(total, own[left]);
  return Matrix.sub(foreign[left], profiles[left].design.mmul(solve(precision, moved)));
}

/** How foreign errors move fits: every profile's share, and that of all. */
interface ForeignMoves {
  readonly foreign: readonly Matrix[];
  readonly own: readonly Matrix[];
  readonly total: Matrix;
}

/** Of lists of profiles that are left out one after another: lines of a cube are hundreds. */
const known = new WeakMap<readonly CalibrationProfile[], ForeignMoves | null>();

function foreignMoves(profiles: readonly CalibrationProfile[]): ForeignMoves | null {
  const kept = known.get(profiles);
  if (kept !== undefined) return kept;
  const foreign = foreignOf(profiles);
  const own = foreign?.map((errors, p) => profiles[p].design.transpose().mmul(errors));
  const made = foreign && own ? { foreign, own, total: sum(own) } : null;
  known.set(profiles, made);
  return made;
}

/**
 * In units of the data's errors with the foreign ones: `B = 1 + F F^T`. The posterior covariance of the data is
 * `A A^T`, and its whitened eigenvectors come from `A^T B^-1 A`, as large as the readout: all other combinations
 * of data, however many, have no variance.
 */
function leftOut(
  design: Matrix,
  { precision, residual }: LeftOutFit,
  foreign: Matrix | undefined,
): Component[] {
  const A = factorThrough(precision, design), factor = A.transpose();
  const noise = foreign && unitPlusGram(foreign)!;
  const weighted = noise ? noise.solve(residual) : residual;
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    symmetrised(factor.mmul(noise ? noise.solve(A) : A)),
    { assumeSymmetric: true },
  );
  const along = eigenvectorMatrix.transpose().mmul(factor.mmul(weighted));
  const least = NOTHING * Math.max(...realEigenvalues);
  const known = realEigenvalues.flatMap((variance, k): Component[] =>
    variance > least ? [{ count: 1, variance, square: along.get(k, 0) ** 2 / variance }] : []
  ).sort((a, b) => b.variance - a.variance).slice(0, design.rows);
  const square = residual.transpose().mmul(weighted).get(0, 0) -
    known.reduce((sum, component) => sum + component.square, 0);
  return [...known, {
    count: design.rows - known.length,
    variance: 0,
    square: Math.max(0, square),
  }];
}

/** Both scales' posterior, by a grid and a finer one around its best. */
function likelyScales(components: readonly Component[]): { indexScale: number; noise: number } {
  const cost = (ratio: number, noise: number) => {
    let sum = (Math.log(ratio) / RATIO_WIDTH) ** 2 + (Math.log(noise) / NOISE_WIDTH) ** 2;
    for (const { count, variance, square } of components) {
      const total = noise ** 2 * (1 + ratio ** 2 * variance);
      sum += count * Math.log(total) + square / total;
    }
    return sum;
  };
  const grid = (centre: number, factor: number) =>
    Array.from({ length: STEPS + 1 }, (_, k) => centre * factor ** (2 * k / STEPS - 1));
  const search = (ratios: number[], noises: number[]) =>
    ratios.flatMap((ratio) => noises.map((noise) => ({ ratio, noise, cost: cost(ratio, noise) })));
  const least = <T extends { cost: number }>(all: T[]) =>
    all.reduce((best, one) => one.cost < best.cost ? one : best);
  const coarse = least(search(grid(1, LARGEST), grid(1, LARGEST)));
  const near = search(grid(coarse.ratio, NEAR.ratio), grid(coarse.noise, NEAR.noise));
  const best = least(near);
  let weight = 0, square = 0;
  for (const { ratio, noise, cost } of near) {
    const own = Math.exp((best.cost - cost) / 2);
    weight += own;
    square += own * (noise * ratio) ** 2;
  }
  return { indexScale: Math.sqrt(square / weight), noise: best.noise };
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
