import { exclusionDensity, type Law, newLawValues } from "@spiediff/law";
import { ring } from "@spiediff/mesh";
import { describe, expect, it } from "vitest";
import { SolverError } from "./errors.ts";
import { countNotPSD, firstOutside, projectNonNegative, requireFinite } from "./projection.ts";

const lawOf = (fields: number, members = 2): Law => ({
  mesh: ring(3),
  fields: Array.from({ length: fields }, (_, f) => ({ ...exclusionDensity, name: `field ${f}` })),
  members,
  terms: [],
  invariants: [],
  fillsCurvature: false,
  drivingForceRounding: 0,
  evaluate() {},
});

describe("the projection of mobilities", () => {
  it("sets negative ones to zero and counts them", () => {
    const mobility = Float64Array.from([1, -2, 0, -3, 4, 5]);
    expect(countNotPSD(lawOf(1), mobility)).toBe(2);
    expect(projectNonNegative(mobility)).toBe(2);
    expect([...mobility]).toEqual([1, 0, 0, 0, 4, 5]);
    expect(countNotPSD(lawOf(1), mobility)).toBe(0);
  });

  it("knows a matrix that is not positive semi-definite by its smallest eigenvalue's sign", () => {
    const law = lawOf(2, 1);
    // Entries (0,0), (1,0), (1,1), three pairs each; determinants 1, 0 and -3 of the first pair's kind.
    const of = (cross: number) => Float64Array.from([2, 2, 2, cross, 0, 0, 2, 2, 2]);
    expect(countNotPSD(law, of(1))).toBe(0);
    expect(countNotPSD(law, of(-2))).toBe(0);
    expect(countNotPSD(law, of(2.0001))).toBe(1);
    expect(countNotPSD(law, Float64Array.from([0, 1, 1, 0.1, 0, 0, 1, 1, 1]))).toBe(1);
    expect(countNotPSD(law, Float64Array.from([0, 1, 1, 0, 0, 0, 1, 1, -1]))).toBe(1);
  });

  it.each([NaN, Infinity, -Infinity])("refuses %s and names its place", (value) => {
    const law = lawOf(1), values = newLawValues(law);
    values.mobility[4] = value;
    expect(() => requireFinite(law, values)).toThrow(SolverError);
    expect(() => requireFinite(law, values)).toThrow(/between the nodes 1 and 2, member 1/);
    const two = lawOf(2), others = newLawValues(two);
    others.drivingForce[10] = value;
    expect(() => requireFinite(two, others)).toThrow(/the field 1 at node 1, member 1/);
  });

  it("finds the first value outside of its own field's domain, ends and NaN included", () => {
    const law = lawOf(2, 1);
    const state = new Float64Array(6).fill(0.5);
    expect(firstOutside(law, state)).toBe(-1);
    for (const bad of [0, 1, -0.1, 1.1, NaN]) {
      expect(firstOutside(law, state.with(4, bad))).toBe(4);
    }
    const fields = [law.fields[0], { ...law.fields[1], high: Infinity }];
    expect(firstOutside({ ...law, fields }, state.with(4, 7))).toBe(-1);
  });
});
