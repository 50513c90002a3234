import { describe, expect, it } from "vitest";
import { withoutField } from "@spiediff/fdt-operators";
import {
  type Currents,
  curvaturePoints,
  diffusivityPoints,
  drivingForcePoints,
} from "./flux_points.ts";

const M = 25, Delta = 1 / M, k = 2 * Math.PI;
// D = 1 + rho and m = rho (1 - rho), of a profile 0.5 + 0.3 cos(2 pi x).
const D = (rho: number) => 1 + rho, m = (rho: number) => rho * (1 - rho);
const P = (rho: number) => rho + rho ** 2 / 2;
/** The integral of D/m. */
const force = (rho: number) => Math.log(rho) - 2 * Math.log(1 - rho);
const density = (x: number) => 0.5 + 0.3 * Math.cos(k * x);

const diagonal = (value: number) =>
  Array.from({ length: M * M }, (_, k) => k % (M + 1) === 0 ? value : 0);

/** What exact measurements would give; the mobility by Simpson's rule over an element. */
function exactCurrents(fluxError: number, explained = 0): Currents {
  const y = k * Delta / 2;
  // The rule whose linear interpolant has the mean of every element.
  const amplitude = 0.3 * Math.sin(y) / y / Math.cos(y);
  const nodes = Array.from({ length: M }, (_, e) => e * Delta);
  const mobility = nodes.map((x) =>
    (m(density(x)) + 4 * m(density(x + Delta / 2)) + m(density(x + Delta))) / 6
  );
  return {
    elementDensity: nodes.map((x) => 0.5 + amplitude * Math.cos(k * x)),
    K1: mobility.map((value) => -value / Delta),
    K1StandardError: new Array(M).fill(0),
    flux: nodes.map((x) => -(P(density(x + Delta)) - P(density(x))) / Delta),
    fluxStandardError: new Array(M).fill(fluxError),
    realizations: 1e9,
    circulationVariance: 0,
    samplingCovariance: {
      flux: diagonal(fluxError ** 2),
      cross: diagonal(explained),
      field: diagonal(1),
    },
  };
}
const estimate = exactCurrents(0.01);

describe("points from exact currents", () => {
  it("are D where the profile is steep, to fourth order in the element", () => {
    const { x, value, standardError } = diffusivityPoints([estimate]);
    // |sin| is above a half over two thirds of the ring.
    expect(x.length).toBeGreaterThan(14);
    expect(x.length).toBeLessThan(19);
    // Without the second difference these would be off by (k Delta)^2/12 = 0.5 %.
    value.forEach((v, i) => expect(Math.abs(v / D(x[i]) - 1)).toBeLessThan(5e-4));
    standardError.forEach((error) => {
      // The steepest element changes by 0.3 k Delta = 0.075, the flattest that is shown by half of that.
      expect(error).toBeGreaterThan(0.99 * 0.01 * Delta / 0.0754);
      expect(error).toBeLessThan(2.02 * 0.01 * Delta / 0.0751);
    });
  });

  it("of driven particles are those of the others, once the field's part is taken off", () => {
    const E = 9;
    const driven = { ...estimate, flux: estimate.flux.map((J, e) => J - E * estimate.K1[e] / M) };
    const [still, off] = [estimate, withoutField(driven, E)].map((of) => diffusivityPoints([of]));
    off.value.forEach((v, i) => expect(v).toBeCloseTo(still.value[i], 9));
    expect(diffusivityPoints([driven]).value).not.toEqual(still.value);
  });

  it("are f'' = D/m with both errors, and f' along the ring, in the gauge of the curve", () => {
    const { x, value } = curvaturePoints([estimate]);
    value.forEach((v, i) => expect(Math.abs(v * m(x[i]) / D(x[i]) - 1)).toBeLessThan(0.01));
    const learned = (rho: number) => force(rho) + 7;
    const points = drivingForcePoints([estimate, estimate], learned);
    expect(points.x).toHaveLength(2 * M);
    points.value.forEach((v, i) => expect(Math.abs(v - learned(points.x[i]))).toBeLessThan(5e-3));
  });

  it("leave out of a current's error what the measured densities explain, where they can be told apart", () => {
    const error = (of: Currents) => diffusivityPoints([of]).standardError[0];
    // A field of unit variance that the current follows with slope 0.008 leaves 0.01^2 - 0.008^2 = 0.006^2.
    const told = exactCurrents(0.01, 0.008);
    expect(error(told) / error(estimate)).toBeCloseTo(0.6, 6);
    expect(error({ ...told, realizations: 99 }) / error(estimate)).toBeCloseTo(1, 6);
    // Of 101 realizations 25 fields take a quarter of the freedom.
    expect(error({ ...told, realizations: 101 }) / error(told)).toBeCloseTo(Math.sqrt(100 / 75), 6);
  });

  it("have errors that grow with those of the mobility, and of f' none without any", () => {
    const certain = curvaturePoints([exactCurrents(0)]);
    expect(Math.max(...certain.standardError)).toBe(0);
    expect(Math.max(...drivingForcePoints([exactCurrents(0)], force).standardError)).toBe(0);
    const K1StandardError = estimate.K1.map((entry) => 0.05 * Math.abs(entry));
    const { value, standardError } = curvaturePoints([{ ...exactCurrents(0), K1StandardError }]);
    value.forEach((v, i) => expect(standardError[i]).toBeCloseTo(0.05 * v, 12));
  });

  it("of f' have the spread of sums whose mean is taken off", () => {
    // Steps of unit variance: node i has sum (M-1-e)^2/M^2 over e >= i, (e+1)^2/M^2 below.
    const unit: Currents = {
      ...estimate,
      K1: new Array(M).fill(-1 / Delta),
      samplingCovariance: { ...estimate.samplingCovariance, flux: diagonal(Delta ** -2) },
    };
    const { standardError } = drivingForcePoints([unit], force);
    const first = Array.from({ length: M - 1 }, (_, e) => ((M - 1 - e) / M) ** 2)
      .reduce((a, b) => a + b, 0);
    expect(standardError[0]).toBeCloseTo(Math.sqrt(first), 6);
    expect(standardError[M - 1]).toBeCloseTo(Math.sqrt(first), 6);
    expect(standardError[12]).toBeLessThan(standardError[0]);
  });
});
