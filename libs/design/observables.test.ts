import { evenBends } from "@spiediff/epinet";
import { expect, test } from "vitest";
import fc from "fast-check";
import { nodalDensities } from "./candidates.ts";
import { KNOWN, wave } from "./_synthetic.ts";
import { fluxResponse, mobilityResponse } from "./observables.ts";
import { priorBasis } from "./prior_basis.ts";

const basis = priorBasis({
  low: 0.1,
  high: 0.9,
  domain: { low: 0, high: 1 },
  bends: evenBends({ width: 0.2, size: 0.3 }),
});

/** A law whose logarithm is moved along one coefficient. */
const moved = (of: (rho: number) => number, k: number, by: number) => (rho: number) =>
  of(rho) * Math.exp(by * basis.values(rho)[k]);

test("tangents are derivatives by each coefficient of the logarithm", () => {
  const density = nodalDensities(wave(0.5, 0.35), 25), step = 1e-4;
  for (
    const [response, law] of [
      [fluxResponse, KNOWN.diffusivity],
      [mobilityResponse, KNOWN.mobility],
    ] as const
  ) {
    const { tangent } = response(density, law, basis);
    for (let k = 0; k < basis.size; k += 7) {
      const up = response(density, moved(law, k, step), basis).values;
      const down = response(density, moved(law, k, -step), basis).values;
      up.forEach((v, e) => expect(tangent.get(e, k)).toBeCloseTo((v - down[e]) / (2 * step), 6));
    }
  }
});

test("a constant D gives Fick's law, and fluxes around the ring sum to zero for any D", () => {
  fc.assert(fc.property(
    fc.double({ min: 0.2, max: 0.8, noNaN: true }),
    fc.double({ min: 0.01, max: 0.19, noNaN: true }),
    fc.integer({ min: 1, max: 3 }),
    (mean, amplitude, k) => {
      const density = nodalDensities(wave(mean, amplitude, k), 25);
      const fick = fluxResponse(density, () => 0.7, basis).values;
      fick.forEach((J, e) =>
        expect(J).toBeCloseTo(-0.7 * 25 * (density[(e + 1) % 25] - density[e]), 10)
      );
      const any = fluxResponse(density, KNOWN.diffusivity, basis).values;
      const size = Math.hypot(...any);
      expect(Math.abs(any.reduce((a, b) => a + b, 0))).toBeLessThan(1e-6 * size);
    },
  ));
});
