import { describe, expect, it } from "vitest";
import { forceRows, type OperatorData, whitened } from "@spiediff/diffusion-train";
import { parseSimulation } from "@spiediff/experiment";
import type { ExactReference } from "@spiediff/exact-reference";
import { processOf } from "@spiediff/kmc";
import { randomStream } from "@spiediff/random";
import { estimateProfiles } from "./estimate.ts";
import { trainingData } from "./training_data.ts";

const SITES = 240, M = 12, HOP = 1 / SITES ** 2;
const wave = (name: string, mean: number, amplitude: number, phase: number) => ({
  ...{ name, mean, modes: [{ k: 1, amplitude, phase }] },
});
const experiment = (externalField?: number) =>
  parseSimulation({
    ...{ name: "driven", seed: 4, elements: M },
    particles: {
      ...{ system: "zero-range", sites: SITES },
      ...(externalField !== undefined && { externalField }),
    },
    profiles: [wave("one", 1, 0.6, 0), wave("two", 0.6, 0.35, 1)],
    sampling: { realizations: 600, burnIn: 0, h: [4 * HOP, 16 * HOP] },
    prediction: { profile: wave("target", 1, 0.3, 0), times: [0, 0.1] },
    groundTruth: { realizations: 8 },
  });

/** Mean mobilities over the elements, and f' at the nodes, as the exact law has them. */
function exactly({ mobility, drivingForce }: ExactReference, d: OperatorData) {
  const rho = d.elementDensity!;
  const between = (a: number, b: number) =>
    [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95]
      .reduce((sum, w) => sum + mobility(a + w * (b - a)) / 10, 0);
  return {
    mobility: Float64Array.from(rho, (a, e) => between(a, rho[(e + 1) % M])),
    force: d.density.map(drivingForce),
  };
}

/** Squares of whitened fluxes less those of the exact law, over all elements: chi-square where they agree. */
function misfit(data: readonly OperatorData[], reference: ExactReference): number {
  const exact = data.map((d) => exactly(reference, d));
  const rows = forceRows(data, exact.map(({ mobility }) => mobility));
  return rows.reduce((sum, { whitening, flux, mobility, density, field, idealEnergy }, p) => {
    // What is left of f' to be learned.
    const force = exact[p].force.map((v, i) => v - idealEnergy * field.ideal.value(density[i]));
    const left = flux.map((J, e) => J + M * mobility[e] * (force[(e + 1) % M] - force[e]));
    return sum + whitened(whitening, left).reduce((total, v) => total + v * v, 0);
  }, 0);
}

describe("a law learned in an external field", async () => {
  const FIELD = 12;
  const [still, driven] = await Promise.all([undefined, FIELD].map(async (field) => {
    const own = experiment(field);
    return trainingData(await estimateProfiles(own, { workers: 1 }), own);
  }));
  const { reference } = processOf(experiment().particles)
    .knownLaws({ burnIn: 0, longest: 16 * HOP }, randomStream(1))!;
  const elements = still.flatMap((_, p) => still[p].flux.map((_, e) => [p, e] as const));

  it("has the mobilities and, less m E, the fluxes of the undriven one (false alarms 1e-4 each)", () => {
    const apart = (value: (d: OperatorData, e: number) => [number, number]) =>
      elements.reduce((sum, [p, e]) => {
        const [a, errorA] = value(still[p], e), [b, errorB] = value(driven[p], e);
        return sum + (a - b) ** 2 / (errorA ** 2 + errorB ** 2);
      }, 0);
    // Chi-square of 24 degrees exceeds 60 once in 17,000; neighbours correlate by a third.
    expect(apart((d, e) => [d.mobility[e], d.mobilityStandardError[e]])).toBeLessThan(60);
    const flux = (own: number) =>
      apart((d, e) => [
        d.flux[e] - own * (d.externalField ?? 0) * d.mobility[e],
        Math.hypot(d.fluxStandardError[e], (d.externalField ?? 0) * d.mobilityStandardError[e]),
      ]);
    expect(flux(1)).toBeLessThan(60);
    // Negative controls: no drift taken off, and one of the other sign.
    expect(flux(0)).toBeGreaterThan(1000);
    expect(flux(-1)).toBeGreaterThan(1000);
  });

  it("is the exact law to the data's errors, at the densities measured (false alarms 1e-4)", () => {
    expect(still[0].externalField).toBeUndefined();
    expect(driven[0].externalField).toBe(FIELD);
    for (const data of [still, driven]) expect(misfit(data, reference)).toBeLessThan(60);
    const forgotten = driven.map(({ externalField: _, ...d }) => d);
    expect(misfit(forgotten, reference)).toBeGreaterThan(1000);
  });

  it("needs a weak field", () => {
    expect(() => experiment(100)).toThrow(/externalField.*must be weak: at most 48, .* not 100/);
  });
});
