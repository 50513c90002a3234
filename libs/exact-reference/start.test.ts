import { expect, it } from "vitest";
import {
  curvatureOf,
  equilibriumFor,
  independentSites,
  longRangeKernel,
  nearestNeighbour,
  referenceOfStart,
} from "./mod.ts";

const quick = { sites: 2000, burnIn: 0, longest: 4e-6 };
const long = { halfWidth: 40, betaJ0: 1 };
const densities = [0.1, 0.3, 0.5, 0.7, 0.9];

it("a start in local equilibrium is held against equilibrium, whatever its windows", () => {
  const reference = referenceOfStart(long, { ...quick, initialState: "local-gibbs" });
  const equilibrium = equilibriumFor(long);
  expect([reference.name, reference.kind]).toEqual(["ring-expansion", "expansion"]);
  for (const rho of densities) {
    expect(reference.mobility(rho)).toBe(equilibrium.mobility(rho));
    expect(reference.error!.curvature(rho)).toBe(equilibrium.error!.curvature(rho));
  }
});

it("independent sites obey their own law in short windows, to a few parts in 10^5 of m", () => {
  const reference = referenceOfStart(long, { ...quick, initialState: "bernoulli" });
  expect([reference.name, reference.kind]).toEqual(["independent-sites", "exact"]);
  const product = longRangeKernel({
    couplings: Float64Array.from({ length: 41 }, (_, r) => r === 0 ? 0 : 1 / 81),
  });
  for (const rho of densities) {
    expect(reference.mobility(rho)).toBeCloseTo(product.mobility(rho), 14);
    expect(reference.error!.mobility(rho)).toBeGreaterThan(0);
    expect(reference.error!.mobility(rho)).toBeLessThan(3e-4);
  }
});

it("without interaction any start is equilibrium", () => {
  const reference = referenceOfStart({ halfWidth: 7, betaJ0: 0 }, {
    ...quick,
    initialState: "bernoulli",
  });
  expect([reference.name, reference.kind, reference.error!.mobility(0.5)])
    .toEqual(["ssep", "exact", 0]);
});

/**
 * Nearest neighbours, beta J0 = 2, density 0.5, 25 elements: K1 of a simulation from independent sites after a
 * burn-in (docs/theory.md section 5; standard errors of 0.003).
 */
it.each([[1e-5, 3.794], [1e-4, 3.755]])(
  "after a burn-in of %s the measured mobility lies within the stated error",
  (burnIn, measured) => {
    const system = { halfWidth: 1, betaJ0: 2 };
    const { mobility, error } = referenceOfStart(system, {
      initialState: "bernoulli",
      ...{ sites: 2000, burnIn, longest: 1e-9 },
    });
    const deviation = Math.abs(25 * mobility(0.5) / measured - 1);
    expect(deviation).toBeLessThan(error!.mobility(0.5) + 3 * 0.003 / measured);
  },
);

it("is an approximation between both states, with their distance as error, and equilibrium in the end", () => {
  const system = { halfWidth: 1, betaJ0: 2 };
  const at = (burnIn: number) =>
    referenceOfStart(system, { initialState: "bernoulli", sites: 2000, burnIn, longest: 1e-6 });
  const between = at(0);
  expect([between.name, between.kind]).toEqual(["independent-sites", "approximation"]);
  const exact = nearestNeighbour(system), sites = independentSites(system);
  for (const rho of densities) {
    expect(between.error!.mobility(rho))
      .toBeCloseTo(Math.abs(exact.mobility(rho) / sites.mobility(rho) - 1), 12);
    expect(between.error!.curvature(rho))
      .toBeCloseTo(Math.abs(curvatureOf(exact, rho) - curvatureOf(sites, rho)), 9);
  }
  const late = at(1);
  expect([late.name, late.kind]).toEqual(["nearest-neighbour", "exact"]);
  expect(late.error!.mobility(0.5)).toBeLessThan(1e-3);
});
