import fc from "fast-check";
import type { ArrheniusSystem } from "./types.ts";

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

/** A system with one of its configurations. */
export const configurations: fc.Arbitrary<{ system: ArrheniusSystem; eta: number[] }> = systems
  .chain((system) =>
    fc.record({
      system: fc.constant(system),
      eta: fc.array(fc.nat(1), { minLength: system.sites, maxLength: system.sites }),
    })
  );
