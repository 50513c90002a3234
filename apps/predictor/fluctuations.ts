import type { Law } from "@spiediff/law";
import { integrate, rosenbrock2 } from "@spiediff/macro-solver";
import { localEquilibrium, nextCovariance } from "./covariance.ts";
import { averagedLaw, type Linearisation, linearise, massAndDrift } from "./linearised_law.ts";
import { massMatrix, multiply, solve } from "./periodic_tridiagonal.ts";

/** What a law linearised along its mean path answers at one time, `[elements]` each, of averages `z_i / Delta`. */
export interface LinearAnswers {
  /** Standard deviation of a single system around the mean. */
  readonly fluctuation: Float64Array;
  /** What correlations over the whole system, of order 1/N, add to the mean. */
  readonly correlations: Float64Array;
  /** Standard deviation that the law's own error leaves of the mean; null where that is not known. */
  readonly lawError: Float64Array | null;
  /** Standard deviation that errors of declared inputs leave of the mean; null where none are known. */
  readonly inputs: Float64Array | null;
}

/** What is known of the particles. */
export interface FluctuatingSystem {
  readonly beta: number;
  readonly sites: number;
  /** Error of the law itself relative to fluxes, as training found it. */
  readonly lawError?: number | undefined;
  /** Standard error of the gradient energy's kappa where that was learned. */
  readonly kappaError?: number | undefined;
  /** Relative error of all fluxes by what was declared of the particles. */
  readonly rateError?: number | undefined;
}

/** Above this many elements the covariance matrix would cost more than the prediction. */
export const LARGEST_COVARIANCE = 128;
/** First step over the time that a mesh cell relaxes in, growth from step to step, last over all. */
const FIRST_STEP = 1 / 8, GROWTH = 1.2, LONGEST_STEP = 1 / 64;

/**
 * Follows four things along the mean path (docs/theory.md sections 6.9 and 6.11), with one linear operator A:
 *
 * - the covariance of a single particle system by linearised fluctuating hydrodynamics,
 *   `dY = A Y dt + sqrt(2 k_B T K) dW`, `Y = (z - <z>) / sqrt(eps)`, from local equilibrium on:
 *   `dC/dt = A C + C A^T + 2 k_B T K`;
 * - what of C is not local equilibrium, c, and does to the mean: fluxes `-d_x (D' c / 2 N) + m'' E c / 2 N`;
 * - an error of kappa, and one of each element's flux, independent of others, `lawError` times the root of its square and the mean
 *   square: the very errors that training allows for;
 * - an error of all fluxes by the same factor, which those of declared inputs are.
 *
 * Steps are those of the trapezoidal rule: stable for any length, C stays positive semi-definite, and
 * equilibrium stays what it is. Densities linear on each element carry the fluctuations (the mass
 * matrix), since the variance of a hat function's average is asked for.
 *
 * @param law On a ring; its members' average speaks.
 * @param times Rising, not negative.
 * @returns One answer for each time; null from where on f is not convex somewhere: there the state is not
 *   near local equilibrium.
 */
export async function* linearAnswers(
  law: Law,
  initialDensity: Float64Array,
  times: readonly number[],
  system: FluctuatingSystem,
  signal?: AbortSignal,
): AsyncGenerator<LinearAnswers | null, void, void> {
  const M = initialDensity.length;
  const average = averagedLaw(law);
  const steps = stepsBetween(times, M);
  const start = await linearise(average, initialDensity);
  const state: LinearState = {
    covariance: localEquilibrium(start.curvature, 1 / system.beta),
    shift: new Float64Array(M),
    errors: Array.from({ length: M + 1 }, () => new Float64Array(M)),
    inputs: new Float64Array(M),
  };
  let next = 0, k = 0;
  if (isConvex(start)) {
    for (; next < times.length && times[next] === 0; next++) yield answersOf(state, system);
    if (steps.length === 0) return;
    const path = integrate({
      law: average,
      initialState: initialDensity,
      times: steps.map(({ from, length }) => from + length / 2),
      method: rosenbrock2,
      control: { kind: "adaptive", tolerance: 1e-5 },
      signal,
    });
    for await (const { state: density } of path) {
      const at = await linearise(average, density);
      if (!isConvex(at)) break;
      const { length, ends } = steps[k++];
      advance(state, at, density, length, system);
      if (ends) {
        yield answersOf(state, system);
        next++;
      }
    }
  }
  for (; next < times.length; next++) yield null;
}

const isConvex = ({ curvature }: Linearisation) => curvature.every((c) => c > 0);

/** What is followed. */
interface LinearState {
  /** Of `sqrt(N) (z - <z>)`, `[M, M]`. */
  covariance: Float64Array;
  /** N times what is added to the mean nodal densities. */
  readonly shift: Float64Array;
  /**
   * `[elements + 1][M]` change of nodal densities by a standard deviation of each element's flux, and by one of
   * kappa.
   */
  readonly errors: readonly Float64Array[];
  /** Change by a standard deviation of all fluxes together. */
  readonly inputs: Float64Array;
}

function answersOf({ covariance, shift, errors, inputs }: LinearState, system: FluctuatingSystem) {
  const M = shift.length;
  const mass = massMatrix(M);
  const averages = (nodal: Float64Array) => {
    const z = nodal.slice();
    multiply(mass, z);
    return z.map((v) => M * v);
  };
  const squares = new Float64Array(M);
  for (const error of errors) averages(error).forEach((v, i) => squares[i] += v * v);
  return {
    fluctuation: shift.map((_, i) =>
      M * Math.sqrt(Math.max(0, covariance[i * M + i]) / system.sites)
    ),
    correlations: averages(shift).map((v) => v / system.sites),
    lawError: (system.lawError ?? system.kappaError) === undefined ? null : squares.map(Math.sqrt),
    inputs: system.rateError ? averages(inputs).map(Math.abs) : null,
  };
}

/** One step of the trapezoidal rule, everything linearised at its middle. */
function advance(
  state: LinearState,
  at: Linearisation,
  density: Float64Array,
  h: number,
  { beta, lawError, kappaError, rateError }: FluctuatingSystem,
): void {
  const M = at.mobility.length;
  const plus = massAndDrift(at, h / 2), minus = massAndDrift(at, -h / 2);
  const move = (nodal: Float64Array, source?: Float64Array) => {
    multiply(plus, nodal);
    source?.forEach((v, i) => nodal[i] += h * v);
    solve(minus, nodal);
  };
  const local = localEquilibrium(at.curvature, 1 / beta);
  const before = longRange(state.covariance, local, M);
  state.covariance = nextCovariance(state.covariance, at, h, 1 / beta);
  const after = longRange(state.covariance, local, M);
  const correlation = before.map((c, i) => (c + after[i]) / 2);
  const excess = correlation.map((c, i) => at.diffusivitySlope[i] * c / 2);
  const shifting = excess.map((w, e) => {
    const next = (e + 1) % M, mean = (correlation[e] + correlation[next]) / 2;
    return -M * (excess[next] - w) + M * at.work * at.bend[e] * mean / 2;
  });
  move(state.shift, inflow(shifting));
  if (kappaError !== undefined) {
    const bend = density.map((rho, i) =>
      M * M * (density[(i + M - 1) % M] - 2 * rho + density[(i + 1) % M])
    );
    const own = at.mobility.map((m, e) => kappaError * M * m * (bend[(e + 1) % M] - bend[e]));
    move(state.errors[M], inflow(own));
  }
  const flux = at.mobility.map((m, e) =>
    -M * m * (at.drivingForce[(e + 1) % M] - at.drivingForce[e])
  );
  if (rateError) move(state.inputs, inflow(flux.map((J) => rateError * J)));
  if (lawError === undefined) return;
  const meanSquare = flux.reduce((sum, J) => sum + J * J / M, 0);
  flux.forEach((J, e) => {
    const own = new Float64Array(M);
    own[e] = lawError * Math.sqrt(meanSquare + J ** 2);
    move(state.errors[e], inflow(own));
  });
}

/** What fluxes `[elements]` bring to the nodes. */
const inflow = (flux: Float64Array) =>
  flux.map((J, i) => flux[(i + flux.length - 1) % flux.length] - J);

/** N times the density correlation beyond local equilibrium, `c(x, x)` over each hat. */
const longRange = (covariance: Float64Array, local: Float64Array, M: number) =>
  new Float64Array(M).map((_, i) => M * M * (covariance[i * M + i] - local[i * M + i]));

/** Steps from 0 on that grow as fast modes die away; some end at an asked time. */
function stepsBetween(times: readonly number[], M: number) {
  const end = times.at(-1) ?? 0;
  const steps: { from: number; length: number; ends: boolean }[] = [];
  let from = 0, next = FIRST_STEP / (M * M);
  for (const time of times.filter((t) => t > 0)) {
    while (from < time) {
      const ends = from + 1.5 * next >= time;
      const length = ends ? time - from : next;
      steps.push({ from, length, ends });
      from = ends ? time : from + length;
      next = Math.max(next, Math.min(GROWTH * next, LONGEST_STEP * end));
    }
  }
  return steps;
}
