import { type Law, memberSize, newLawValues } from "@spiediff/law";
import { integrate, rosenbrock2 } from "@spiediff/macro-solver";
import { solvePeriodicTridiagonal } from "@spiediff/numerics";

/** What the covariance of fluctuations needs of a law at one density field, `[elements]` each. */
interface Linearisation {
  /** Of each element, between its nodes. */
  readonly mobility: Float64Array;
  /** Its slope in the mean density of its element. */
  readonly slope: Float64Array;
  readonly drivingForce: Float64Array;
  readonly curvature: Float64Array;
}

/** Above this many elements the covariance matrix would cost more than the prediction. */
export const LARGEST_COVARIANCE = 128;
/** First step over the time that a mesh cell relaxes in, growth from step to step, last over all. */
const FIRST_STEP = 1 / 8, GROWTH = 1.2, LONGEST_STEP = 1 / 64;

/**
 * Standard deviation of `z_i / Delta` of a single particle system around the predicted mean, by
 * linearised fluctuating hydrodynamics (docs/theory.md section 6.9):
 * `dY = A Y dt + sqrt(2 k_B T K) dW`, `Y = (z - <z>) / sqrt(eps)`.
 *
 * The covariance starts from local equilibrium and follows `dC/dt = A C + C A^T + 2 k_B T K`. Steps are
 * those of the trapezoidal rule for Y: stable for any length, C stays positive semi-definite, and
 * equilibrium stays what it is. Densities linear on each element carry the fluctuations (the mass
 * matrix), since the variance of a hat function's average is asked for.
 *
 * @param law On a ring; its members' average speaks.
 * @param times Rising, not negative.
 * @returns `[times][elements]`; null if f is not convex somewhere on the way: there the state is not
 *   near local equilibrium.
 */
export async function fluctuations(
  law: Law,
  initialDensity: Float64Array,
  times: readonly number[],
  system: { readonly beta: number; readonly sites: number },
  signal?: AbortSignal,
): Promise<Float64Array[] | null> {
  const M = initialDensity.length;
  const temperature = 1 / system.beta;
  const average = averagedLaw(law);
  const scale = (covariance: Float64Array) =>
    Float64Array.from(
      { length: M },
      (_, i) => M * Math.sqrt(Math.max(0, covariance[i * M + i]) / system.sites),
    );

  const steps = stepsBetween(times, M);
  const middles = steps.map(({ from, length }) => from + length / 2);
  const start = await linearise(average, initialDensity);
  if (start.curvature.some((c) => !(c > 0))) return null;
  let covariance = localEquilibrium(start.curvature, temperature);
  const results: Float64Array[] = [];
  while (results.length < times.length && times[results.length] === 0) {
    results.push(scale(covariance));
  }
  if (steps.length === 0) return results;
  let k = 0;
  for await (
    const { state } of integrate({
      law: average,
      initialState: initialDensity,
      times: middles,
      method: rosenbrock2,
      control: { kind: "adaptive", tolerance: 1e-5 },
      signal,
    })
  ) {
    const at = await linearise(average, state);
    if (at.curvature.some((c) => !(c > 0))) return null;
    const { length, ends } = steps[k++];
    covariance = trapezoidalStep(covariance, at, length, temperature);
    if (ends) results.push(scale(covariance));
  }
  return results;
}

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

/** The mean over the members of a law, as a law of one. */
function averagedLaw(law: Law): Law {
  const size = memberSize(law);
  const all = new Float64Array(law.members * size);
  const values = newLawValues(law);
  return {
    ...law,
    members: 1,
    // Averages of different laws need not be one law's mobility and f': only the path is asked for.
    invariants: [],
    async evaluate(density, time, out) {
      for (let m = 0; m < law.members; m++) all.set(density, m * size);
      await law.evaluate(all, time, values);
      for (const key of ["mobility", "drivingForce", "curvature"] as const) {
        const own = out[key];
        own.fill(0);
        values[key].forEach((v, i) => own[i % own.length] += v / law.members);
      }
    },
  };
}

/** Step in density for the slope of the mobility. */
const NUDGE = 1e-3;

async function linearise(law: Law, density: Float64Array): Promise<Linearisation> {
  const values = async (shift: number) => {
    const out = newLawValues(law);
    await law.evaluate(density.map((rho) => rho + shift), 0, out);
    return out;
  };
  const [{ low, high }] = law.fields;
  const nudge = Math.min(NUDGE, ...density.map((rho) => Math.min(rho - low, high - rho) / 2));
  const above = (await values(nudge)).mobility, below = (await values(-nudge)).mobility;
  const slope = above.map((m, e) => (m - below[e]) / (2 * nudge));
  return { ...await values(0), slope };
}

/** `C_ij = integral of chi gamma_i gamma_j` with `chi = k_B T / f''` averaged over each element. */
function localEquilibrium(curvature: Float64Array, temperature: number): Float64Array {
  const M = curvature.length;
  const covariance = new Float64Array(M * M);
  for (let e = 0; e < M; e++) {
    const right = (e + 1) % M;
    const chi = temperature * (1 / curvature[e] + 1 / curvature[right]) / 2;
    const share = chi / (6 * M);
    covariance[e * M + e] += 2 * share;
    covariance[right * M + right] += 2 * share;
    covariance[e * M + right] += share;
    covariance[right * M + e] += share;
  }
  return covariance;
}

/** A matrix whose row i has entries at i - 1, i and i + 1 around the ring, `[M]` each. */
interface PeriodicTridiagonal {
  readonly lower: Float64Array;
  readonly diagonal: Float64Array;
  readonly upper: Float64Array;
}

/** `G_ij = integral of gamma_i gamma_j`. */
const massMatrix = (M: number): PeriodicTridiagonal => ({
  lower: new Float64Array(M).fill(1 / (6 * M)),
  diagonal: new Float64Array(M).fill(2 / (3 * M)),
  upper: new Float64Array(M).fill(1 / (6 * M)),
});

/**
 * `(G - h/2 B) C' (..)^T = (G + h/2 B) C (..)^T + h 2 k_B T K` in coordinates `C = G C_rho G^T`, B the
 * derivative of the drift by nodal densities and G the mass matrix.
 */
function trapezoidalStep(
  covariance: Float64Array,
  { mobility, slope, drivingForce, curvature }: Linearisation,
  h: number,
  temperature: number,
): Float64Array {
  const M = mobility.length;
  const mass = massMatrix(M), plus = massMatrix(M), minus = massMatrix(M);
  const add = (band: keyof PeriodicTridiagonal, row: number, drift: number) => {
    plus[band][row] += h / 2 * drift;
    minus[band][row] -= h / 2 * drift;
  };
  for (let e = 0; e < M; e++) {
    const right = (e + 1) % M;
    // K_{e,e+1} = -M m.
    const step = -M * slope[e] * (drivingForce[right] - drivingForce[e]) / 2;
    const byLeft = M * mobility[e] * curvature[e] + step;
    const byRight = -M * mobility[e] * curvature[right] + step;
    add("lower", right, byLeft);
    add("diagonal", right, byRight);
    add("diagonal", e, -byLeft);
    add("upper", e, -byRight);
  }
  // With X = G^-1 C G^-1, the covariance of nodal densities.
  const density = bothSides(covariance, (row) => solve(mass, row), M);
  const moved = bothSides(density, (row) => multiply(plus, row), M);
  const noise = 2 * temperature * h * M;
  for (let e = 0; e < M; e++) {
    const right = (e + 1) % M;
    moved[e * M + e] += noise * mobility[e];
    moved[right * M + right] += noise * mobility[e];
    moved[e * M + right] -= noise * mobility[e];
    moved[right * M + e] -= noise * mobility[e];
  }
  const next = bothSides(moved, (row) => solve(minus, row), M);
  return bothSides(next, (row) => multiply(mass, row), M);
}

/** `A X A^T` for symmetric X and a linear map that takes a vector to A times it, in place. */
function bothSides(X: Float64Array, map: (row: Float64Array) => void, M: number): Float64Array {
  const half = X.slice();
  for (let i = 0; i < M; i++) map(half.subarray(i * M, (i + 1) * M));
  const whole = half.map((_, k) => half[(k % M) * M + Math.floor(k / M)]);
  for (let i = 0; i < M; i++) map(whole.subarray(i * M, (i + 1) * M));
  return whole;
}

function solve({ lower, diagonal, upper }: PeriodicTridiagonal, x: Float64Array): void {
  solvePeriodicTridiagonal(lower, diagonal, upper, x, 0, new Float64Array(2 * x.length));
}

function multiply({ lower, diagonal, upper }: PeriodicTridiagonal, x: Float64Array): void {
  const M = x.length;
  const first = x[0];
  let left = x[M - 1];
  for (let i = 0; i < M; i++) {
    const own = x[i], right = i === M - 1 ? first : x[i + 1];
    x[i] = lower[i] * left + diagonal[i] * own + upper[i] * right;
    left = own;
  }
}
