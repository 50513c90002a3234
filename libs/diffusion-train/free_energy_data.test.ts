import { exclusionDensity } from "@spiediff/law";
import { inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { forceRows, forceScaling, meanAction } from "./free_energy_data.ts";
import type { OperatorData } from "./types.ts";
import type { Whitening } from "./whitening.ts";

const M = 8;
const density = Array.from({ length: M }, (_, i) => 0.5 + 0.2 * Math.cos(2 * Math.PI * i / M));
const mobility = Float64Array.from(density, (rho) => rho * (1 - rho));
/** Errors of neighbours go together, and of some elements are larger. */
const covariance = Array.from({ length: M * M }, (_, at) => {
  const i = Math.floor(at / M), j = at % M, apart = Math.min((i - j + M) % M, (j - i + M) % M);
  const own = 1 + (i + j) / M;
  return 1e-4 * own * [1, -0.3, 0.1, 0, 0][apart];
});
/** Fluxes of exclusion with errors of a pattern, so that they do not close around the ring. */
const flux = density.map((rho, e) => {
  const step = exclusionDensity.ideal.value(density[(e + 1) % M]) -
    exclusionDensity.ideal.value(rho);
  return -M * mobility[e] * step + 0.01 * [1, 2, -1, 0, 3, 1, -2, 1][e];
});
const example = (heldOut?: boolean[]): OperatorData => ({
  profileName: "some",
  field: exclusionDensity,
  density,
  mobility: [...mobility],
  mobilityStandardError: new Array(M).fill(0.01),
  flux,
  fluxStandardError: new Array(M).fill(0.01),
  fluxCovariance: covariance,
  heldOut,
});
const dense = (W: Whitening) => W.apply(Matrix.eye(M));
const square = (W: Whitening) => {
  const matrix = dense(W);
  return matrix.transpose().mmul(matrix);
};
const near = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThan(1e-9);

describe("observations of f'", () => {
  const [row] = forceRows([example()], [mobility]);
  const inverted = inverse(square(row.whitening));

  it("have the stated covariance with something on its diagonal, that of the law itself", () => {
    for (let i = 0; i < M; i++) {
      for (let j = 0; j < M; j++) {
        if (i !== j) near(inverted.get(i, j), covariance[i * M + j]);
        else expect(inverted.get(i, i)).toBeGreaterThan(covariance[i * M + i]);
      }
    }
    expect(dense(row.heldOutWhitening).norm()).toBe(0);
    expect(row.heldOutCount).toBe(0);
  });

  it("close around the ring by generalised least squares: errors go where covariances with the sum are", () => {
    const step = (e: number) => row.observedForce[(e + 1) % M] - row.observedForce[e];
    // Adjustments of fluxes K (step' - step) are as C (1/K).
    const entries = mobility.map((m) => -M * m);
    const adjusted = row.flux.map((J, e) => entries[e] * step(e) - J);
    const towards = inverted.mmul(Matrix.columnVector(entries.map((k) => 1 / k))).to1DArray();
    for (let e = 1; e < M; e++) {
      expect(adjusted[e] / adjusted[0] / (towards[e] / towards[0])).toBeCloseTo(1, 6);
    }
    expect(Math.abs(adjusted[0])).toBeGreaterThan(1e-5);
  });

  it("are those of the density at its nodes, with the trained mobilities and their own profile's level", () => {
    expect([...row.density]).toEqual(density);
    expect([...row.mobility]).toEqual([...mobility]);
    expect(row.field).toBe(exclusionDensity);
    const difference = row.observedForce.map((v, i) =>
      v - exclusionDensity.ideal.value(density[i])
    );
    const centre = difference.reduce((a, b) => a + b, 0) / M;
    // Of eight elements each sees the mean of m d_x f', not the product of means; f' runs over 1.7.
    difference.forEach((v) => expect(Math.abs(v - centre)).toBeLessThan(0.35));
  });

  it("scale as they must: m twice as large and f' half as large are the same fluxes", () => {
    const double = mobility.map((m) => 2 * m);
    const [other] = forceRows([{ ...example(), mobility: [...double] }], [double]);
    other.observedForce.forEach((v, i) => near(v, row.observedForce[i] / 2));
    const [own, whitening] = [row, other].map((one) => dense(one.whitening).to1DArray());
    whitening.forEach((v, i) => expect(Math.abs(v - own[i])).toBeLessThan(1e-4));
  });
});

describe("held-out elements", () => {
  const heldOut = [false, false, true, false, false, false, true, false];
  const [row] = forceRows([example(heldOut)], [mobility]);
  const trained = [0, 1, 3, 4, 5, 7];

  it("stand behind the trained ones: these whiten alone, all together have the whole covariance", () => {
    expect(row.heldOutCount).toBe(2);
    const own = inverse(square(row.whitening).selection(trained, trained));
    trained.forEach((i, a) =>
      trained.forEach((j, b) => {
        if (i !== j) near(own.get(a, b), covariance[i * M + j]);
      })
    );
    const whole = inverse(Matrix.add(square(row.whitening), square(row.heldOutWhitening)));
    for (let i = 0; i < M; i++) {
      for (let j = 0; j < M; j++) if (i !== j) near(whole.get(i, j), covariance[i * M + j]);
    }
    // The first rows know nothing of the held-out fluxes; the other matrix is zero there.
    for (let r = 0; r < M; r++) {
      const [first, last] = [row.whitening, row.heldOutWhitening].map((
        W,
      ) => dense(W).getRow(r));
      expect(first.some((v) => v !== 0)).toBe(r < 6);
      expect(last.some((v) => v !== 0)).toBe(r >= 6);
      expect([first[2], first[6]]).toEqual([0, 0]);
    }
  });
  it("take their fluxes from the curve, whatever they were", () => {
    const other = { ...example(heldOut), flux: flux.map((J, e) => heldOut[e] ? J + 1 : J) };
    const [same] = forceRows([other], [mobility]);
    same.observedForce.forEach((v, i) => near(v, row.observedForce[i]));
  });
});

describe("scales of a training", () => {
  const rows = forceRows([example(), { ...example(), profileName: "other" }], [mobility, mobility]);
  it("are mean and spread of f' over all nodes, and the mean square of whitened fluxes", () => {
    const all = rows.flatMap((row) => [...row.observedForce]);
    const mean = all.reduce((a, b) => a + b, 0) / all.length;
    const { mean: centre, std } = forceScaling(rows);
    near(centre, mean);
    near(std, Math.sqrt(all.reduce((sum, v) => sum + (v - mean) ** 2, 0) / all.length));
    const [row] = rows;
    const J = Matrix.columnVector([...row.flux]);
    const action = J.transpose().mmul(square(row.whitening)).mmul(J).get(0, 0);
    expect(meanAction(rows) / (action / M)).toBeCloseTo(1, 9);
  });
  it("refuse a mobility that is not above 0 by element and profile", () => {
    const bad = mobility.map((m, e) => e === 3 ? 0 : m);
    expect(() => forceRows([example()], [bad])).toThrow(
      "The mobility of element 3, profile some, is 0, not above 0.",
    );
    expect(() => forceRows([example()], [mobility.map(() => NaN)])).toThrow("element 0");
  });
});
