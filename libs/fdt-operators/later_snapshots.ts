/** Snapshots at later times, held against what a law predicts of them (docs/theory.md section 6.10). */
import type { Band } from "@spiediff/law";
import {
  chiSquarePValue,
  type ErrorPart,
  meanOfRows,
  type MeanTest,
  meanTest,
} from "@spiediff/numerics";
import { Matrix } from "ml-matrix";

/** Fields `z` `[M]` of one profile, of the same realizations at each time. */
export interface LaterSnapshots {
  readonly profileName: string;
  /** `[R]` */
  readonly start: readonly Float64Array[];
  /** `[T][R]` */
  readonly later: readonly (readonly Float64Array[])[];
}

/** What a law says of them, started from their mean: hat averages `z/Delta` at each time. */
export interface PredictedSnapshots {
  /** `[T]` of `[M]`. */
  readonly band: readonly Band[];
  /** `[T]` of `[members * M]`; the same members for every profile. */
  readonly members: readonly Float64Array[];
  /** `[T]` of `[M, M]`: how the averages answer to those at the start. */
  readonly response: readonly Matrix[];
  /** `[T]` standard deviation that mesh and steps leave. */
  readonly meshError: ArrayLike<number>;
}

/** One time: the mean of the snapshots beside the prediction, `[M]` each. */
export interface TimeAgainstLaw {
  readonly measured: number[];
  /** Of what is measured less what the same sampled start makes expect. */
  readonly standardError: number[];
  readonly mean: number[];
  readonly lower: number[];
  readonly upper: number[];
  /** Measured less mean, in standard errors of snapshots, law and mesh together. */
  readonly residual: number[];
}

/** One profile at all of its times. */
export interface ProfileAgainstLaw {
  readonly profileName: string;
  readonly test: MeanTest;
  readonly times: readonly TimeAgainstLaw[];
}

/** The verdict on a law, with what it rests on. */
export interface SnapshotsAgainstLaw {
  /** Of all profiles and times together. */
  readonly test: MeanTest;
  /** Waves that each time was tested with, from the longest on. */
  readonly waves: number;
  /** Share of nodes and times whose mean lies in the band, and in the band widened by the snapshots' errors. */
  readonly coverage: { readonly plain: number; readonly withErrors: number };
  readonly profiles: readonly ProfileAgainstLaw[];
}

/** A law is for smooth fields: shorter waves are noise in good data, and weaken the test. */
const MOST_WAVES = 6;
/** Realizations for each number that is tested: with fewer its covariance would be known too badly. */
const REALIZATIONS_PER_NUMBER = 4;

/**
 * Holds a law against snapshots that it was not trained on.
 *
 * The error of a mean has three parts: what single realizations scatter about what their own start makes
 * expect, by their sample covariance over waves and times; what is not known of the law, by the members'; and
 * the mesh. A few waves, for a covariance of few realizations is of few dimensions.
 *
 * @param predicted In the order of `data`.
 * @throws {RangeError} if there are too few realizations for the times.
 */
export function snapshotsAgainstLaw(
  data: readonly LaterSnapshots[],
  predicted: readonly PredictedSnapshots[],
): SnapshotsAgainstLaw {
  const waves = wavesFor(data);
  const pieces = data.map((own, p) => pieceOf(own, predicted[p], waves));
  const numbers = pieces.reduce((sum, { residual }) => sum + residual.length, 0);
  let from = 0;
  const sampling = pieces.map(({ sampling, residual }): ErrorPart => {
    const covariance = Matrix.zeros(numbers, numbers);
    covariance.setSubMatrix(sampling.covariance, from, from);
    from += residual.length;
    return { ...sampling, covariance };
  });
  const profiles = data.map(({ profileName }, p): ProfileAgainstLaw => {
    const { residual, sampling, law, mesh, times } = pieces[p];
    return { profileName, test: meanTest(residual, [sampling, ofLaw(law), ofMesh(mesh)]), times };
  });
  const law = pieces[0].law.map((_, m) => pieces.flatMap(({ law }) => law[m]));
  const test = meanTest(
    pieces.flatMap(({ residual }) => residual),
    [...sampling, ofLaw(law), ofMesh(pieces.flatMap(({ mesh }) => mesh))],
  );
  return { test, waves, coverage: coverageOf(profiles, predicted[0].band[0].level), profiles };
}

function wavesFor(data: readonly LaterSnapshots[]): number {
  const M = data[0].start[0].length, times = data[0].later.length;
  for (const { profileName, start } of data) {
    if (start.length > 2 * times + 1) continue;
    throw new RangeError(
      `Profile "${profileName}" has ${start.length} realizations; a test of ${times} times takes at ` +
        `least ${2 * times + 2}.`,
    );
  }
  const realizations = Math.min(...data.map(({ start }) => start.length));
  const affordable = Math.floor((realizations - 1) / (REALIZATIONS_PER_NUMBER * 2 * times));
  return Math.min(MOST_WAVES, Math.floor((M - 1) / 2), Math.max(1, affordable));
}

/** One profile in waves, times one after the other, and in nodes. */
interface Piece {
  /** Measured less predicted, `[T * 2 waves]`. */
  readonly residual: number[];
  readonly sampling: ErrorPart;
  /** `[members]` of `[T * 2 waves]`. */
  readonly law: number[][];
  /** `[T * 2 waves]` variances. */
  readonly mesh: number[];
  readonly times: TimeAgainstLaw[];
}

function pieceOf(
  { start, later }: LaterSnapshots,
  { band, members, response, meshError }: PredictedSnapshots,
  waves: number,
): Piece {
  const M = start[0].length, R = start.length;
  const basis = fourierBasis(M, waves);
  const inWaves = (x: Float64Array) =>
    basis.map((wave) => wave.reduce((sum, v, i) => sum + v * x[i], 0));
  const times: TimeAgainstLaw[] = [];
  const residual: number[] = [], mesh: number[] = [];
  const scatter: number[][] = Array.from({ length: R }, () => []);
  const law: number[][] = Array.from({ length: members[0].length / M }, () => []);
  later.forEach((runs, t) => {
    const own = runs.map((z, r) => innovation(z, start[r], response[t]));
    own.forEach((u, r) => scatter[r].push(...inWaves(u)));
    law.forEach((row, m) => row.push(...inWaves(members[t].subarray(m * M, (m + 1) * M))));
    mesh.push(...basis.map(() => meshError[t] ** 2));
    const measured = meanOfRows(runs).map((z) => M * z);
    const off = measured.map((v, i) => v - band[t].mean[i]);
    residual.push(...inWaves(off));
    const sampled = varianceOf(own).map((v) => v / R);
    const known = varianceOf(law.map((_, m) => members[t].subarray(m * M, (m + 1) * M)));
    times.push({
      measured: [...measured],
      standardError: Array.from(sampled, Math.sqrt),
      mean: [...band[t].mean],
      lower: [...band[t].lower],
      upper: [...band[t].upper],
      residual: Array.from(
        off,
        (v, i) => v / Math.sqrt(sampled[i] + known[i] + meshError[t] ** 2),
      ),
    });
  });
  return {
    residual,
    sampling: { covariance: covarianceOf(scatter).div(R), degreesOfFreedom: R - 1 },
    law,
    mesh,
    times,
  };
}

const ofLaw = (members: number[][]): ErrorPart => ({
  covariance: covarianceOf(members),
  degreesOfFreedom: members.length - 1,
});
const ofMesh = (variances: number[]): ErrorPart => ({
  covariance: Matrix.diag(variances),
  degreesOfFreedom: Infinity,
});

/** What a realization's averages are beyond the answer to its own start: the prediction's has the mean start's. */
function innovation(z: Float64Array, start: Float64Array, response: Matrix): Float64Array {
  const M = z.length;
  const expected = response.mmul(Matrix.columnVector([...start]));
  return z.map((v, i) => M * (v - expected.get(i, 0)));
}

/** Cosine and sine of each wave, orthonormal: `[2 waves][M]`. The mean is conserved, and has no error. */
function fourierBasis(M: number, waves: number): Float64Array[] {
  return Array.from({ length: 2 * waves }, (_, k) => {
    const wave = Math.floor(k / 2) + 1, of = k % 2 === 0 ? Math.cos : Math.sin;
    return Float64Array.from(
      { length: M },
      (_, i) => Math.sqrt(2 / M) * of(2 * Math.PI * wave * i / M),
    );
  });
}

function varianceOf(rows: readonly Float64Array[]): Float64Array {
  const mean = meanOfRows(rows), variance = new Float64Array(mean.length);
  for (const row of rows) {
    row.forEach((v, i) => variance[i] += (v - mean[i]) ** 2 / Math.max(1, rows.length - 1));
  }
  return variance;
}

/** Sample covariance of rows. */
function covarianceOf(rows: readonly number[][]): Matrix {
  const deviations = new Matrix(rows as number[][]).center("column");
  return deviations.transpose().mmul(deviations).div(Math.max(1, rows.length - 1));
}

function coverageOf(
  profiles: readonly ProfileAgainstLaw[],
  level: number,
): SnapshotsAgainstLaw["coverage"] {
  let plain = 0, withErrors = 0, count = 0;
  for (const { measured, lower, upper, residual } of profiles.flatMap(({ times }) => times)) {
    measured.forEach((v, i) => {
      count++;
      if (v >= lower[i] && v <= upper[i]) plain++;
      if (chiSquarePValue(residual[i] ** 2, 1) >= 1 - level) withErrors++;
    });
  }
  return { plain: plain / count, withErrors: withErrors / count };
}
