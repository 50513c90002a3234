/** Densities at later times under `d_t rho = d_xx P(rho)`, `P' = D`, with their tangents in ln D. */
import { Matrix } from "ml-matrix";
import type { PriorBasis } from "./prior_basis.ts";

/** Grid of densities that D's integrals are tabulated on. */
const DENSITIES = 800;
/** Step over the grid's spacing squared and the largest D: the classic method is stable below 0.52. */
const STEP = 0.4;

/** A profile that has moved. */
export interface MovedProfile {
  readonly time: number;
  /** `[n]`. */
  readonly density: Float64Array;
  /** `[n, basis]`, by each coefficient of ln D. */
  readonly tangent: Matrix;
}

/**
 * Integrates the density and its tangents together, on a ring of n points, by differences of fourth order and
 * the classic Runge-Kutta method.
 *
 * @param start `[n]` densities at equally spaced points of the unit ring. @param times Rising, above 0.
 */
export function linearisedDiffusion(
  start: Float64Array,
  times: readonly number[],
  diffusivity: (density: number) => number,
  basis: PriorBasis,
): MovedProfile[] {
  const n = start.length, width = basis.size + 1;
  const tables = tabulate(start, diffusivity, basis);
  const longest = STEP / (n * n * tables.most);
  // Columns of one row: the density, then its tangents.
  let state = new Float64Array(n * width);
  start.forEach((rho, i) => state[i * width] = rho);
  const potential = new Float64Array(n * width);
  const rate = (from: Float64Array, out: Float64Array) => {
    for (let i = 0; i < n; i++) tables.potentials(from, i * width, potential);
    laplacian(potential, n, width, out);
  };
  const moved: MovedProfile[] = [];
  let time = 0;
  for (const target of times) {
    const steps = Math.ceil((target - time) / longest);
    state = rungeKutta(state, rate, (target - time) / steps, steps);
    time = target;
    const rows = Array.from({ length: n }, (_, i) => state.slice(i * width, (i + 1) * width));
    moved.push({
      time,
      density: Float64Array.from(rows, ([rho]) => rho),
      tangent: new Matrix(rows.map((row) => row.subarray(1))),
    });
  }
  return moved;
}

interface Tables {
  /** Largest D. */
  readonly most: number;
  /** P and its tangents, `[width]` at `at`, for a state's row there. */
  potentials(state: Float64Array, at: number, out: Float64Array): void;
}

/** Between the least and the greatest density at the start, which no later one leaves. */
function tabulate(
  start: Float64Array,
  diffusivity: (density: number) => number,
  basis: PriorBasis,
): Tables {
  const least = Math.min(...start), range = Math.max(Math.max(...start) - least, 1e-9);
  const low = least - 0.01 * range, step = 1.02 * range / DENSITIES;
  const width = basis.size + 1;
  const D = Float64Array.from({ length: DENSITIES + 1 }, (_, g) => diffusivity(low + g * step));
  // P and dP/dc_k = integral of D b_k, by the trapezoidal rule.
  const integrals = new Float64Array((DENSITIES + 1) * width);
  let before = basis.values(low);
  for (let g = 1; g <= DENSITIES; g++) {
    const values = basis.values(low + g * step), at = g * width;
    integrals[at] = integrals[at - width] + step * (D[g - 1] + D[g]) / 2;
    for (let k = 0; k < basis.size; k++) {
      integrals[at + 1 + k] = integrals[at - width + 1 + k] +
        step * (D[g - 1] * before[k] + D[g] * values[k]) / 2;
    }
    before = values;
  }
  return {
    most: Math.max(...D),
    potentials(state, at, out) {
      const place = Math.min(Math.max((state[at] - low) / step, 0), DENSITIES - 1e-9);
      const g = Math.floor(place), share = place - g, from = g * width;
      const own = D[g] + share * (D[g + 1] - D[g]);
      // Of P with its slope at both ends: a cubic, or the rounding of the table would be that of the answer.
      out[at] = integrals[from] + step * share * (D[g] + share * (D[g + 1] - D[g]) / 2);
      for (let k = 1; k < width; k++) {
        const low = integrals[from + k], high = integrals[from + width + k];
        out[at + k] = own * state[at + k] + low + share * (high - low);
      }
    },
  };
}

/** Second derivative on the unit ring, to fourth order. */
function laplacian(values: Float64Array, n: number, width: number, out: Float64Array): void {
  const scale = n * n / 12;
  for (let i = 0; i < n; i++) {
    const [a, b, c, d] = [i - 2, i - 1, i + 1, i + 2].map((j) => ((j + n) % n) * width);
    const own = i * width;
    for (let k = 0; k < width; k++) {
      out[own + k] = scale * (16 * (values[b + k] + values[c + k]) - values[a + k] -
        values[d + k] - 30 * values[own + k]);
    }
  }
}

function rungeKutta(
  start: Float64Array,
  rate: (from: Float64Array, out: Float64Array) => void,
  h: number,
  steps: number,
): Float64Array<ArrayBuffer> {
  const state = Float64Array.from(start), at = new Float64Array(state.length);
  const slope = new Float64Array(state.length), sum = new Float64Array(state.length);
  for (let step = 0; step < steps; step++) {
    sum.fill(0);
    at.set(state);
    for (const [next, weight] of [[0.5, 1], [0.5, 2], [1, 2], [0, 1]]) {
      rate(at, slope);
      for (let i = 0; i < at.length; i++) {
        sum[i] += weight * slope[i];
        at[i] = state[i] + next * h * slope[i];
      }
    }
    for (let i = 0; i < state.length; i++) state[i] += h / 6 * sum[i];
  }
  return state;
}
