/**
 * The Poisson operator of stretch, momentum and energy: the constant canonical operator of (r, p, s),
 * `[[0, D, 0], [D, 0, 0], [0, 0, 0]]`, carried node by node to (r, p, e), with the tension
 * `tau = -s_r / s_u = de/dr` and `p = de/dp` at constant entropy. Hence antisymmetry, Jacobi's identity and
 * `L dS/dz = 0` hold on every mesh, to rounding, whatever `s` with `s_u > 0`.
 */
import { difference } from "./difference.ts";

/** `de/dr` and `de/dp` at constant entropy, `[nodes]` each. */
export interface EnergySlopes {
  readonly tension: Float64Array;
  readonly momentum: Float64Array;
}

/** `out = L x`, both `[3, nodes]`. */
export function applyPoisson(
  { tension, momentum }: EnergySlopes,
  x: Float64Array,
  out: Float64Array,
): void {
  const n = tension.length;
  const force = new Float64Array(n), velocity = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    force[i] = x[i] + tension[i] * x[2 * n + i];
    velocity[i] = x[n + i] + momentum[i] * x[2 * n + i];
  }
  const stretching = out.subarray(0, n), acceleration = out.subarray(n, 2 * n);
  difference(velocity, stretching);
  difference(force, acceleration);
  for (let i = 0; i < n; i++) {
    out[2 * n + i] = momentum[i] * acceleration[i] + tension[i] * stretching[i];
  }
}

/** `out = (dL/dz v) x`: what {@link applyPoisson} changes by when its slopes change by `change`. */
function applyPoissonChange(
  slopes: EnergySlopes,
  change: EnergySlopes,
  x: Float64Array,
  out: Float64Array,
): void {
  const { tension, momentum } = slopes;
  const n = tension.length;
  const whole = new Float64Array(3 * n);
  applyPoisson(slopes, x, whole);
  const force = new Float64Array(n), velocity = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    force[i] = change.tension[i] * x[2 * n + i];
    velocity[i] = change.momentum[i] * x[2 * n + i];
  }
  const stretching = out.subarray(0, n), acceleration = out.subarray(n, 2 * n);
  difference(velocity, stretching);
  difference(force, acceleration);
  for (let i = 0; i < n; i++) {
    out[2 * n + i] = momentum[i] * acceleration[i] + tension[i] * stretching[i] +
      change.momentum[i] * whole[n + i] + change.tension[i] * whole[i];
  }
}

/** A tension at each node as a function of the fields there: what decides whether Jacobi's identity holds. */
export interface LocalTension {
  value(stretch: number, momentum: number, energy: number): number;
  /** Fills its derivatives in stretch, momentum and energy. */
  gradient(stretch: number, momentum: number, energy: number, out: Float64Array): void;
}

/**
 * Jacobi's identity for the functionals with constant derivatives a, b and c at a state:
 * `{{a,b},c} + cyclic` over the sum of the three absolute terms, which is 0 for a Poisson operator and of
 * order 1 for any other antisymmetric one.
 *
 * @param state `[3, nodes]`, as are `a`, `b`, `c`.
 */
export function jacobiDefect(
  tension: LocalTension,
  state: Float64Array,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
): number {
  const n = state.length / 3;
  const at = (i: number) => [state[i], state[n + i], state[2 * n + i]] as const;
  const gradients = new Float64Array(3 * n);
  const slopes = {
    tension: Float64Array.from({ length: n }, (_, i) => tension.value(...at(i))),
    momentum: state.slice(n, 2 * n),
  };
  for (let i = 0; i < n; i++) tension.gradient(...at(i), gradients.subarray(3 * i, 3 * i + 3));
  /** `v^T grad (b^T L c)` with `v = L^T a`. */
  const term = (a: Float64Array, b: Float64Array, c: Float64Array) => {
    const v = new Float64Array(3 * n), changed = new Float64Array(3 * n);
    applyPoisson(slopes, a, v);
    const change = { tension: new Float64Array(n), momentum: new Float64Array(n) };
    for (let i = 0; i < n; i++) {
      change.momentum[i] = -v[n + i];
      for (let field = 0; field < 3; field++) {
        change.tension[i] -= gradients[3 * i + field] * v[field * n + i];
      }
    }
    applyPoissonChange(slopes, change, c, changed);
    return changed.reduce((sum, value, k) => sum + b[k] * value, 0);
  };
  const terms = [term(a, b, c), term(b, c, a), term(c, a, b)];
  const size = terms.reduce((sum, value) => sum + Math.abs(value), 0);
  return size === 0 ? 0 : Math.abs(terms[0] + terms[1] + terms[2]) / size;
}
