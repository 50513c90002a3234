import { describe, expect, it } from "vitest";
import { exactK1OfField, longRangeKernel, longRangeLimit } from "@spiediff/exact-reference";
import { couplings, latticeProfile, sampleEnsemble } from "@spiediff/kmc";
import { estimateOperators } from "./mod.ts";

describe("a Gaussian kernel", () => {
  it("has the mobility of its own product measure, not that of the limit (false alarms 1e-4)", async () => {
    const sites = 1000, elements = 10;
    const density = 0.6;
    const system = { sites, halfWidth: 30, betaJ0: 3, kernel: { name: "gaussian" } as const };
    const record = await sampleEnsemble({
      system,
      elements,
      profile: latticeProfile("flat", sites, () => density),
      initialState: "bernoulli",
      realizations: 400,
      seed: 4,
      burnIn: 2e-5,
      horizons: [4e-6, 8e-6],
    });
    expect(record.algorithm).toBe("pair-energies");
    const { K1, K1StandardError } = estimateOperators(record);
    const mean = K1.reduce((a, b) => a + b, 0) / elements;
    const error = Math.sqrt(K1StandardError.reduce((s, e) => s + e * e, 0)) / elements;
    const j = couplings(system);
    const [own] = exactK1OfField(longRangeKernel({ couplings: j }), () => density, elements);
    const betaJ0 = 2 * j.reduce((a, b) => a + b, 0);
    const [limit] = exactK1OfField(longRangeLimit({ betaJ0 }), () => density, elements);
    // The product measure itself is right to about 1 % at this range.
    expect(Math.abs(mean - own)).toBeLessThan(4 * error + 0.012 * Math.abs(own));
    expect(Math.abs(mean - limit)).toBeGreaterThan(Math.abs(mean - own));
  });
});
