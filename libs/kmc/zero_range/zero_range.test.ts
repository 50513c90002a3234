import { describe, expect, it } from "vitest";
import { randomStream } from "@spiediff/random";
import { zeroRange } from "./zero_range.ts";

describe("zero range", () => {
  it("draws a table's sites from their law: that of the same rates as a formula (false alarms 1e-4)", () => {
    // Rates n up to 30 are independent walkers wherever no site holds more.
    const table = zeroRange({ name: "table", values: Array.from({ length: 30 }, (_, i) => i + 1) });
    const sites = 20_000, out = new Float64Array(sites);
    table.sampler(new Float64Array(sites).fill(1.3))(out, randomStream(1, "table"));
    const share = (n: number) => out.filter((value) => value === n).length / sites;
    let poisson = Math.exp(-1.3);
    for (let n = 0; n < 5; poisson *= 1.3 / ++n) {
      // 5 comparisons at 4.3 standard errors.
      const error = Math.sqrt(poisson * (1 - poisson) / sites);
      expect(Math.abs(share(n) - poisson) / error).toBeLessThan(4.3);
    }
  });

  it("says what is wrong with a rate", () => {
    expect(() => zeroRange({ name: "saturating", capacity: 0 })).toThrow(/capacity must be/);
    expect(() => zeroRange({ name: "table", values: [1, -2] })).toThrow(/values\[1\] .* not -2/);
    expect(() => zeroRange({ name: "table", values: [] })).toThrow(/empty/);
  });
});
