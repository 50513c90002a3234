/** The covariance of `Y = (z - <z>) / sqrt(eps)` on a ring, `[M, M]`. */
import { type Linearisation, massAndDrift } from "./linearised_law.ts";
import { bothSides, massMatrix, multiply, solve } from "./periodic_tridiagonal.ts";

/** `C_ij = integral of chi gamma_i gamma_j` with `chi = k_B T / f''` averaged over each element. */
export function localEquilibrium(curvature: Float64Array, temperature: number): Float64Array {
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

/** `(G - h/2 B) C' (..)^T = (G + h/2 B) C (..)^T + h 2 k_B T K` in coordinates `C = G C_rho G^T`. */
export function nextCovariance(
  covariance: Float64Array,
  at: Linearisation,
  h: number,
  temperature: number,
): Float64Array {
  const { mobility } = at;
  const M = mobility.length;
  const mass = massMatrix(M), plus = massAndDrift(at, h / 2), minus = massAndDrift(at, -h / 2);
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
