import { randomStream } from "@spiediff/random";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { averageProfiles, calibrate, type CalibrationProfile } from "./calibration.ts";

const PROFILES = 30, DATA = 40, READOUTS = 6;

/** A linear model with a standard normal readout; each profile may have its own besides. */
function profiles(noise: number, own: number, seed: number): CalibrationProfile[] {
  const { normal } = randomStream(seed, "calibration-test");
  const row = (n: number) => Array.from({ length: n }, normal);
  const readout = row(READOUTS);
  return Array.from({ length: PROFILES }, () => {
    const design = new Matrix(Array.from({ length: DATA }, () => row(READOUTS)));
    const mine = Matrix.columnVector(readout.map((v) => v + own * normal()));
    const exact = design.mmul(mine).to1DArray();
    // A base network that happens to explain half of it: that must not matter.
    const explained = Float64Array.from(exact, (v) => v / 2);
    return { design, residual: explained.map((v) => v + noise * normal()), explained };
  });
}

const average = (noise: number, own: number) => {
  const found = Array.from({ length: 8 }, (_, seed) => calibrate(profiles(noise, own, seed)));
  const logMean = (key: "indexScale" | "noise") =>
    Math.exp(found.reduce((sum, one) => sum + Math.log(one[key]) / found.length, 0));
  return { indexScale: logMean("indexScale"), noise: logMean("noise") };
};

describe("calibrate", () => {
  it("finds 1 and 1 where the model holds", () => {
    const { indexScale, noise } = average(1, 0);
    // Eight ratios that may depart by a fifth each, a little more by their uncertainty's mean square.
    expect(Math.abs(indexScale - 1)).toBeLessThan(0.15);
    expect(Math.abs(noise - 1)).toBeLessThan(0.06);
  });
  it("finds the data's true errors where they are not as stated, and draws the index accordingly", () => {
    for (const actual of [0.5, 2]) {
      const { indexScale, noise } = average(actual, 0);
      expect(Math.abs(noise / actual - 1)).toBeLessThan(0.06);
      expect(Math.abs(indexScale / actual - 1)).toBeLessThan(0.15);
    }
  });
  it("widens the index where profiles disagree by more than their errors, once they insist", () => {
    // Own readouts of 0.5 against a posterior width of 1/sqrt(29 * 40) = 0.03: as far as it goes.
    expect(average(1, 0.5).indexScale).toBeGreaterThan(5);
    // Five widths are seen; two change residuals by less than the errors' own sizes tell.
    expect(average(1, 0.15).indexScale).toBeGreaterThan(1.4);
    const { indexScale } = average(1, 0.06);
    expect(indexScale).toBeGreaterThan(average(1, 0).indexScale);
    expect(indexScale).toBeLessThan(1.3);
  });
  it("does not take another quantity's errors for the law's", () => {
    // What the data are read through is off by one draw in each profile's own way.
    const { normal } = randomStream(9, "foreign");
    const read = (told: boolean) =>
      Array.from({ length: 4 }, (_, seed) => {
        const some = profiles(1, 0, seed).map((profile) => {
          const foreign = Matrix.columnVector(Array.from({ length: DATA }, () => 1.5 * normal()));
          const draw = normal();
          return {
            ...profile,
            residual: profile.residual.map((r, i) => r + draw * foreign.get(i, 0)),
            ...(told ? { foreign } : {}),
          };
        });
        return calibrate(some);
      });
    for (const { noise } of read(true)) expect(noise).toBeLessThan(1.1);
    for (const { noise } of read(false)) expect(noise).toBeGreaterThan(1.3);
  });
  it("lets the others' fit meet foreign errors halfway; those of the left-out profile alone stay", () => {
    const some = profiles(1, 0, 3).slice(0, 6);
    const of = (p: number) => Matrix.mul(some[p].design.subMatrix(0, DATA - 1, 0, 1), 3);
    const told = (foreign: (p: number) => Matrix) =>
      calibrate(some.map((profile, p) => ({ ...profile, foreign: foreign(p) })));
    const plain = calibrate(some);
    // Nobody makes up for profile 0's own: its residuals count as smaller.
    const own = told((p) => p === 0 ? of(p) : Matrix.zeros(DATA, 2));
    expect(own.noise).toBeLessThan(plain.noise - 0.001);
    // All alike are as one readout more or less, which the others' fit takes up.
    expect(told(of).noise).toBeCloseTo(plain.noise, 2);
  });
  it("takes a profile without foreign errors for one whose foreign errors are zero", () => {
    const some = profiles(1, 0, 5).slice(0, 6);
    const { normal } = randomStream(4, "foreign");
    const errors = some.map(() =>
      new Matrix(Array.from({ length: DATA }, () => [2 * normal(), normal()]))
    );
    for (const affected of [[0], [5], [1, 4], [0, 1, 2, 3, 4]]) {
      const told = (absent: { foreign?: Matrix }) =>
        calibrate(
          some.map((profile, p) =>
            affected.includes(p) ? { ...profile, foreign: errors[p] } : { ...profile, ...absent }
          ),
        );
      expect(told({})).toEqual(told({ foreign: Matrix.zeros(DATA, 2) }));
      expect(told({})).not.toEqual(calibrate(some));
    }
  });
  it("refuses foreign errors that are answers to other indices", () => {
    const some = profiles(1, 0, 5).slice(0, 3).map((profile, p) => ({
      ...profile,
      ...(p > 0 ? { foreign: Matrix.zeros(DATA, p) } : {}),
    }));
    expect(() => calibrate(some)).toThrow(
      /^profiles\[2\]\.foreign has 2 indices where others have 1/,
    );
  });
  it("counts every datum of every left-out profile once", () => {
    expect(calibrate(profiles(1, 0, 1).slice(0, 3)).components).toBe(3 * DATA);
  });
  it("says that it knows nothing from one profile", () => {
    expect(calibrate(profiles(1, 0, 1).slice(0, 1))).toEqual({
      indexScale: 1,
      noise: 1,
      components: 0,
    });
  });
});

describe("averageProfiles", () => {
  it("averages blocks and cuts them into profiles", () => {
    const block = (value: number) => ({
      inputs: [[value], [2 * value], [3 * value]],
      residual: Float64Array.of(value, 0, -value),
      explained: Float64Array.of(0, value, 0),
      response: (change: Matrix) => change.mul(10),
    });
    const [first, second] = averageProfiles([block(1), block(3)], [2, 1]);
    expect(first.design.to2DArray()).toEqual([[20], [40]]);
    expect(second.design.to2DArray()).toEqual([[60]]);
    expect([...first.residual, ...second.residual]).toEqual([2, 0, -2]);
    expect([...first.explained, ...second.explained]).toEqual([0, 2, 0]);
  });
});
