import { type Law, memberSize, newLawValues } from "@spiediff/law";
import { integrate, rosenbrock2 } from "@spiediff/macro-solver";
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
  const mass = massMatrix(M);
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
    covariance = trapezoidalStep(covariance, at, length, temperature, mass);
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

interface MassMatrix {
  readonly mass: Float64Array;
  readonly solveMass: (columns: Float64Array) => Float64Array;
}

/** `G_ij = integral of gamma_i gamma_j`: local equilibrium with `chi = 1`. */
function massMatrix(M: number): MassMatrix {
  const mass = localEquilibrium(new Float64Array(M).fill(1), 1);
  return { mass, solveMass: factorised(mass, M) };
}

/**
 * `(G - h/2 B) C' (..)^T = (G + h/2 B) C (..)^T + h 2 k_B T K` in coordinates `C = G C_rho G^T`, B the
 * derivative of the drift by nodal densities and G the mass matrix.
 */
function trapezoidalStep(
  covariance: Float64Array,
  { mobility, slope, drivingForce, curvature }: Linearisation,
  h: number,
  temperature: number,
  { mass, solveMass }: MassMatrix,
): Float64Array {
  const M = mobility.length;
  const plus = mass.slice(), minus = mass.slice();
  const add = (row: number, column: number, drift: number) => {
    plus[row * M + column] += h / 2 * drift;
    minus[row * M + column] -= h / 2 * drift;
  };
  for (let e = 0; e < M; e++) {
    const right = (e + 1) % M;
    // K_{e,e+1} = -M m.
    const step = -M * slope[e] * (drivingForce[right] - drivingForce[e]) / 2;
    const byLeft = M * mobility[e] * curvature[e] + step;
    const byRight = -M * mobility[e] * curvature[right] + step;
    add(right, e, byLeft);
    add(right, right, byRight);
    add(e, e, -byLeft);
    add(e, right, -byRight);
  }
  // With X = G^-1 C G^-1, the covariance of nodal densities.
  const density = bothSides(covariance, solveMass, M);
  const moved = sandwiched(plus, density, M);
  const noise = 2 * temperature * h * M;
  for (let e = 0; e < M; e++) {
    const right = (e + 1) % M;
    moved[e * M + e] += noise * mobility[e];
    moved[right * M + right] += noise * mobility[e];
    moved[e * M + right] -= noise * mobility[e];
    moved[right * M + e] -= noise * mobility[e];
  }
  return sandwiched(mass, bothSides(moved, factorised(minus, M), M), M);
}

/** `A X A^T`. */
function sandwiched(A: Float64Array, X: Float64Array, M: number): Float64Array {
  return product(A, transposed(product(A, X, M), M), M);
}

/** `A^-1 X A^-T` for symmetric X. */
function bothSides(
  X: Float64Array,
  solve: (columns: Float64Array) => Float64Array,
  M: number,
): Float64Array {
  return solve(transposed(solve(X), M));
}

function product(A: Float64Array, X: Float64Array, M: number): Float64Array {
  const out = new Float64Array(M * M);
  for (let i = 0; i < M; i++) {
    for (let k = 0; k < M; k++) {
      const a = A[i * M + k];
      if (a === 0) continue;
      for (let j = 0; j < M; j++) out[i * M + j] += a * X[k * M + j];
    }
  }
  return out;
}

function transposed(X: Float64Array, M: number): Float64Array {
  return X.map((_, k) => X[(k % M) * M + Math.floor(k / M)]);
}

/** LU decomposition with row exchanges; returns the solver for M right-hand sides, `[M][M]`. */
function factorised(matrix: Float64Array, M: number): (columns: Float64Array) => Float64Array {
  const lu = matrix.slice();
  const order = Array.from({ length: M }, (_, i) => i);
  for (let c = 0; c < M; c++) {
    let pivot = c;
    for (let r = c + 1; r < M; r++) {
      if (Math.abs(lu[order[r] * M + c]) > Math.abs(lu[order[pivot] * M + c])) pivot = r;
    }
    [order[c], order[pivot]] = [order[pivot], order[c]];
    const top = order[c] * M;
    for (let r = c + 1; r < M; r++) {
      const row = order[r] * M;
      const factor = lu[row + c] /= lu[top + c];
      if (factor !== 0) { for (let j = c + 1; j < M; j++) lu[row + j] -= factor * lu[top + j]; }
    }
  }
  return (columns) => {
    const x = new Float64Array(M * M);
    for (let r = 0; r < M; r++) {
      const own = x.subarray(r * M, (r + 1) * M);
      own.set(columns.subarray(order[r] * M, (order[r] + 1) * M));
      subtract(own, r, 0, r);
    }
    for (let r = M - 1; r >= 0; r--) {
      const own = x.subarray(r * M, (r + 1) * M);
      subtract(own, r, r + 1, M);
      for (let j = 0; j < M; j++) own[j] /= lu[order[r] * M + r];
    }
    return x;

    function subtract(own: Float64Array, r: number, from: number, to: number): void {
      for (let k = from; k < to; k++) {
        const factor = lu[order[r] * M + k];
        if (factor !== 0) { for (let j = 0; j < M; j++) own[j] -= factor * x[k * M + j]; }
      }
    }
  };
}
