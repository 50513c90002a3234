import { longRangeFinite } from "@spiediff/exact-reference";
import { preset, profileDensity } from "@spiediff/experiment";
import { randomStream } from "@spiediff/random";
import { describe, expect, it } from "vitest";
import { syntheticData } from "./_synthetic.ts";
import { learnedKappa } from "./learned_kappa.ts";
import type { OperatorData } from "./types.ts";

const reference = longRangeFinite({ halfWidth: 40, betaJ0: 1 });
const { profiles } = preset("lrm");
const M = 25, TAU = 2 * Math.PI;

/** Third derivative of a profile. */
const third = (p: number, x: number) =>
  profiles[p].modes.reduce(
    (sum, { k, amplitude, phase = 0 }) =>
      sum + amplitude * (TAU * Number(k)) ** 3 * Math.sin(TAU * Number(k) * x + phase),
    0,
  );

/** Fluxes of a law with a gradient energy, known to so much of the largest. */
function dataWith(kappa: number, noise: number, seed: number): OperatorData[] {
  const stream = randomStream(seed, "kappa");
  return syntheticData(reference, profiles, M, 1e-3, noise, stream).map((d, p) => ({
    ...d,
    flux: d.flux.map((J, e) => {
      const x = (e + 0.5) / M;
      return J + reference.mobility(profileDensity(profiles[p], x)) * kappa * third(p, x);
    }),
  }));
}

describe("kappa of unknown particles", () => {
  it("is what fluxes of several profiles show beside f', within its error", () => {
    // 2 % of the first mode's driving force. Four standard errors, 6e-5 of false alarm each.
    const kappa = 1.5e-3;
    for (const seed of [1, 2, 3]) {
      const { value, standardError } = learnedKappa(dataWith(kappa, 2e-3, seed));
      expect(standardError).toBeLessThan(kappa / 10);
      // Elements' means of a third derivative are 1 % less at mode 2, and the products' mesh as much.
      expect(Math.abs(value - kappa)).toBeLessThan(4 * standardError + 0.03 * kappa);
    }
  });

  it("is zero within its error where the law is local, and the error that of the scatter", () => {
    const found = Array.from({ length: 12 }, (_, s) => learnedKappa(dataWith(0, 5e-3, 20 + s)));
    const scores = found.map(({ value, standardError }) => value / standardError);
    // Chi-square of 12 numbers: beyond 3.1 or 31.3 one time in 200 on either side.
    const square = scores.reduce((sum, z) => sum + z * z, 0);
    expect(square).toBeGreaterThan(1.5);
    expect(square).toBeLessThan(36);
    scores.forEach((z) => expect(Math.abs(z)).toBeLessThan(4));
  });

  it("is not known of one wave about one mean, which a function of density describes as well", () => {
    const one = learnedKappa([dataWith(1.5e-3, 2e-3, 1)[0]]);
    const all = learnedKappa(dataWith(1.5e-3, 2e-3, 1));
    expect(one.standardError).toBeGreaterThan(20 * all.standardError);
  });
});
