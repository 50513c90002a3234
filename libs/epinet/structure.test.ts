/** Tests and calibration through few causes, against the same with full covariances of all data. */
import { goodnessOfFit, whiteningOf } from "@spiediff/numerics";
import { randomStream } from "@spiediff/random";
import fc from "fast-check";
import { inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { addBlock, stacked } from "./blocks.ts";
import { fitTests, type TestedProfile } from "./fit_tests.ts";
import { whitenedFit } from "./whitened_fit.ts";

const any = fc.record({
  seed: fc.nat(1e6),
  sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
  causes: fc.integer({ min: 1, max: 12 }),
});
const drawn = (seed: number) => {
  const { normal } = randomStream(seed, "structure");
  return (rows: number, columns: number, scale = 1) =>
    Matrix.from1DArray(
      rows,
      columns,
      Array.from({ length: rows * columns }, () => scale * normal()),
    );
};
const square = (factor: Matrix) => factor.mmul(factor.transpose());
const blocks = (errors: readonly Matrix[]) => {
  const size = errors.reduce((sum, { rows }) => sum + rows, 0);
  const all = Matrix.zeros(size, size);
  let from = 0;
  for (const own of errors) {
    addBlock(all, own, 1, from, from);
    from += own.rows;
  }
  return all;
};
function expectSame(got: ReturnType<typeof goodnessOfFit>, residual: Matrix, covariance: Matrix) {
  const want = goodnessOfFit(residual.norm() ** 2, covariance.trace(), covariance.norm() ** 2);
  expect(got.chiSquare / want.chiSquare).toBeCloseTo(1, 8);
  expect(got.degreesOfFreedom / want.degreesOfFreedom).toBeCloseTo(1, 8);
  expect(Math.abs(got.pValue - want.pValue)).toBeLessThan(1e-7);
}

describe("a test in units of a believed covariance", () => {
  it("is that of whitened residuals and their full covariance", () => {
    fc.assert(fc.property(any, ({ seed, sizes, causes }) => {
      const draw = drawn(seed), n = sizes.reduce((a, b) => a + b);
      const errors = sizes.map((size) => square(draw(size, size)));
      const common = draw(n, causes), believed = draw(n, causes, 3), residual = draw(n, 1);
      const got = whitenedFit(residual.to1DArray(), believed, {
        errors,
        left: common,
        right: common,
      });
      const covariance = blocks(errors).add(square(common));
      const W = whiteningOf(square(believed).add(Matrix.eye(n)))!;
      expectSame(got, W.mmul(residual), W.mmul(covariance).mmul(W.transpose()));
    }));
  });
});

describe("goodness of fit", () => {
  it.each([true, false])("is that of the whole hat matrix, foreign errors: %s", (foreign) => {
    fc.assert(fc.property(any, ({ seed, sizes, causes }) => {
      const draw = drawn(seed);
      const profiles = sizes.map((size, p): TestedProfile => ({
        profileName: String(p),
        design: draw(size, causes, 4),
        statedErrors: square(draw(size, size)),
        unexplained: Float64Array.from(draw(size, 1).to1DArray()),
        residual: Float64Array.from(draw(size, 1).to1DArray()),
        explained: new Float64Array(size),
        ...(foreign ? { foreign: draw(size, 2, 3) } : {}),
      }));
      const design = stacked(profiles.map((profile) => profile.design)), n = design.rows;
      const left = inverse(square(design).add(Matrix.eye(n)));
      const errors = blocks(profiles.map(({ statedErrors }) => statedErrors)).add(square(design));
      const residual = Matrix.columnVector(profiles.flatMap((one) => [...one.unexplained]));
      const got = fitTests(profiles).goodnessOfFit;
      if (!foreign) return expectSame(got, residual, left.mmul(errors).mmul(left));
      const causesOf = stacked(profiles.map((profile) => profile.foreign!));
      errors.add(square(causesOf));
      const W = whiteningOf(square(left.mmul(causesOf)).add(Matrix.eye(n)))!;
      expectSame(
        got,
        W.mmul(residual),
        W.mmul(left).mmul(errors).mmul(left).mmul(W.transpose()),
      );
    }));
  });
});
