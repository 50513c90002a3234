import { rootBetween } from "@spiediff/numerics";

/** Largest range whose states, `2^L` of them, are enumerated. */
export const LARGEST_ENUMERATED = 10;
/** Relative change of the eigenvector at which the iteration ends, and a bound on its length. */
const CONVERGED = 1e-15, MOST_ITERATIONS = 100_000;

/** Equilibrium of the infinite lattice gas at one chemical potential. */
interface Equilibrium {
  readonly density: number;
  /** Probability that two neighbouring sites are both vacant. */
  readonly vacantPair: number;
  /** Pressure times beta, `ln` of the largest eigenvalue. */
  readonly pressure: number;
}

/**
 * Transfer matrix of a lattice gas whose particles bind over `L` sites, exactly: a state holds the occupation
 * of `L` sites, the latest in bit 0, and goes over to two others.
 *
 * @param couplings `beta J(r)` `[L + 1]`; entry 0 does not count.
 */
export function transferMatrix(couplings: ArrayLike<number>): (potential: number) => Equilibrium {
  const range = couplings.length - 1;
  const states = 1 << range, mask = states - 1;
  const binding = Float64Array.from({ length: states }, (_, s) => {
    let sum = 0;
    for (let r = 1; r <= range; r++) if ((s >> (r - 1)) & 1) sum += couplings[r];
    return sum;
  });
  const right = new Float64Array(states).fill(1), left = right.slice();
  return (potential) => {
    const weight = binding.map((energy) => Math.exp(potential + energy));
    // Of a state, what follows it; and by the transpose, what it follows.
    const value = iterate(right, (v, out) => {
      for (let s = 0; s < states; s++) {
        const next = (s << 1) & mask;
        out[s] = v[next] + weight[s] * v[next | 1];
      }
    });
    iterate(left, (v, out) => {
      out.fill(0);
      for (let s = 0; s < states; s++) {
        const next = (s << 1) & mask;
        out[next] += v[s];
        out[next | 1] += weight[s] * v[s];
      }
    });
    let total = 0, occupied = 0, vacant = 0;
    for (let s = 0; s < states; s++) {
      const p = left[s] * right[s];
      total += p;
      if (s & 1) occupied += p;
      // One site holds no pair: there the step to a next vacancy tells.
      if (range === 1) vacant += s === 0 ? p / value : 0;
      else if ((s & 3) === 0) vacant += p;
    }
    return {
      density: occupied / total,
      vacantPair: vacant / total,
      pressure: Math.log(value),
    };
  };
}

/** Power iteration in place, to the eigenvector of the largest eigenvalue. @returns The eigenvalue. */
function iterate(
  v: Float64Array,
  apply: (v: Float64Array, out: Float64Array) => void,
): number {
  const out = new Float64Array(v.length);
  let value = 0;
  for (let n = 0; n < MOST_ITERATIONS; n++) {
    apply(v, out);
    let size = 0, change = 0;
    for (let s = 0; s < v.length; s++) size += out[s];
    for (let s = 0; s < v.length; s++) {
      const next = out[s] / size;
      change += Math.abs(next - v[s]);
      v[s] = next;
    }
    value = size;
    if (change < CONVERGED * v.length) break;
  }
  // Of a vector of sum 1 the sum of its image is the eigenvalue.
  return value;
}

/**
 * Equilibrium at a density, with the chemical potential times beta that gives it.
 *
 * @param cohesion `2 sum of beta J(r)`.
 */
export function equilibriumAt(
  solve: (potential: number) => Equilibrium,
  density: number,
  cohesion: number,
): Equilibrium & { readonly potential: number } {
  // Without correlations ln(rho / (1 - rho)) - cohesion rho; these change it by less than the cohesion.
  const guess = Math.log(density / (1 - density)) - cohesion * density;
  const room = 1 + Math.abs(cohesion);
  const potential = rootBetween(
    (mu) => Math.log(solve(mu).density / density),
    guess - room,
    guess + room,
    1e-13,
  );
  return { potential, ...solve(potential) };
}
