import { Matrix, solve } from "ml-matrix";
import { meanAndStd } from "./_statistics.ts";
import type { OperatorData } from "./types.ts";

/**
 * One profile, ready for the free-energy training; all arrays `[M]`, entry e of the last three for
 * the element between nodes e and e+1.
 */
export interface ForceRows {
  readonly density: Float64Array;
  /** f' at the nodes as the data have it: fluxes over the trained K1, summed around the ring. */
  readonly observedForce: Float64Array;
  /** K1 of the trained model, constant in this training. */
  readonly k1: Float64Array;
  readonly flux: Float64Array;
  readonly fluxStandardError: Float64Array;
}

/**
 * Turns fluxes into noisy observations of f' (the diffusion's clean data).
 *
 * Fluxes and the trained K1 give the steps of f' between neighbours; the ring is closed by least
 * squares; and the constant that each profile leaves open is set by one smooth curve through the
 * steps of all profiles (Chebyshev polynomials, weighted least squares). Multiplying by K takes
 * these observations back to the drift: the diffusion runs over the drift, in the coordinates in
 * which its samples are functions of the density alone.
 *
 * @param k1 `[profiles][M]` from the trained operator model, all negative.
 * @throws {RangeError} if an entry of `k1` is not negative.
 */
export function forceRows(data: readonly OperatorData[], k1: readonly Float64Array[]): ForceRows[] {
  const open = data.map((d, p) => {
    k1[p].forEach((entry, e) => {
      if (!(entry < 0)) {
        throw new RangeError(
          `K1 of element ${e}, profile ${d.profileName}, is ${entry}, not below 0.`,
        );
      }
    });
    return {
      density: Float64Array.from(d.density),
      k1: k1[p],
      flux: Float64Array.from(d.flux),
      fluxStandardError: Float64Array.from(d.fluxStandardError),
      ...closedSteps(d, k1[p]),
    };
  });
  const curve = smoothForce(open);
  return open.map(({ steps, stepVariance: _, ...row }) => {
    const observedForce = new Float64Array(steps.length);
    for (let i = 1; i < steps.length; i++) observedForce[i] = observedForce[i - 1] + steps[i - 1];
    let shift = 0;
    observedForce.forEach((v, i) => shift += (curve(row.density[i]) - v) / steps.length);
    return { ...row, observedForce: observedForce.map((v) => v + shift) };
  });
}

interface OpenRow {
  readonly density: Float64Array;
  readonly steps: Float64Array;
  readonly stepVariance: Float64Array;
}

/** Steps f'_{e+1} - f'_e, adjusted so that they sum to zero around the ring, and their variances. */
function closedSteps(
  d: OperatorData,
  k1: Float64Array,
): { steps: Float64Array; stepVariance: Float64Array } {
  const steps = k1.map((k, e) => d.flux[e] / k);
  const stepVariance = k1.map((k, e) => (d.fluxStandardError[e] / k) ** 2);
  const excess = steps.reduce((a, b) => a + b, 0);
  const total = stepVariance.reduce((a, b) => a + b, 0);
  return { steps: steps.map((s, e) => s - excess * stepVariance[e] / total), stepVariance };
}

const DEGREE = 9;

/** The smooth f' (up to a constant) whose steps fit those of all profiles best. */
export function smoothForce(rows: readonly OpenRow[]): (density: number) => number {
  const low = Math.min(...rows.map((r) => Math.min(...r.density)));
  const high = Math.max(...rows.map((r) => Math.max(...r.density)));
  const basis = (rho: number) => chebyshev((2 * rho - low - high) / (high - low));
  const normal = Matrix.zeros(DEGREE, DEGREE);
  const right = Matrix.zeros(DEGREE, 1);
  for (const { density, steps, stepVariance } of rows) {
    const values = Array.from(density, basis);
    steps.forEach((step, e) => {
      const next = values[(e + 1) % values.length];
      const difference = next.map((v, k) => v - values[e][k]);
      for (let a = 0; a < DEGREE; a++) {
        right.set(a, 0, right.get(a, 0) + difference[a] * step / stepVariance[e]);
        for (let b = 0; b < DEGREE; b++) {
          normal.set(a, b, normal.get(a, b) + difference[a] * difference[b] / stepVariance[e]);
        }
      }
    });
  }
  // A touch of ridge keeps degrees that the data do not determine at zero.
  const ridge = 1e-9 * normal.trace() / DEGREE;
  for (let a = 0; a < DEGREE; a++) normal.set(a, a, normal.get(a, a) + ridge);
  const coefficients = solve(normal, right).to1DArray();
  return (rho) => basis(rho).reduce((sum, v, k) => sum + coefficients[k] * v, 0);
}

/** Chebyshev polynomials of degree 1 to DEGREE. */
function chebyshev(x: number): number[] {
  const values = [x, 2 * x * x - 1];
  while (values.length < DEGREE) values.push(2 * x * values.at(-1)! - values.at(-2)!);
  return values;
}

/** Normalisation of f' over all nodes of all profiles. */
export function forceScaling(rows: readonly ForceRows[]): { mean: number; std: number } {
  return meanAndStd(rows.flatMap((row) => [...row.observedForce]));
}
