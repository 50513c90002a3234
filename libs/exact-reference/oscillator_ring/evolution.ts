/**
 * The ring's macroscopic law, spectrally accurate: `r_t = p_x + nu0 r_xx`,
 * `p_t = tau_x + (nu0 + nu1) p_xx`, `e_t = (tau p)_x + [nu0 e + nu1 (p^2 + T)/2]_xx`.
 */
import { applyCirculant, circulant, followed } from "../spectral.ts";
import type { RingNoise } from "./mobility.ts";
import type { RingEquilibrium, RingThermodynamics } from "./thermodynamics.ts";

/** Stretch, momentum and energy, each `[gridPoints]` at the points `i / gridPoints`. */
export interface RingFields {
  readonly stretch: Float64Array;
  readonly momentum: Float64Array;
  readonly energy: Float64Array;
}

/** A start in local equilibrium, by functions of position. */
export interface RingProfile {
  stretch(x: number): number;
  momentum(x: number): number;
  temperature(x: number): number;
}

/** Point values of a profile at `i / points`. */
export function ringFields(
  thermodynamics: RingThermodynamics,
  { stretch, momentum, temperature }: RingProfile,
  points: number,
): RingFields {
  const over = (value: (x: number) => number) =>
    Float64Array.from({ length: points }, (_, i) => value(i / points));
  return {
    stretch: over(stretch),
    momentum: over(momentum),
    energy: over((x) =>
      thermodynamics.atStretch(stretch(x), temperature(x)).internalEnergy + momentum(x) ** 2 / 2
    ),
  };
}

/**
 * Solves the law by RK4, products freed of aliases by the two-thirds rule.
 *
 * @param times Ascending macroscopic times.
 * @param options `gridPoints`, and the largest `step`, which stability may shorten.
 * @returns The fields at each time.
 */
export function solveOscillatorRing(
  thermodynamics: RingThermodynamics,
  { resampling, exchange }: RingNoise,
  profile: RingProfile,
  times: readonly number[],
  { gridPoints = 128, step = 5e-4 } = {},
): RingFields[] {
  const n = gridPoints, shortest = 2 * Math.PI * Math.floor(n / 3);
  const first = circulant(n, (k) => [0, k < shortest ? k : 0]);
  const second = circulant(n, (k) => [k < shortest ? -k * k : 0, 0]);
  // RK4 is stable to 2.78 on the negative axis.
  const limit = Math.min(step, 2 / ((resampling + exchange) * shortest ** 2));
  const near: (RingEquilibrium | undefined)[] = new Array(n).fill(undefined);
  const flow = new Float64Array(n), heat = new Float64Array(n), tension = new Float64Array(n);

  const rate = (state: Float64Array): Float64Array => {
    const [r, p, e] = [0, 1, 2].map((field) => state.subarray(field * n, (field + 1) * n));
    for (let i = 0; i < n; i++) {
      const here = near[i] = thermodynamics.at(r[i], e[i] - p[i] * p[i] / 2, near[i]);
      tension[i] = here.tension;
      flow[i] = here.tension * p[i];
      heat[i] = resampling * e[i] + exchange * (p[i] * p[i] + here.temperature) / 2;
    }
    const out = new Float64Array(3 * n);
    const add = (field: number, column: Float64Array, values: Float64Array, factor: number) => {
      applyCirculant(column, values).forEach((v, i) => out[field * n + i] += factor * v);
    };
    add(0, first, p, 1);
    add(0, second, r, resampling);
    add(1, first, tension, 1);
    add(1, second, p, resampling + exchange);
    add(2, first, flow, 1);
    add(2, second, heat, 1);
    return out;
  };

  const start = ringFields(thermodynamics, profile, n);
  const initial = new Float64Array([...start.stretch, ...start.momentum, ...start.energy]);
  return followed(rate, initial, times, limit).map((state) => ({
    stretch: state.slice(0, n),
    momentum: state.slice(n, 2 * n),
    energy: state.slice(2 * n),
  }));
}
