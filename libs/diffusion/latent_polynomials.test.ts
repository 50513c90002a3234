import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LATENT_TERMS, latentPolynomials } from "./mod.ts";

/** Expectation over a standard normal, by a sum that is exact to rounding for polynomials. */
function expectation(of: (z: number) => number): number {
  const h = 1 / 16;
  let sum = 0;
  for (let k = -12 / h; k <= 12 / h; k++) sum += of(k * h) * Math.exp(-((k * h) ** 2) / 2);
  return sum * h / Math.sqrt(2 * Math.PI);
}

describe("latentPolynomials", () => {
  it("are orthonormal over a standard normal", () => {
    for (let i = 0; i < LATENT_TERMS; i++) {
      for (let j = 0; j < LATENT_TERMS; j++) {
        const product = expectation((z) => latentPolynomials(z)[i] * latentPolynomials(z)[j]);
        expect(product).toBeCloseTo(i === j ? 1 : 0, 12);
      }
    }
  });
  it("are all that a cubic of the latent needs", () => {
    const coefficient = fc.double({ min: -3, max: 3, noNaN: true });
    const latent = fc.double({ min: -5, max: 5, noNaN: true });
    fc.assert(
      fc.property(coefficient, coefficient, coefficient, coefficient, latent, (a, b, c, d, z) => {
        const cubic = (x: number) => a + b * x + c * x ** 2 + d * x ** 3;
        const projections = Array.from(
          { length: LATENT_TERMS },
          (_, t) => expectation((x) => cubic(x) * latentPolynomials(x)[t]),
        );
        const sum = latentPolynomials(z).reduce((s, v, t) => s + v * projections[t], 0);
        expect(Math.abs(sum - cubic(z))).toBeLessThan(1e-9);
      }),
    );
  });
});
