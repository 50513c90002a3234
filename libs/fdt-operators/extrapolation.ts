/** `h -> 0` by generalised least squares in `sqrt(h)`. */
import { errorCovariance } from "./jackknife.ts";
import type { Jackknife } from "./jackknife.ts";
import { chiSquarePValue } from "./chi_square.ts";
import type { ChiSquare } from "./types.ts";

/**
 * Fits `K(h) = K(0) + slope sqrt(h)` for every element and returns `K(0)` as a jackknife, with the
 * chi-square of the fit.
 *
 * The model is not an expansion: for local equilibrium the next term is exponentially small while
 * `sqrt(D h) << Delta` (see `closedBand`), so the remaining error is of order `h`.
 *
 * The values at different `h` come from the same realizations. Their covariance enters the weights,
 * averaged over the elements (relative to each element's own size), so that weights are nearly
 * independent of any single element's noise.
 *
 * @param perHorizon One jackknife `[M]` per horizon, same blocks.
 */
export function extrapolate(
  perHorizon: readonly Jackknife[],
  horizons: readonly number[],
): { estimate: Jackknife; chiSquare: ChiSquare | null } {
  const n = horizons.length;
  const elements = perHorizon[0].value.length;
  if (n < 2) throw new RangeError(`Extrapolation needs at least 2 horizons, not ${n}.`);
  const joint = stack(perHorizon);
  const covariance = Array.from(
    { length: n },
    (_, a) =>
      Float64Array.from({ length: n }, (_, b) => {
        let sum = 0;
        for (let e = 0; e < elements; e++) {
          sum += errorCovariance(joint, a * elements + e, b * elements + e) /
            perHorizon[0].value[e] ** 2;
        }
        return sum / elements;
      }),
  );
  const design = horizons.map((h) => [1, Math.sqrt(h)]);
  const weights = generalisedLeastSquares(design, covariance);
  const combine = (w: readonly number[]) => (entries: Float64Array) =>
    Float64Array.from({ length: elements }, (_, e) => {
      let sum = 0;
      for (let a = 0; a < n; a++) sum += w[a] * entries[a * elements + e];
      return sum;
    });
  const map = (w: readonly number[]): Jackknife => ({
    value: combine(w)(joint.value),
    deviations: joint.deviations.map(combine(w)),
  });
  const estimate = map(weights[0]);
  if (n === 2) return { estimate, chiSquare: null };
  const slope = map(weights[1]);
  return { estimate, chiSquare: goodnessOfFit(joint, estimate, slope, horizons, covariance) };
}

function stack(parts: readonly Jackknife[]): Jackknife {
  const join = (arrays: Float64Array[]) => Float64Array.from(arrays.flatMap((a) => [...a]));
  return {
    value: join(parts.map((p) => p.value)),
    deviations: parts[0].deviations.map((_, b) => join(parts.map((p) => p.deviations[b]))),
  };
}

/**
 * Sum over elements of the squared residuals in the pooled covariance's norm. Elements are treated
 * as independent; neighbours' errors correlate by up to a third, which widens the true law a little.
 */
function goodnessOfFit(
  joint: Jackknife,
  intercept: Jackknife,
  slope: Jackknife,
  horizons: readonly number[],
  covariance: readonly Float64Array[],
): ChiSquare {
  const elements = intercept.value.length;
  const inverse = invert(covariance);
  let value = 0;
  for (let e = 0; e < elements; e++) {
    const r = horizons.map((h, a) =>
      (joint.value[a * elements + e] - intercept.value[e] - slope.value[e] * Math.sqrt(h)) /
      joint.value[e]
    );
    for (let a = 0; a < r.length; a++) {
      for (let b = 0; b < r.length; b++) value += r[a] * inverse[a][b] * r[b];
    }
  }
  const degreesOfFreedom = elements * (horizons.length - 2);
  return { value, degreesOfFreedom, pValue: chiSquarePValue(value, degreesOfFreedom) };
}

/** Rows of `(X^T C^-1 X)^-1 X^T C^-1`: the weights of each coefficient. */
export function generalisedLeastSquares(
  design: readonly (readonly number[])[],
  covariance: readonly Float64Array[],
): number[][] {
  const inverse = invert(covariance);
  const columns = design[0].length;
  const xc = Array.from(
    { length: columns },
    (_, k) => design.map((_, b) => design.reduce((s, row, a) => s + row[k] * inverse[a][b], 0)),
  );
  const normal = xc.map((row) =>
    Float64Array.from(
      { length: columns },
      (_, k) => row.reduce((s, v, a) => s + v * design[a][k], 0),
    )
  );
  const normalInverse = invert(normal);
  return Array.from(
    { length: columns },
    (_, k) => design.map((_, b) => xc.reduce((s, row, c) => s + normalInverse[k][c] * row[b], 0)),
  );
}

/** Inverse of a small symmetric positive definite matrix, Gauss-Jordan with scaling of the diagonal. */
export function invert(matrix: readonly Float64Array[]): Float64Array[] {
  const n = matrix.length;
  const scale = Float64Array.from(matrix, (row, i) => 1 / Math.sqrt(row[i]));
  const work = matrix.map((row, i) => row.map((v, j) => v * scale[i] * scale[j]));
  const inverse = work.map((_, i) => Float64Array.from({ length: n }, (_, j) => i === j ? 1 : 0));
  for (let p = 0; p < n; p++) {
    let best = p;
    for (let r = p + 1; r < n; r++) if (Math.abs(work[r][p]) > Math.abs(work[best][p])) best = r;
    [work[p], work[best]] = [work[best], work[p]];
    [inverse[p], inverse[best]] = [inverse[best], inverse[p]];
    const pivot = work[p][p];
    if (!(Math.abs(pivot) > 1e-14)) {
      throw new RangeError("The errors at different horizons are degenerate: drop a horizon.");
    }
    for (let j = 0; j < n; j++) {
      work[p][j] /= pivot;
      inverse[p][j] /= pivot;
    }
    for (let r = 0; r < n; r++) {
      if (r === p) continue;
      const factor = work[r][p];
      for (let j = 0; j < n; j++) {
        work[r][j] -= factor * work[p][j];
        inverse[r][j] -= factor * inverse[p][j];
      }
    }
  }
  return inverse.map((row, i) => row.map((v, j) => v * scale[i] * scale[j]));
}
