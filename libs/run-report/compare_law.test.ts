import { exactK1 } from "@spiediff/exact-reference";
import { describe, expect, it } from "vitest";
import { compareLaw } from "./compare_law.ts";
import { curvesSoFar } from "./curves_so_far.ts";
import { densityGrid } from "./density_grid.ts";
import { learnedFunctions } from "./report_curves.ts";
import { COVERED, ELEMENTS, laws, learnedCurves, result } from "./testing.ts";

const density = densityGrid(COVERED);
const near = (a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number) =>
  Array.from(a).forEach((v, i) => expect(Math.abs(v - b[i])).toBeLessThan(tolerance));

describe("a law beside the exact one", () => {
  it("has the errors that were put in, and in f none, whatever the members' lines", () => {
    const law = compareLaw(density, COVERED, learnedCurves([1.01, 1.03]), laws, ELEMENTS);
    const { k1, freeEnergyGaugeFree, freeEnergyAffineGauge } = law.errors!;
    expect(k1).toBeCloseTo(0.02, 12);
    expect([freeEnergyAffineGauge, freeEnergyGaugeFree].every((error) => error < 1e-12))
      .toBe(true);
    near(
      law.K1.reference!,
      density.map((rho) => exactK1(laws.reference, rho, rho, ELEMENTS)),
      1e-12,
    );
    near(law.drivingForce.mean, law.drivingForce.reference!, 1e-10);
    near(law.freeEnergy.lower, law.freeEnergy.reference!, 1e-10);
    // Quantiles of two members, linear in between (type 7): 0.025 and 0.975 of the way.
    near(law.mobility.lower, density.map((rho) => 1.0105 * laws.reference.mobility(rho)), 1e-12);
    near(law.mobility.upper, density.map((rho) => 1.0295 * laws.reference.mobility(rho)), 1e-12);
  });

  it("has no errors where nothing is known; members are then moved onto their mean", () => {
    const law = compareLaw(density, COVERED, learnedCurves([1, 1.1, 1.2]), null, ELEMENTS);
    expect([law.errors, law.K1Limit, law.freeEnergy.reference]).toEqual([null, null, null]);
    // The mean of three lines of slopes 0, -2 and -4.
    near(law.drivingForce.mean, density.map((rho) => laws.reference.drivingForce(rho) - 2), 1e-10);
    near(law.drivingForce.upper, law.drivingForce.lower, 1e-10);
  });
});

describe("a training under way", () => {
  const members = (value: (rho: number, m: number) => number) =>
    [0, 1].map((m) => Float64Array.from(density, (rho) => value(rho, m)));
  const K1 = members((rho, m) => -(1 + m) * rho);
  const drivingForce = members((rho, m) => laws.reference.drivingForce(rho) + 3 * m);
  const curves = (soFar: Parameters<typeof curvesSoFar>[4]) =>
    curvesSoFar(ELEMENTS, result.run.estimates, density, COVERED, soFar, laws);

  it("has K1 with its points before there is an f'", () => {
    const { k1, drivingForce, freeEnergyDensity } = curves({ K1 });
    expect([drivingForce, freeEnergyDensity]).toEqual([undefined, undefined]);
    near(k1.learned.mean, density.map((rho) => -1.5 * rho), 1e-12);
    // Means of neighbours around the ring of three, once for either profile.
    near(k1.points!.x, [0.3, 0.5, 0.4, 0.3, 0.5, 0.4], 1e-12);
    expect(k1.points!.value).toEqual([-1, -2, -3, -1, -2, -3]);
  });

  it("names the quantity that is conserved, as the report of a finished one does", () => {
    const quantity = { name: "energy", unit: "energy per site" };
    const { estimates } = result.run;
    const drawn = [
      ...Object.values(
        curvesSoFar(ELEMENTS, estimates, density, COVERED, { K1, drivingForce }, laws, quantity),
      ),
      ...Object.values(learnedFunctions(result.law, estimates, quantity)),
    ];
    expect(drawn.map((one) => one.quantity)).toEqual(new Array(3 + 6).fill(quantity));
  });

  it("has f' and its integral f, each member in the exact gauge", () => {
    const { drivingForce: force, freeEnergyDensity } = curves({ K1, drivingForce });
    // The trapezoidal rule on steps of 0.0053 is off by less than 1e-4 there.
    const inside = (values: number[]) =>
      values.filter((_, i) => density[i] > 0.2 && density[i] < 0.8);
    near(inside(force!.learned.mean), inside(force!.references[0].values), 1e-4);
    near(
      inside(freeEnergyDensity!.learned.upper),
      inside(freeEnergyDensity!.references[0].values),
      1e-4,
    );
  });
});
