/**
 * Solutions of a local law as a differential equation, `d_t rho = d_xx P(rho)` with `P' = m f''`: no
 * elements, no mobilities, no free energy, hence independent of how the solver does it.
 */
import { type ChebyshevSeries, chebyshevSeries } from "@spiediff/numerics";
import { curvatureOf } from "./curvature.ts";
import type { ExactReference } from "./types.ts";

/** Weights of the second derivative by sixth-order central differences. */
const WEIGHTS = [-49 / 18, 3 / 2, -3 / 20, 1 / 90];
/** The largest eigenvalue of these differences times the squared spacing. */
const STIFFEST = 49 / 18 + 2 * (3 / 2 + 3 / 20 + 1 / 90);
/** Share of the stability limit of the classical Runge-Kutta method, 2.78. */
const STABLE = 2.5;

/**
 * P of the long-range limit, by parts: its derivative is `exp(-b rho) (1 - b rho (1 - rho))`, `b = beta J0`,
 * hop-rate prefactor 1 (docs/theory.md section 5).
 */
export function longRangePressure(betaJ0: number): (density: number) => number {
  const b = betaJ0;
  if (b === 0) return (rho) => rho;
  return (rho) => Math.exp(-b * rho) * (-2 / (b * b) + (1 - 2 / b) * rho - rho * rho);
}

/** Densities at which `m f''` is computed; between them by a Chebyshev series. */
const DENSITIES = 65;
/** Of the range, on either side: differences may overshoot a little. */
const ROOM = 0.01;

/** Ends of what densities may be, both open. */
interface Domain {
  readonly low: number;
  readonly high: number;
}

/** That of the occupied fraction of sites. */
const OCCUPIED: Domain = { low: 0, high: 1 };

/** A function of density over a range, and a little beyond, inside of the domain. */
export function seriesOver(
  value: (density: number) => number,
  low: number,
  high: number,
  domain = OCCUPIED,
): ChebyshevSeries {
  const room = Math.min(ROOM * (high - low), (low - domain.low) / 2, (domain.high - high) / 2);
  return chebyshevSeries(value, low - room, high + room, DENSITIES);
}

/**
 * P of a reference's local law over a range of densities, up to a constant: `P' = m f''`, integrated as a series.
 *
 * @returns Also the largest `P'` there, which sets the steps.
 */
export function pressureOf(
  reference: Pick<ExactReference, "mobility" | "drivingForce">,
  low: number,
  high: number,
  domain = OCCUPIED,
): { pressure(density: number): number; readonly diffusivity: number } {
  let diffusivity = 0;
  const series = seriesOver(
    (rho) => {
      const value = reference.mobility(rho) * curvatureOf(reference, rho);
      diffusivity = Math.max(diffusivity, value);
      return value;
    },
    low,
    high,
    domain,
  );
  return { pressure: series.integral, diffusivity };
}

/**
 * The density at equally spaced points, one array `[points]` for each time.
 *
 * @param diffusivity At least the largest `P'` on the way: steps are as long as it allows.
 * @param times Rising, not negative.
 */
export function solveDiffusion(
  pressure: (density: number) => number,
  diffusivity: number,
  initial: (x: number) => number,
  times: readonly number[],
  points: number,
): Float64Array[] {
  let density: Float64Array = Float64Array.from(
    { length: points },
    (_, i) => initial(i / points),
  );
  let now = 0;
  const longest = STABLE / (diffusivity * STIFFEST * points * points);
  return times.map((time) => {
    const count = Math.max(1, Math.ceil((time - now) / longest));
    for (let n = 0; n < count; n++) density = step(pressure, density, (time - now) / count);
    now = time;
    return density;
  });
}

/** The classical Runge-Kutta method of order 4. */
function step(pressure: (rho: number) => number, y: Float64Array, h: number): Float64Array {
  const moved = (k: Float64Array, length: number) => y.map((v, i) => v + length * k[i]);
  const a = rate(pressure, y);
  const b = rate(pressure, moved(a, h / 2));
  const c = rate(pressure, moved(b, h / 2));
  const d = rate(pressure, moved(c, h));
  return y.map((v, i) => v + h / 6 * (a[i] + 2 * (b[i] + c[i]) + d[i]));
}

function rate(pressure: (rho: number) => number, density: Float64Array): Float64Array {
  const n = density.length;
  const p = density.map(pressure);
  return p.map((own, i) => {
    let sum = WEIGHTS[0] * own;
    for (let k = 1; k < 4; k++) sum += WEIGHTS[k] * (p[(i + k) % n] + p[(i + n - k) % n]);
    return n * n * sum;
  });
}

/**
 * Averages over the hat functions of a mesh `[elements]` of the trigonometric interpolant through equally
 * spaced values: each mode times its `sinc^2`.
 */
export function hatAverages(values: Float64Array, elements: number): Float64Array {
  const n = values.length;
  const out = new Float64Array(elements);
  for (let k = 0; k < n / 2; k++) {
    let re = 0, im = 0;
    values.forEach((v, j) => {
      re += v * Math.cos(2 * Math.PI * (k * j % n) / n);
      im += v * Math.sin(2 * Math.PI * (k * j % n) / n);
    });
    const half = Math.PI * k / elements;
    const factor = (k === 0 ? 1 : 2 * (Math.sin(half) / half) ** 2) / n;
    for (let i = 0; i < elements; i++) {
      out[i] += factor * (re * Math.cos(2 * half * i) + im * Math.sin(2 * half * i));
    }
  }
  return out;
}
