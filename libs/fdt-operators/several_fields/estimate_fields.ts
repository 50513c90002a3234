/**
 * What short windows of one profile say of a law of several fields, as point values: fluxes and M in the middles
 * of the elements, covariances of the fields at the nodes.
 */
import type { FieldsRecord } from "@spiediff/ensemble";
import { meanOfRows, weightedLeastSquares } from "@spiediff/numerics";
import { givenFields } from "./given_fields.ts";
import { neighbourCorrelations } from "./neighbour_correlations.ts";
import { Matrix } from "ml-matrix";
import {
  middles,
  pointsOfElements,
  pointsOfHats,
  pointsOfSplines,
  slopes,
} from "./ring_stencils.ts";

/** `F` fields on `M` elements; entries of symmetric matrices are the `E` of their lower triangles, row by row. */
export interface FieldsEstimate {
  readonly profileName: string;
  /** `F`. */
  readonly fields: number;
  readonly elements: number;
  readonly realizations: number;
  /** `[F, M]` in the middles of the elements: fields, their derivatives and fluxes, means over the window. */
  readonly middle: Float64Array;
  readonly slope: Float64Array;
  readonly flux: Float64Array;
  /**
   * `[F M, F M]` covariance of the fluxes' errors where fields and derivatives are those given, such that its
   * inverse is without bias (Hartlap, Simon & Schneider, A&A 464 (2007) 399).
   */
  readonly fluxCovariance: Matrix;
  /** `[E, M]` M in the middles of the elements. */
  readonly dissipation: Float64Array;
  /** `[M]` of `[E, E]`, covariances of its errors where the fields are those given. */
  readonly dissipationCovariance: readonly Matrix[];
  /** `[E, E]` for each distance from 1 on: how errors go together with those so many places on, each place whitened. */
  readonly dissipationNeighbours: readonly Matrix[];
  /** `[F, M]` fields at the nodes at the start. */
  readonly node: Float64Array;
  /** `[E, M]` N times the fields' covariance per unit of length at the start, averaged over hats. */
  readonly susceptibility: Float64Array;
  readonly susceptibilityCovariance: readonly Matrix[];
  /** As {@link dissipationNeighbours}. */
  readonly susceptibilityNeighbours: readonly Matrix[];
}

/**
 * @param records One a realization, read at once: the same arrays may be filled again for the next.
 * @param layout Sites of the ring, and the number of its fields.
 * @throws {RangeError} if there are too few realizations for the covariance of all fluxes.
 */
export function estimateFields(
  records: Iterable<FieldsRecord>,
  { profileName, sites, fields }: {
    readonly profileName: string;
    readonly sites: number;
    readonly fields: number;
  },
): FieldsEstimate {
  const starts: Float64Array[] = [], rows: Row[] = [];
  for (const { start, fields: z, flux, dissipation } of records) {
    const n = start.length / fields;
    const point = pointsOfHats(z, n);
    starts.push(start.slice());
    rows.push({
      middle: middles(point, n),
      slope: slopes(point, n),
      flux: pointsOfSplines(flux, n),
      dissipation: pointsOfElements(dissipation, n),
    });
  }
  const elements = (starts[0]?.length ?? 0) / fields, realizations = rows.length;
  if (realizations < 2 * fields * (elements + 2)) {
    throw new RangeError(
      `${profileName}: ${realizations} realizations do not tell the covariance of ${fields} fluxes ` +
        `through ${elements} elements; at least ${2 * fields * (elements + 2)} are needed.`,
    );
  }
  const column = (key: keyof Row) => meanOfRows(rows.map((row) => row[key]));
  const dissipation = rows.map((row) => row.dissipation);
  const dissipationErrors = givenFields(dissipation, rows.map((row) => row.middle), elements);
  const products = susceptibilities(starts, fields, sites / elements);
  const productErrors = givenFields(products, starts, elements);
  const dissipationCovariance = covariancesOf(dissipationErrors, elements, fields);
  const susceptibilityCovariance = covariancesOf(productErrors, elements, fields);
  return {
    profileName,
    fields,
    elements,
    realizations,
    middle: column("middle"),
    slope: column("slope"),
    flux: column("flux"),
    fluxCovariance: conditionalCovariance(rows, fields, elements),
    dissipation: meanOfRows(dissipation),
    dissipationCovariance,
    dissipationNeighbours: neighbourCorrelations(
      dissipationErrors,
      dissipationCovariance,
      profileName,
    ),
    node: pointsOfHats(meanOfRows(starts), elements),
    susceptibility: meanOfRows(products),
    susceptibilityCovariance,
    susceptibilityNeighbours: neighbourCorrelations(
      productErrors,
      susceptibilityCovariance,
      profileName,
    ),
  };
}

interface Row {
  readonly middle: Float64Array;
  readonly slope: Float64Array;
  readonly flux: Float64Array;
  readonly dissipation: Float64Array;
}

/**
 * Of the mean of entries `[E, M]`, for each of the M places `[E, E]`.
 *
 * @param rows Deviations from what `given` fields say.
 */
function covariancesOf(rows: readonly Float64Array[], places: number, given: number): Matrix[] {
  const entries = rows[0].length / places, R = rows.length;
  return Array.from({ length: places }, (_, e) => {
    const sum = Matrix.zeros(entries, entries);
    for (const row of rows) {
      for (let a = 0; a < entries; a++) {
        const left = row[a * places + e];
        for (let b = 0; b <= a; b++) sum.set(a, b, sum.get(a, b) + left * row[b * places + e]);
      }
    }
    for (let a = 0; a < entries; a++) {
      for (let b = 0; b <= a; b++) {
        sum.set(a, b, sum.get(a, b) / (R * (R - 1 - given)));
        sum.set(b, a, sum.get(a, b));
      }
    }
    return sum;
  });
}

/**
 * Products of fluctuations whose means are `n Cov(z_i, z_{i-1} + z_i + z_{i+1})`: hats add up to 1, so that
 * these are averages over hats of the covariance per site, wherever in its cell a site's values lie.
 */
function susceptibilities(
  starts: readonly Float64Array[],
  fields: number,
  perElement: number,
): Float64Array[] {
  const mean = meanOfRows(starts), n = mean.length / fields, R = starts.length;
  return starts.map((start) => {
    const off = start.map((v, k) => v - mean[k]);
    const near = off.map((v, k) => {
      const from = k - k % n, i = k % n;
      return v + off[from + (i + 1) % n] + off[from + (i + n - 1) % n];
    });
    const out: number[] = [];
    for (let a = 0; a < fields; a++) {
      for (let b = 0; b <= a; b++) {
        for (let i = 0; i < n; i++) {
          const sum = off[a * n + i] * near[b * n + i] + off[b * n + i] * near[a * n + i];
          out.push(perElement * sum / 2 * R / (R - 1));
        }
      }
    }
    return Float64Array.from(out);
  });
}

/** Covariance of the mean fluxes once what goes with fields and derivatives of the same element is taken out. */
function conditionalCovariance(rows: readonly Row[], fields: number, n: number): Matrix {
  const R = rows.length, weights = new Float64Array(R).fill(1);
  const centred = (key: "middle" | "slope" | "flux", k: number) => {
    const values = Float64Array.from(rows, (row) => row[key][k]);
    const mean = values.reduce((a, b) => a + b, 0) / R;
    return values.map((v) => v - mean);
  };
  const residuals: Float64Array[] = new Array(fields * n);
  for (let e = 0; e < n; e++) {
    const columns = Array.from(
      { length: 2 * fields },
      (_, c) => centred(c < fields ? "middle" : "slope", (c % fields) * n + e),
    );
    const fit = weightedLeastSquares(columns, weights) ?? [];
    for (let a = 0; a < fields; a++) {
      const flux = centred("flux", a * n + e);
      const gains = fit.map((map) => map.reduce((sum, w, k) => sum + w * flux[k], 0));
      gains.forEach((gain, c) => columns[c].forEach((v, k) => flux[k] -= gain * v));
      residuals[a * n + e] = flux;
    }
  }
  const matrix = new Matrix(residuals.map((row) => [...row]));
  return matrix.mmul(matrix.transpose()).div(R * (R - 2 - 2 * fields - fields * n));
}
