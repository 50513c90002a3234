import { exclusionDensity, type Law } from "@spiediff/law";
import { ring } from "@spiediff/mesh";
import { describe, expect, it } from "vitest";
import type { Point, Refusal } from "./method.ts";
import { stepUnderflow } from "./refusal.ts";

/** Two members of one field, or of two, on four nodes. */
const law = (fields = 1, fillsCurvature = true) =>
  ({
    ...{ mesh: ring(4), members: 2, fillsCurvature },
    fields: [exclusionDensity, { ...exclusionDensity, name: "charge", low: -1 }].slice(0, fields),
  }) as unknown as Law;
const point = (curvature: number[], rate = [1, -2, 3, 0, -4, 2, 1, 0]) =>
  ({
    state: Float64Array.from({ length: 8 }, (_, i) => 0.1 * (i + 1)),
    rate: Float64Array.from(rate),
    values: { curvature: Float64Array.from(curvature) },
  }) as unknown as Point;
const convex = [1, 1, 1, 1, 1, 1, 1, 1];
const said = (of: Law, from: Point, refusal?: Refusal) =>
  stepUnderflow(of, from, 0.5, 1e-14, refusal).message;

describe("no step length is short enough", () => {
  it("says so with the time, the step and a reason", () => {
    const error = stepUnderflow(law(), point(convex), 0.5, 1e-14, {
      kind: "error",
      ratio: 12.3456,
    });
    expect(error).toMatchObject({
      ...{ name: "SolverError", reason: "step-underflow" },
      message: "No step down to 1e-14 will do at time 0.5: the local error stays 12.3 times the " +
        "tolerance; use a larger tolerance.",
    });
  });

  it("names the value that changes fastest where nothing was refused", () => {
    expect(said(law(), point(convex))).toMatch(
      /: the density at node 0, member 1, changes at the rate -4\.00; its mobility or driving force is/,
    );
    expect(said(law(2), point(convex, [1, 1, 1, 1, 1, 1, 9, 1]))).toMatch(
      /: the charge at node 2, member 0, changes at the rate 9\.00;/,
    );
  });

  it("names an invariant that went the wrong way, by its direction", () => {
    const wrong = (change: number): Refusal => ({
      ...{ kind: "invariant", name: "free energy", member: 1, change },
    });
    expect(said(law(), point(convex), wrong(0.012345))).toMatch(
      /: the free energy of member 1 rises by 0\.0123; its fluxes run uphill, since its driving force is not the slope of its free energy\.$/,
    );
    expect(said(law(), point(convex), wrong(-3))).toMatch(/of member 1 falls by 3\.00;/);
    // Of this member, at its first node that is not convex.
    expect(said(law(), point(convex.with(1, -1).with(6, -1).with(7, -2)), wrong(1))).toMatch(
      /rises by 1\.00; its free energy is not convex at density 0\.7\d*, so it separates/,
    );
    expect(said(law(), point(convex.with(1, -1)), wrong(1))).toMatch(/fluxes run uphill/);
    expect(said(law(), point(convex.with(5, 0)), wrong(1))).toMatch(/fluxes run uphill/);
  });

  it("names a value that leaves its domain, by field, node and member", () => {
    const leaving: Refusal = { kind: "out-of-bounds", index: 6, value: 1.25 };
    expect(said(law(), point(convex), leaving)).toMatch(
      /: member 1 leaves \(0, 1\) at node 2, where its density becomes 1\.25; its free energy does not keep it away from there\.$/,
    );
    expect(said(law(), point(convex.with(4, -1)), leaving)).toMatch(/not convex at density 0\.5,/);
    expect(said(law(2), point(convex.with(4, -1)), leaving)).toMatch(
      /: member 0 leaves \(-1, 1\) at node 2, where its charge becomes 1\.25; its free energy does not/,
    );
    // Curvatures that a law does not fill mean nothing.
    expect(said(law(1, false), point(convex.with(4, -1)), leaving)).toMatch(
      /does not keep it away/,
    );
  });
});
