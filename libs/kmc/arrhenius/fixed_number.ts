/**
 * Independent sites given their number of particles: exact, by halves.
 *
 * The number of particles in every dyadic piece of the lattice has a Poisson-binomial law, computed once from
 * the bottom; a sample divides the total between the halves of each piece from the top. A law is kept to
 * where its tails fall below `1e-18`, so a sample costs `O(N)`.
 */
import type { ConfigurationSampler } from "./types.ts";

/** Law of the number of particles in a piece: `P(first + i) = weight[i]`. */
interface Piece {
  readonly start: number;
  readonly sites: number;
  readonly first: number;
  readonly weight: Float64Array;
  readonly halves: readonly [Piece, Piece] | null;
}

const NEGLIGIBLE = 1e-18;

/** Samples with `round(sum of density)` particles, and that law's mean densities. */
export function fixedNumberSampler(density: Float64Array): ConfigurationSampler {
  const total = Math.round(density.reduce((a, b) => a + b, 0));
  const whole = piece(density, 0, density.length);
  return (out, stream) => divide(whole, total, out, stream.uniform);
}

function piece(density: Float64Array, start: number, sites: number): Piece {
  if (sites === 1) {
    const weight = Float64Array.of(1 - density[start], density[start]);
    return { start, sites, first: 0, weight, halves: null };
  }
  const half = sites >> 1;
  const left = piece(density, start, half);
  const right = piece(density, start + half, sites - half);
  const weight = new Float64Array(left.weight.length + right.weight.length - 1);
  left.weight.forEach((p, i) => {
    for (let j = 0; j < right.weight.length; j++) weight[i + j] += p * right.weight[j];
  });
  let from = 0, to = weight.length;
  while (weight[from] < NEGLIGIBLE) from++;
  while (weight[to - 1] < NEGLIGIBLE) to--;
  const first = left.first + right.first + from;
  return { start, sites, first, weight: weight.slice(from, to), halves: [left, right] };
}

function divide(
  { start, sites, halves }: Piece,
  particles: number,
  out: Uint8Array,
  uniform: () => number,
): void {
  if (particles === 0 || particles === sites || halves === null) {
    out.fill(particles === 0 ? 0 : 1, start, start + sites);
    return;
  }
  const [left, right] = halves;
  const low = Math.max(left.first, particles - right.first - right.weight.length + 1);
  const high = Math.min(left.first + left.weight.length - 1, particles - right.first);
  const share = (n: number) =>
    left.weight[n - left.first] * right.weight[particles - n - right.first];
  let sum = 0;
  for (let n = low; n <= high; n++) sum += share(n);
  let rest = uniform() * sum;
  let n = low;
  for (; n < high; n++) {
    rest -= share(n);
    if (rest < 0) break;
  }
  divide(left, n, out, uniform);
  divide(right, particles - n, out, uniform);
}
