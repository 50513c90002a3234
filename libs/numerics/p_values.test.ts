import { randomStream } from "@spiediff/random";
import { inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import {
  chiSquarePValue,
  fPValue,
  goodnessOfFit,
  meanTest,
  studentFactor,
  uniformPValue,
} from "./mod.ts";

/** Uniform p-values are below with this probability; seeds are fixed. */
const FALSE_ALARM = 1e-3;

describe("p-values", () => {
  it.each([
    // Tables: 5 % and 0.1 % points; exp(-x/2) for two degrees of freedom.
    [3.841458821, 1, 0.05],
    [18.30703805, 10, 0.05],
    [52.61965578, 25, 0.001],
    [124.3421134, 100, 0.05],
    [6, 2, Math.exp(-3)],
  ])("P(chi2 > %f), %i degrees of freedom", (x, k, p) => {
    expect(chiSquarePValue(x, k) / p).toBeCloseTo(1, 7);
  });
  it.each([
    // A table's 5 % point; (1 + 2 x/b)^(-b/2) for two degrees above; SciPy's f.sf.
    [4.964602744, 1, 10, 0.05],
    [3, 2, 7, (1 + 6 / 7) ** -3.5],
    [1, 30, 30, 0.5],
    [2.5, 10, 29, 0.026437505594316717],
    [0.3, 3.5, 60.25, 0.8538457342651734],
    [30, 40, 1000, 1.44296827491786e-142],
  ])("P(F > %f), %f and %f degrees of freedom", (x, a, b, p) => {
    expect(fPValue(x, a, b) / p).toBeCloseTo(1, 7);
  });
  it.each([
    // SciPy's kstest, exact; Stephens' correction is good to a few per cent.
    [[0.01, 0.03, 0.11, 0.2, 0.31, 0.42, 0.43, 0.6], 0.05811],
    [[0.5, 0.52, 0.54, 0.56, 0.58, 0.6, 0.62, 0.64, 0.66, 0.68], 0.00777],
    [Array.from({ length: 50 }, (_, k) => (k + 0.5) / 50), 1],
  ])("of values %j against uniform ones", (values, p) => {
    expect(Math.abs(uniformPValue(values) / p - 1)).toBeLessThan(0.1);
  });
  it("tend to those of chi-square with many degrees below; refuse none", () => {
    expect(fPValue(1.7, 12, 1e6) / chiSquarePValue(12 * 1.7, 12)).toBeCloseTo(1, 4);
    expect(() => fPValue(1, 0, 3)).toThrow("must be positive, not 0 and 3");
    expect(() => chiSquarePValue(1, 0)).toThrow("must be positive, not 0");
  });
});

describe("goodnessOfFit", () => {
  const { normal } = randomStream(3, "goodness");
  const n = 24, parameters = 5;
  const row = (length: number, scale: number) => Array.from({ length }, () => scale * normal());
  const design = new Matrix(Array.from({ length: n }, () => row(parameters, 1)));
  // What a ridge regression leaves of data with unit errors and readouts of unit variance.
  const left = inverse(design.mmul(design.transpose()).add(Matrix.eye(n)));
  const fitted = (bend: number) => {
    const readout = Matrix.columnVector(row(parameters, 1));
    const data = design.mmul(readout).add(Matrix.columnVector(row(n, 1)));
    for (let i = 0; i < n; i++) data.set(i, 0, data.get(i, 0) + bend * Math.sin(i * i));
    return goodnessOfFit(left.mmul(data).norm() ** 2, left.trace(), left.norm() ** 2);
  };
  it("of the right law is uniform; data less parameters are its degrees of freedom", () => {
    const fits = Array.from({ length: 400 }, () => fitted(0));
    expect(uniformPValue(fits.map(({ pValue }) => pValue))).toBeGreaterThan(FALSE_ALARM);
    // 24 - 5, and a little of each parameter that the prior knew.
    expect(fits[0].degreesOfFreedom).toBeGreaterThan(n - parameters);
    expect(fits[0].degreesOfFreedom).toBeLessThan(n - parameters + 0.5);
    const mean = fits.reduce((sum, { chiSquare }) => sum + chiSquare / 400, 0);
    // Four standard errors of 400 chi-squares.
    expect(Math.abs(mean - fits[0].degreesOfFreedom)).toBeLessThan(4 * Math.sqrt(2 * n / 400));
  });
  it("of a wrong law is refused", () => {
    for (let k = 0; k < 20; k++) expect(fitted(4).pValue).toBeLessThan(1e-6);
  });
  it("needs something to test", () => {
    expect(() => goodnessOfFit(0, 0, 0)).toThrow("total variance is 0");
  });
});

describe("meanTest", () => {
  const { normal } = randomStream(5, "mean-test");
  const n = 4;
  const spread = new Matrix(
    Array.from({ length: n }, () => Array.from({ length: n }, normal)),
  );
  const draw = (scale: number) =>
    spread.mmul(Matrix.columnVector(Array.from({ length: n }, () => scale * normal())))
      .to1DArray();
  const sampled = (scale: number, size: number) => {
    const sample = Array.from({ length: size }, () => draw(scale));
    const mean = sample[0].map((_, i) => sample.reduce((sum, x) => sum + x[i] / size, 0));
    const deviations = new Matrix(sample.map((x) => x.map((v, i) => v - mean[i])));
    return { mean, covariance: deviations.transpose().mmul(deviations).div(size - 1) };
  };
  /** Mean of 20 draws less one draw of a law's error, of which 15 others tell the size. */
  const pValue = (shift: number) => {
    const data = sampled(1, 20), law = sampled(0.4, 15), error = draw(0.4);
    return meanTest(data.mean.map((v, i) => v - error[i] + shift), [
      { covariance: data.covariance.div(20), degreesOfFreedom: 19 },
      { covariance: law.covariance, degreesOfFreedom: 14 },
    ]).pValue;
  };
  it("is uniform for few samples of two sources, tiny where the mean is another", () => {
    expect(uniformPValue(Array.from({ length: 500 }, () => pValue(0)))).toBeGreaterThan(
      FALSE_ALARM,
    );
    const others = Array.from({ length: 50 }, () => pValue(8)).sort((a, b) => a - b);
    expect(others[25]).toBeLessThan(1e-3);
  });
  it("is Hotelling's with one sample and chi-square's with a known covariance", () => {
    const vector = [1, -2], covariance = Matrix.eye(2);
    const few = meanTest(vector, [{ covariance, degreesOfFreedom: 11 }]);
    expect(few).toMatchObject({ dimension: 2, degreesOfFreedom: 11 });
    expect(few.square).toBeCloseTo(5, 12);
    // T^2 (11 - 2 + 1) / (11 * 2) has F with 2 and 10 degrees of freedom.
    expect(few.pValue).toBeCloseTo(fPValue(5 * 10 / 22, 2, 10), 12);
    const known = meanTest(vector, [{ covariance, degreesOfFreedom: Infinity }]);
    expect(known.pValue).toBeCloseTo(Math.exp(-2.5), 5);
  });
  it("refuses what nothing tells", () => {
    const covariance = Matrix.eye(3);
    expect(() => meanTest([1, 2, 3], [{ covariance, degreesOfFreedom: 2 }])).toThrow(
      "3 numbers cannot be tested with a covariance of 2.0 degrees",
    );
    const flat = Matrix.ones(3, 3);
    expect(() => meanTest([1, 2, 3], [{ covariance: flat, degreesOfFreedom: 9 }])).toThrow(
      "singular",
    );
  });
});

describe("Student's factor", () => {
  it("is that of the tables, and 1.96 in the end", () => {
    const tables = [[0.95, 15, 2.13145], [0.95, 3, 3.18245], [0.99, 10, 3.16927], [0.5, 1, 1]];
    for (const [level, freedom, factor] of tables) {
      expect(studentFactor(level, freedom)).toBeCloseTo(factor, 5);
    }
    expect(studentFactor(0.95, 1e6)).toBeCloseTo(1.95996, 4);
  });
  it("is refused for what is no level and no freedom", () => {
    expect(() => studentFactor(1, 3)).toThrow("level must lie in (0, 1), not be 1.");
    expect(() => studentFactor(0.9, 0.5)).toThrow("at least 1, not 0.5");
  });
});
