/** What a model says of snapshots, started from their own mean. */
import type { LaterSnapshots, PredictedSnapshots } from "@spiediff/fdt-operators";
import { modelField } from "@spiediff/model-artifact";
import { type EnsembleOptions, type Model, predict } from "@spiediff/predictor";
import { Matrix } from "ml-matrix";

/** Members that the answer to a start is taken from: what it corrects is small already. */
const RESPONSE_MEMBERS = 8;
/** Step in density by which that answer is measured. */
const NUDGE = 5e-3;
/** Three times as many waves as are tested at most, and the mean. */
const MOST_DIRECTIONS = 37;

/** A prediction of one profile's snapshots. */
export interface PredictionOfSnapshots extends PredictedSnapshots {
  /** `[T]` standard deviation of single realizations over the predicted one, rms over nodes; null without. */
  readonly fluctuationRatio: readonly number[] | null;
}

/**
 * Predicts the snapshots' mean at later times, with every member and the answer to each node's start.
 *
 * @param times After the first snapshot, rising.
 * @throws {RangeError} if the mean start is no profile that the model can take.
 */
export async function predictSnapshots(
  model: Model,
  { start, later }: LaterSnapshots,
  times: readonly number[],
  options: EnsembleOptions,
): Promise<PredictionOfSnapshots> {
  const M = start[0].length;
  const profile = new Float64Array(M);
  for (const z of start) z.forEach((v, i) => profile[i] += M * v / start.length);
  const { density, members, fluctuation } = await predict(model, profile, times, {
    ...options,
    keepMembers: true,
  });
  return {
    band: density,
    members: members!,
    response: await responseToStart(model, profile, times, options),
    meshError: await meshErrorOf(model, profile, times, options),
    fluctuationRatio: fluctuation?.map((expected, t) => scatterOver(expected, later[t])) ?? null,
  };
}

/** Root of the nodes' mean variance over that of expected standard deviations. */
function scatterOver(expected: Float64Array, runs: readonly Float64Array[]): number {
  const M = expected.length;
  let measured = 0;
  for (let i = 0; i < M; i++) {
    const mean = runs.reduce((sum, z) => sum + z[i] / runs.length, 0);
    for (const z of runs) measured += (M * (z[i] - mean)) ** 2 / (runs.length - 1);
  }
  return Math.sqrt(measured / expected.reduce((sum, sd) => sum + sd * sd, 0));
}

/**
 * What the mesh leaves of the profile's waves. Not of its nodes: between them lies nothing but waves, and a
 * finer mesh that is given nodes has to guess.
 */
async function meshErrorOf(
  model: Model,
  profile: Float64Array,
  times: readonly number[],
  options: EnsembleOptions,
): Promise<ArrayLike<number>> {
  const none = times.map(() => 0);
  try {
    const few = { ...options, members: 1, fluctuation: false };
    return (await predict(model, wavesOf(profile), times, few)).meshError ?? none;
  } catch (error) {
    // Waves through a profile near the domain's ends may leave it.
    if (error instanceof RangeError) return none;
    throw error;
  }
}

/** The waves whose averages over hat functions are given, the shortest left out, as a function of x. */
export function wavesOf(averages: Float64Array): (x: number) => number {
  const M = averages.length;
  const waves = Array.from({ length: Math.floor((M - 1) / 2) + 1 }, (_, k) => {
    let cosine = 0, sine = 0;
    averages.forEach((rho, i) => {
      cosine += rho * Math.cos(2 * Math.PI * k * i / M);
      sine += rho * Math.sin(2 * Math.PI * k * i / M);
    });
    // A hat function takes sinc^2 of a wave (docs/theory.md section 2).
    const half = Math.PI * k / M;
    const scale = (k === 0 ? 1 : 2 * (half / Math.sin(half)) ** 2) / M;
    return { k, cosine: scale * cosine, sine: scale * sine };
  });
  return (x) =>
    waves.reduce(
      (sum, { k, cosine, sine }) =>
        sum + cosine * Math.cos(2 * Math.PI * k * x) + sine * Math.sin(2 * Math.PI * k * x),
      0,
    );
}

/**
 * Derivative of the predicted averages by those at the start, `[M, M]` for each time. On fine meshes by its
 * longest waves alone: shorter ones hardly reach those that are tested, and a prediction each would not end.
 */
async function responseToStart(
  model: Model,
  profile: Float64Array,
  times: readonly number[],
  options: EnsembleOptions,
): Promise<Matrix[]> {
  const M = profile.length;
  const few = {
    ...options,
    members: Math.min(options.members, RESPONSE_MEMBERS),
    fluctuation: false,
  };
  const mean = async (from: Float64Array) =>
    (await predict(model, from, times, few)).density.map(({ mean }) => mean);
  const base = await mean(profile);
  const response = times.map(() => Matrix.zeros(M, M));
  // A step must stay inside of the domain.
  const { low, high } = modelField(model.manifest);
  const room = (rho: number) => Math.min(rho - low, (high ?? Infinity) - rho) / 2;
  const largest = profile.reduce((step, rho) => Math.min(step, room(rho)), NUDGE);
  for (const direction of directionsOf(M)) {
    const step = largest / direction.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    const moved = await mean(profile.map((rho, j) => rho + step * direction[j]));
    moved.forEach((rho, t) => {
      const change = Array.from(rho, (v, j) => (v - base[t][j]) / step);
      response[t].add(Matrix.columnVector(change).mmul(Matrix.rowVector([...direction])));
    });
  }
  return response;
}

/** Orthonormal directions in which a start is moved: every node, or the mean and the longest waves. */
export function directionsOf(M: number): Float64Array[] {
  if (M <= MOST_DIRECTIONS) {
    return Array.from(
      { length: M },
      (_, i) => Float64Array.from({ length: M }, (_, j) => +(i === j)),
    );
  }
  return Array.from({ length: MOST_DIRECTIONS }, (_, d) => {
    const wave = Math.ceil(d / 2), of = d % 2 === 0 ? Math.cos : Math.sin;
    const size = Math.sqrt((d === 0 ? 1 : 2) / M);
    return Float64Array.from({ length: M }, (_, i) => size * of(2 * Math.PI * wave * i / M));
  });
}
