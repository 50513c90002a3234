/** The fluxes that a start under a known potential begins with, from its mean density alone. */
import type { EnsembleRecord } from "@spiediff/ensemble";
import { nodalDensity } from "@spiediff/mesh";
import { chiSquarePValue, covarianceOfBand, gaussLegendre, gaussPoints } from "@spiediff/numerics";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Jackknife } from "../jackknife.ts";
import type { SamplingCovariance } from "../types.ts";
import type { KnownStart } from "./known_start.ts";

/** Fluxes `[M]` with the covariances of their errors. */
interface Fluxes {
  readonly flux: Float64Array;
  readonly sampling: SamplingCovariance;
}

/** What fluxes and the potential say together. */
export interface CombinedFluxes extends Fluxes {
  /** Of the potential's fluxes; the measured ones have the rest. */
  readonly weight: number;
  /** Whether both agree, at measured densities. */
  readonly chiSquare: {
    readonly value: number;
    readonly degreesOfFreedom: number;
    readonly pValue: number;
  };
}

/**
 * Measured fluxes and those of a potential, `J = m V'` where `f' + V` is constant, by the weight that leaves the
 * least variance. A measured flux scatters by the particles' noise in the window, whatever their density; one of the
 * potential by the density's sampling error alone: both errors are nearly independent (docs/theory.md section 4).
 *
 * `m` is `c rho`, as of overdamped particles without hydrodynamic interactions, `c` from the profile's own `K1`.
 *
 * @param sampling Of the measured fluxes; rings on which all of it is kept.
 * @param K1 Jackknife `[M]`.
 */
export function withPotential(
  { total, elements: M }: EnsembleRecord,
  measured: Fluxes,
  K1: Jackknife,
  potential: Extract<KnownStart, { kind: "potential" }>,
): CombinedFluxes {
  const density = nodalDensity(total.start.mean, "fourth-order");
  const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
  const share = -sum(K1.value) / (M * sum(density));
  const relativeError = Math.hypot(...K1.deviations.map(sum)) / Math.abs(sum(K1.value));
  const of = (field: Float64Array) =>
    potentialFlux(nodalDensity(field, "fourth-order"), share, potential);
  const own = of(total.start.mean);
  const byField = response(of, M), byLaw = lawResponse(own, density);
  const [C, cross, field] = (["flux", "cross", "field"] as const).map((name) =>
    covarianceOfBand(measured.sampling[name], M).toMatrix()
  );
  const mobility = Matrix.columnVector(own).mmul(Matrix.rowVector(own)).mul(relativeError ** 2);
  // Errors at measured densities, of the measured fluxes and of the potential's, and how they go together.
  const mixed = byLaw.mmul(cross);
  const seen = Matrix.add(C, byLaw.mmul(field).mmul(byLaw.transpose()))
    .sub(mixed).sub(mixed.transpose());
  const off = Matrix.sub(byField, byLaw);
  const seenOwn = off.mmul(field).mmul(off.transpose()).add(mobility);
  const both = Matrix.sub(cross.transpose(), byLaw.mmul(field)).mmul(off.transpose());
  const [a, b, c] = [seen.trace(), seenOwn.trace(), both.trace()];
  const weight = Math.min(1, Math.max(0, (a - c) / (a + b - 2 * c)));
  const difference = measured.flux.map((J, e) => J - own[e]);
  const spread = Matrix.add(seen, seenOwn).sub(both).sub(both.transpose());
  const rest = 1 - weight;
  const crossOwn = field.mmul(byField.transpose());
  const ofFlux = Matrix.mul(C, rest ** 2)
    .add(byField.mmul(cross).mul(weight * rest))
    .add(byField.mmul(cross).transpose().mul(weight * rest))
    .add(Matrix.add(byField.mmul(crossOwn), mobility).mul(weight ** 2));
  const list = (matrix: Matrix) => matrix.to1DArray();
  return {
    flux: measured.flux.map((J, e) => rest * J + weight * own[e]),
    sampling: {
      flux: list(ofFlux),
      cross: list(Matrix.mul(cross, rest).add(Matrix.mul(crossOwn, weight))),
      field: measured.sampling.field,
    },
    weight,
    chiSquare: agreement(difference, spread),
  };
}

/** Mean of `c rho V'` over each element, less the mean over the ring, which snapshots leave open, `[M]`. */
function potentialFlux(
  density: Float64Array,
  share: number,
  { k, amplitude }: { readonly k: number; readonly amplitude: number },
): Float64Array {
  const M = density.length, rule = gaussLegendre[16], wave = 2 * Math.PI * k;
  const flux = Float64Array.from({ length: M }, (_, e) => {
    let mean = 0;
    gaussPoints(0, 1, rule).forEach((s, q) => {
      const slope = -amplitude * wave * Math.sin(wave * (e + s) / M);
      mean += rule.weights[q] * share * cubic(density, e, s) * slope;
    });
    return mean;
  });
  const mean = flux.reduce((a, b) => a + b, 0) / M;
  return flux.map((J) => J - mean);
}

/** Cubic through the four nodes about an element, at `s` of it. */
function cubic(density: Float64Array, e: number, s: number): number {
  const M = density.length, at = (i: number) => density[(e + i + M) % M];
  return -s * (s - 1) * (s - 2) / 6 * at(-1) + (s + 1) * (s - 1) * (s - 2) / 2 * at(0) -
    (s + 1) * s * (s - 2) / 2 * at(1) + (s + 1) * s * (s - 1) / 6 * at(2);
}

/** `dJ/dz` of a linear function of the field `[M, M]`. */
function response(of: (field: Float64Array) => Float64Array, M: number): Matrix {
  const columns = Array.from({ length: M }, (_, i) => {
    const unit = new Float64Array(M);
    unit[i] = 1;
    return [...of(unit)];
  });
  return new Matrix(columns).transpose();
}

/** `dJ/dz` of the law, its diffusivity one number for the profile, as these fluxes have it. */
function lawResponse(own: Float64Array, density: Float64Array): Matrix {
  const M = own.length;
  const gradient = (rho: Float64Array) => rho.map((v, e) => M * (rho[(e + 1) % M] - v));
  const slope = gradient(density);
  const product = own.reduce((sum, J, e) => sum - J * slope[e], 0);
  const D = product / slope.reduce((sum, v) => sum + v * v, 0);
  return response((field) => gradient(nodalDensity(field, "fourth-order")).map((v) => -D * v), M);
}

/** Directions of less than this share of the largest variance are rounding. */
const LEAST_VARIANCE = 1e-9;

function agreement(difference: Float64Array, covariance: Matrix): CombinedFluxes["chiSquare"] {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, {
    assumeSymmetric: true,
  });
  const least = LEAST_VARIANCE * Math.max(...realEigenvalues);
  let value = 0, degreesOfFreedom = 0;
  realEigenvalues.forEach((variance, k) => {
    if (!(variance > least)) return;
    const along = eigenvectorMatrix.getColumn(k).reduce((sum, v, e) => sum + v * difference[e], 0);
    value += along ** 2 / variance;
    degreesOfFreedom++;
  });
  return { value, degreesOfFreedom, pValue: chiSquarePValue(value, degreesOfFreedom) };
}
