/** Mobility and driving force as functions of the density, read off one profile's estimate. */
import type { OperatorEstimate } from "@spiediff/fdt-operators";

/** Values at densities, with standard errors, in ascending density. */
export interface MeasuredCurve {
  readonly density: number[];
  readonly value: number[];
  readonly standardError: number[];
}

/**
 * `m` at the elements' mean densities, from `K1 = -(1/Delta^2) integral of m`: the mean of `m` over
 * an element's linear density, whose difference from `m` at its middle is `m'' (b - a)^2 / 24`.
 *
 * @param curvature `m''` of some approximate theory: the correction is a per mille.
 */
export function mobilityCurve(
  estimate: OperatorEstimate,
  curvature: (density: number) => number,
): MeasuredCurve {
  const { elementDensity: rho, K1, K1StandardError } = estimate;
  const n = rho.length;
  return sorted(K1.map((k1, e) => {
    const [a, b] = [rho[e], rho[(e + 1) % n]];
    const middle = (a + b) / 2;
    return {
      density: middle,
      value: -k1 / n - curvature(middle) * (b - a) ** 2 / 24,
      standardError: K1StandardError[e] / n,
    };
  }));
}

/**
 * `f'` at the nodes up to one constant: `f'_{e+1} - f'_e = J_e / K1_e`, summed along the ring from the
 * node of middle density; the ring's closing error is spread evenly. The constant is chosen so that
 * the weighted mean of the difference from `gauge` vanishes. Errors of fluxes are nearly white in a
 * nodal potential, so that they do not add up along the sum.
 */
export function drivingForceCurve(
  estimate: OperatorEstimate,
  gauge: (density: number) => number,
): MeasuredCurve {
  const { density, K1, flux, fluxCovariance } = estimate;
  const n = density.length;
  // Linear map from fluxes to f': cumulative sums of J/K1, closed and centred.
  const weights = Array.from({ length: n }, (_, e) => {
    const p = new Float64Array(n);
    for (let i = 0; i < n; i++) p[i] = (i > e ? 1 / K1[e] : 0) - (i / n) / K1[e];
    const mean = p.reduce((a, b) => a + b, 0) / n;
    return p.map((v) => v - mean);
  });
  const value = density.map((_, i) => flux.reduce((s, j, e) => s + weights[e][i] * j, 0));
  const standardError = density.map((_, i) => {
    let variance = 0;
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < n; b++) {
        variance += weights[a][i] * fluxCovariance[a * n + b] * weights[b][i];
      }
    }
    return Math.sqrt(variance);
  });
  const offset = density.reduce((s, rho, i) => s + gauge(rho) - value[i], 0) / n;
  return sorted(
    density.map((rho, i) => ({
      density: rho,
      value: value[i] + offset,
      standardError: standardError[i],
    })),
  );
}

function sorted(
  points: { density: number; value: number; standardError: number }[],
): MeasuredCurve {
  points.sort((a, b) => a.density - b.density);
  return {
    density: points.map((p) => p.density),
    value: points.map((p) => p.value),
    standardError: points.map((p) => p.standardError),
  };
}
