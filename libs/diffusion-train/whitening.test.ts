import { nodalDensity } from "@spiediff/mesh";
import { exclusionDensity } from "@spiediff/law";
import { bandWidth, covarianceOfBand, RingMatrix } from "@spiediff/numerics";
import { randomStream } from "@spiediff/random";
import { CholeskyDecomposition, inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { fluxCovariance } from "./flux_errors.ts";
import { covarianceAfter, whiteningsOf } from "./whitening.ts";

const M = 200;
const field = Array.from({ length: M }, (_, i) => 0.5 + 0.3 * Math.cos(2 * Math.PI * i / M));
const relative = (got: Matrix, want: Matrix) => Matrix.sub(got, want).norm() / want.norm();

describe("whitening on a long ring", () => {
  const covariance = RingMatrix.from(
    M,
    3,
    (i, j, distance) =>
      (1.5 + Math.sin(i)) * (1.5 + Math.sin(j)) * [1, -0.3, 0.1, 0.02][Math.abs(distance)],
  );
  const heldOut = field.map((_, e) => e % 7 === 3);
  const { whitening, heldOutWhitening } = whiteningsOf(covariance, heldOut, "some");
  const rows = (out: boolean) => heldOut.flatMap((own, e) => own === out ? [e] : []);
  const order = [...rows(false), ...rows(true)], trained = rows(false).length;

  it("is the inverse of the full covariance's triangle, the trained elements' rows apart", () => {
    const full = inverse(
      new CholeskyDecomposition(covariance.toMatrix().selection(order, order))
        .lowerTriangularMatrix,
    );
    const x = new Matrix(field.map((rho, e) => [rho, Math.cos(e * e)]));
    const want = full.mmul(x.selection(order, [0, 1]));
    for (let row = 0; row < M; row++) {
      const first = whitening.apply(x).getRow(row), last = heldOutWhitening.apply(x).getRow(row);
      want.getRow(row).forEach((value, c) => {
        expect(row < trained ? first[c] : last[c]).toBeCloseTo(value, 12);
        expect(row < trained ? last[c] : first[c]).toBe(0);
      });
    }
  });
  it("makes independent errors of variance 1 of its own covariance", () => {
    const unit = Matrix.diag(order.map((_, row) => row < trained ? 1 : 0));
    expect(relative(covarianceAfter(whitening, covariance), unit)).toBeLessThan(1e-13);
  });
});

describe("the covariance of fluxes on a long ring", () => {
  it("is that with every entry of dJ/dz, and keeps those that are more than rounding", () => {
    const stream = randomStream(4, "long-ring");
    const band = () => Array.from({ length: M * bandWidth(M) }, () => stream.normal() / M);
    const samplingCovariance = { flux: band(), cross: band(), field: band() };
    const mobility = field.map((rho) => rho * (1 - rho));
    const d = {
      profileName: "some",
      field: exclusionDensity,
      density: field,
      mobility,
      mobilityStandardError: field.map(() => 1),
      flux: field.map(() => 1),
      fluxStandardError: field.map(() => 1),
      samplingCovariance,
      realizations: 1e15, // No correction for their number.
    };
    const { ideal } = exclusionDensity;
    const law = {
      force: ideal,
      mobility: { value: (rho: number) => rho * (1 - rho), slope: (rho: number) => 1 - 2 * rho },
    };
    // dJ_e = -M (m_e (f''_{e+1} drho_{e+1} - f''_e drho_e) + dm_e (f'_{e+1} - f'_e)), column by column.
    const jacobian = Matrix.zeros(M, M);
    for (let i = 0; i < M; i++) {
      const unit = Float64Array.from(field, (_, j) => j === i ? 1 : 0);
      const point = nodalDensity(unit, "fourth-order"), mean = nodalDensity(unit, "consistent");
      field.forEach((a, e) => {
        const next = (e + 1) % M, b = field[next];
        const force = ideal.slope(b) * point[next] - ideal.slope(a) * point[e];
        const change = law.mobility.slope((a + b) / 2) * (mean[e] + mean[next]) / 2;
        jacobian.set(
          e,
          i,
          -M * (mobility[e] * force + change * (ideal.value(b) - ideal.value(a))),
        );
      });
    }
    const [flux, cross, z] = [
      samplingCovariance.flux,
      samplingCovariance.cross,
      samplingCovariance.field,
    ].map((one) => covarianceOfBand(one, M).toMatrix());
    const mixed = jacobian.mmul(cross);
    const want = Matrix.sub(flux, mixed).sub(mixed.transpose())
      .add(jacobian.mmul(z).mmul(jacobian.transpose()));
    const got = fluxCovariance(d, Float64Array.from(mobility), law);
    expect(relative(got.toMatrix(), want)).toBeLessThan(1e-13);
    expect(got.width).toBeLessThan(M);
  });
});
