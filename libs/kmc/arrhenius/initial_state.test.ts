import { describe, expect, it } from "vitest";
import { randomStream } from "@spiediff/random";
import { ALARM, deviateOf, pack, pearson, unpack } from "./enumeration.ts";
import {
  configurationSampler,
  latticeProfile,
  localFields,
  ringGibbsSampler,
} from "./initial_state.ts";

describe("the ring Gibbs sampler", () => {
  it.each([0.7, -0.9, 0])("samples the enumerated measure, b = %f (false alarms 1e-5)", (b) => {
    const fields = Float64Array.of(0.4, -1, 0.8, 0, -0.3, 1.2, -0.5, 0.1);
    const weights = Array.from({ length: 256 }, (_, mask) => {
      const eta = unpack(mask, 8);
      return Math.exp(eta.reduce((s, v, x) => s + v * fields[x] + b * v * eta[(x + 1) % 8], 0));
    });
    const total = weights.reduce((a, c) => a + c, 0);
    const law = new Map(weights.map((w, mask) => [mask, w / total]));
    const sample = ringGibbsSampler(b, fields);
    const stream = randomStream(4, b);
    const counts = new Map<number, number>();
    const eta = new Uint8Array(8);
    for (let r = 0; r < 60_000; r++) {
      sample(eta, stream);
      counts.set(pack(eta), (counts.get(pack(eta)) ?? 0) + 1);
    }
    expect(deviateOf(pearson(counts, law))).toBeLessThan(ALARM);
  });
});

describe("initial states", () => {
  const sites = 400;
  const profile = latticeProfile("cosine", sites, (x) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x));

  it.each(
    [
      ["bernoulli", "doubles"],
      ["local-gibbs", "doubles"],
      ["bernoulli", "words"],
      ["local-gibbs", "words"],
      ["fixed-number", "doubles"],
    ] as const,
  )(
    "%s has the profile as its mean, from %s (false alarms 1e-5)",
    (kind, draws) => {
      const sample = configurationSampler(kind, { sites, halfWidth: 1, betaJ0: 2 }, profile, draws);
      const stream = randomStream(9, kind);
      const eta = new Uint8Array(sites);
      const blocks = 20, runs = 4000;
      const mean = new Float64Array(blocks), square = new Float64Array(blocks);
      for (let r = 0; r < runs; r++) {
        sample(eta, stream);
        for (let k = 0; k < blocks; k++) {
          let n = 0;
          for (let x = 20 * k; x < 20 * k + 20; x++) n += eta[x] - profile.density[x];
          mean[k] += n / runs;
          square[k] += n * n / runs;
        }
      }
      mean.forEach((m, k) => expect(Math.abs(m) / Math.sqrt(square[k] / runs)).toBeLessThan(5));
    },
  );

  it("fixed-number samples independent sites given their number (false alarms 1e-5)", () => {
    const density = Float64Array.of(0.9, 0.2, 0.5, 0.7, 0.1, 0.4, 0.65, 0.55);
    const weights = new Map<number, number>();
    for (let mask = 0; mask < 256; mask++) {
      const eta = unpack(mask, 8);
      if (eta.reduce((a, b) => a + b, 0) !== 4) continue;
      weights.set(mask, eta.reduce((p, v, x) => p * (v === 1 ? density[x] : 1 - density[x]), 1));
    }
    const total = [...weights.values()].reduce((a, b) => a + b, 0);
    const law = new Map([...weights].map(([mask, w]) => [mask, w / total]));
    const system = { sites: 8, halfWidth: 1, betaJ0: 0 };
    const sample = configurationSampler("fixed-number", system, { name: "eight", density });
    const stream = randomStream(10, "fixed");
    const counts = new Map<number, number>();
    const eta = new Uint8Array(8);
    for (let r = 0; r < 60_000; r++) {
      sample(eta, stream);
      counts.set(pack(eta), (counts.get(pack(eta)) ?? 0) + 1);
    }
    expect(deviateOf(pearson(counts, law))).toBeLessThan(ALARM);
  });

  it("fixed-number keeps the number on long lattices", () => {
    const long = latticeProfile("long", 20_000, (x) => 0.3 + 0.2 * Math.sin(2 * Math.PI * x));
    const system = { sites: 20_000, halfWidth: 1, betaJ0: 0 };
    const sample = configurationSampler("fixed-number", system, long);
    const stream = randomStream(11, "fixed");
    const eta = new Uint8Array(20_000);
    for (let r = 0; r < 5; r++) {
      sample(eta, stream);
      expect(eta.reduce((a, b) => a + b, 0)).toBe(6000);
    }
  });

  it("local fields at b = 0 are logits", () => {
    const fields = localFields(Float64Array.of(0.2, 0.5, 0.9), 0);
    [0.2, 0.5, 0.9].forEach((rho, i) =>
      expect(fields[i]).toBeCloseTo(Math.log(rho / (1 - rho)), 12)
    );
  });

  it("refuses what it cannot do, by name", () => {
    expect(() => latticeProfile("high", 10, () => 1.2)).toThrow(/"high".*\(0, 1\).*1\.2/);
    expect(() => configurationSampler("local-gibbs", { sites, halfWidth: 2, betaJ0: 6 }, profile))
      .toThrow(/weaker interaction/);
    expect(() =>
      configurationSampler("random" as "bernoulli", { sites, halfWidth: 2, betaJ0: 1 }, profile)
    )
      .toThrow(/"random"/);
  });
});
