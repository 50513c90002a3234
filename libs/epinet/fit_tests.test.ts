import { uniformPValue } from "@spiediff/numerics";
import { randomStream } from "@spiediff/random";
import { Matrix, solve } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { fitTests, type TestedProfile } from "./fit_tests.ts";

const PROFILES = 4, DATA = 6, READOUTS = 7;

interface Case {
  /** What a profile has of a law of its own, in standard deviations of the readouts. */
  readonly own?: (profile: number) => number;
  /** A law that no readout makes, in standard errors. */
  readonly bend?: number;
  /** Whether one combination of each profile's data is open, as fluxes around the ring are. */
  readonly open?: boolean;
  /** Standard deviation of an error that all data are read through. */
  readonly foreign?: number;
  /** The first profile's data alone are read through it; what is said for the others. */
  readonly others?: "nothing" | "zeros";
}

/** Data of a law linear in a readout, and the posterior mean that training would find. */
function tested(
  seed: number,
  { own = () => 0, bend = 0, open = false, foreign = 0, others }: Case,
) {
  const { normal } = randomStream(seed, "fit-tests");
  const row = (n: number) => Array.from({ length: n }, normal);
  const readout = row(READOUTS), error = normal();
  const profiles = Array.from({ length: PROFILES }, (_, p): TestedProfile => {
    const design = new Matrix(Array.from({ length: DATA }, () => row(READOUTS)));
    const mine = Matrix.columnVector(readout.map((v) => v + own(p) * normal()));
    const affected = others === undefined || p === 0;
    const read = Matrix.columnVector(row(DATA)).mul(affected ? foreign : 0);
    const exact = design.mmul(mine).to1DArray();
    const data = exact.map((v, i) =>
      v + bend * Math.cos(7 * i + p) + error * read.get(i, 0) + normal()
    );
    const statedErrors = Matrix.eye(DATA);
    if (open) {
      // Training gave the first datum a hundred times its error, and it was set to what the law says.
      statedErrors.set(0, 0, 0);
      design.mulRow(0, 0.01);
      data[0] = design.getRow(0).reduce((sum, v, k) => sum + v * mine.get(k, 0), 0);
    }
    return {
      profileName: String(p),
      design,
      statedErrors,
      explained: new Float64Array(DATA),
      residual: Float64Array.from(data),
      unexplained: new Float64Array(DATA),
      ...(foreign > 0 && (affected || others === "zeros") ? { foreign: read } : {}),
    };
  });
  const stacked = new Matrix(profiles.flatMap(({ design }) => design.to2DArray()));
  const all = Matrix.columnVector(profiles.flatMap(({ residual }) => [...residual]));
  const normalMatrix = stacked.transpose().mmul(stacked).add(Matrix.eye(READOUTS));
  const fitted = solve(normalMatrix, stacked.transpose().mmul(all));
  return fitTests(profiles.map((profile) => ({
    ...profile,
    unexplained: profile.residual.map((v, i) => v - profile.design.mmul(fitted).get(i, 0)),
  })));
}

/** Uniform p-values are below with this probability; seeds are fixed. */
const FALSE_ALARM = 1e-3;
const REPETITIONS = 200;
const repeated = (of: Case) => Array.from({ length: REPETITIONS }, (_, seed) => tested(seed, of));

describe("tests of a trained law", () => {
  it.each([
    ["the law holds", {}],
    ["a combination of each profile's data is open", { open: true }],
    ["the data are read through something uncertain", { foreign: 2 }],
  ])("have uniform p-values where %s", (_, of) => {
    const all = repeated(of);
    expect(uniformPValue(all.map(({ goodnessOfFit: { pValue } }) => pValue))).toBeGreaterThan(
      FALSE_ALARM,
    );
    for (let p = 0; p < PROFILES; p++) {
      const one = all.map(({ leftOutProfiles }) => leftOutProfiles[p].pValue);
      expect(uniformPValue(one)).toBeGreaterThan(FALSE_ALARM);
    }
  });
  it("count data less what the fit takes up, and not what is open", () => {
    const free = (of: Case) => tested(1, of).goodnessOfFit.degreesOfFreedom;
    expect(free({})).toBeGreaterThan(PROFILES * DATA - READOUTS);
    expect(free({})).toBeLessThan(PROFILES * DATA - READOUTS + 1.5);
    expect(free({ open: true }) - free({})).toBeCloseTo(-PROFILES, 0);
  });
  it("take a profile without foreign errors for one whose foreign errors are zero", () => {
    for (let seed = 0; seed < 5; seed++) {
      const absent = tested(seed, { foreign: 2, others: "nothing" });
      expect(absent).toEqual(tested(seed, { foreign: 2, others: "zeros" }));
    }
  });
  it("refuse a law that no readout makes", () => {
    for (let seed = 0; seed < 20; seed++) {
      expect(tested(seed, { bend: 4 }).goodnessOfFit.pValue).toBeLessThan(1e-3);
    }
  });
  it("name the profile that has a law of its own", () => {
    const odd = repeated({ own: (p) => p === 2 ? 3 : 0 })
      .map(({ leftOutProfiles }) => leftOutProfiles.toSorted((a, b) => a.pValue - b.pValue)[0]);
    const named = odd.filter(({ profileName }) => profileName === "2").length;
    expect(named).toBeGreaterThan(0.6 * REPETITIONS);
    expect(odd.map(({ pValue }) => pValue).sort((a, b) => a - b)[REPETITIONS / 2]).toBeLessThan(
      1e-3,
    );
  });
});
