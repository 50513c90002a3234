import fc from "fast-check";
import { cutInto, type OrderPlan } from "./order_plan.ts";
import type { ArrheniusSystem, Kernel } from "./types.ts";

/** Small systems with any half-width that fits and strengths of either sign, zero included. */
export const systems: fc.Arbitrary<ArrheniusSystem> = fc.integer({ min: 4, max: 40 }).chain(
  (sites) =>
    fc.record({
      sites: fc.constant(sites),
      halfWidth: fc.integer({ min: 1, max: Math.floor(sites / 2) - 1 }),
      betaJ0: fc.oneof(fc.constant(0), fc.double({ min: -4, max: 4, noNaN: true })),
      drive: fc.double({ min: 0.1, max: 3, noNaN: true }),
    }),
);

const kernels = (halfWidth: number): fc.Arbitrary<Kernel> =>
  fc.oneof(
    fc.constantFrom<Kernel>({ name: "linear" }, { name: "gaussian" }, { name: "morse" }),
    fc.record({
      name: fc.constant("gaussian" as const),
      width: fc.double({ min: 0.05, max: 2, noNaN: true }),
    }),
    fc.record({
      name: fc.constant("morse" as const),
      well: fc.double({ min: 0.05, max: 0.4, noNaN: true }),
      steepness: fc.double({ min: 1, max: 15, noNaN: true }),
    }),
    fc.record({
      name: fc.constant("table" as const),
      values: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
        minLength: halfWidth,
        maxLength: halfWidth,
      }).map((values) => values.map((v) => v / halfWidth)),
    }),
  );

/** The same with kernels of all kinds, of one or both signs; couplings as allowed. */
export const kernelSystems: fc.Arbitrary<ArrheniusSystem> = systems.chain((system) =>
  kernels(system.halfWidth).map((kernel) => ({ ...system, kernel }))
);

const configured = (from: fc.Arbitrary<ArrheniusSystem>) =>
  from.chain((system) =>
    fc.record({
      system: fc.constant(system),
      eta: fc.array(fc.nat(1), { minLength: system.sites, maxLength: system.sites }),
    })
  );

/** A system with one of its configurations. */
export const configurations: fc.Arbitrary<{ system: ArrheniusSystem; eta: number[] }> = configured(
  systems,
);

/** The same with kernels of all kinds. */
export const kernelConfigurations: typeof configurations = configured(kernelSystems);

/** The same configuration several times over on a longer ring, with a way to cut its attempts up. */
export function ordered(
  from: typeof configurations,
  shape: { words: number; counts: boolean },
): fc.Arbitrary<{ system: ArrheniusSystem; eta: number[]; plan: OrderPlan }> {
  const cuts = fc.record({
    times: fc.integer({ min: 1, max: 8 }),
    cells: fc.integer({ min: 1, max: 6 }),
    batch: fc.integer({ min: 1, max: 60 }),
  });
  return fc.tuple(from, cuts).map(([{ system, eta }, { times, cells, batch }]) => {
    const sites = times * system.sites;
    return {
      system: { ...system, sites },
      eta: Array.from({ length: sites }, (_, x) => eta[x % eta.length]),
      plan: cutInto(cells, batch, sites, system.halfWidth, shape),
    };
  });
}

/** The least number of hats that a ring takes. */
export function leastElements(sites: number): number {
  let elements = 3;
  while (sites % elements !== 0) elements++;
  return elements;
}
