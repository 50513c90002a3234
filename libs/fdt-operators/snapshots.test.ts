import { describe, expect, it } from "vitest";
import { randomStream } from "@spiediff/random";
import {
  closeCirculation,
  estimateOperators,
  horizonWindow,
  recordFromSnapshots,
  suggestHorizons,
} from "./mod.ts";

const elements = 5;
const system = { sites: 100, halfWidth: 1, betaJ0: 0 };

/** Snapshots with independent currents of variance `s^2` in every element: `K1 = -s^2 N / (2 h)`. */
function fake(realizations: number) {
  const stream = randomStream(1, "snapshots");
  const start: number[][] = [], later: number[][] = [];
  for (let r = 0; r < realizations; r++) {
    const z = Array.from({ length: elements }, () => 0.1 + 0.01 * stream.normal());
    const q = Array.from({ length: elements }, () => 1e-3 * stream.normal());
    start.push(z);
    later.push(z.map((v, i) => v + q[(i + elements - 1) % elements] - q[i]));
  }
  return {
    profileName: "foreign",
    system,
    elements,
    burnIn: 0,
    horizons: [1e-3],
    start,
    later: [later],
  };
}

describe("records from snapshots", () => {
  it("give the K1 and drift that the node differences hold (false alarms 1e-5)", () => {
    const estimate = estimateOperators(recordFromSnapshots(fake(3000)));
    const exact = -1e-6 * 100 / (2 * 1e-3);
    estimate.diagnostics.classic[0].K1.value.forEach((k1, e) => {
      expect(Math.abs(k1 - exact) / estimate.diagnostics.classic[0].K1.standardError[e])
        .toBeLessThan(4.8);
    });
    estimate.drift.forEach((d, i) =>
      expect(Math.abs(d) / estimate.driftStandardError[i]).toBeLessThan(4.8)
    );
    expect(estimate.estimator).toBe("closed classic covariation");
    estimate.K1.forEach((k1, e) => {
      expect(Math.abs(k1 - exact) / estimate.K1StandardError[e]).toBeLessThan(4.8);
    });
  });

  it("say what they are of: every field of a record of particles, without control variates", () => {
    const data = { ...fake(40), burnIn: 0.25 };
    const record = recordFromSnapshots(data);
    expect(record).toMatchObject({
      ...{ system, elements, profileName: "foreign", burnIn: 0.25 },
      ...{ horizons: [1e-3], controlVariates: false, realizations: 40 },
    });
    expect(record.horizons).not.toBe(data.horizons);
  });

  it("refuse what no conserving code writes, by realization", () => {
    const data = fake(4);
    const broken = (change: (z: number[]) => number[]) => () =>
      recordFromSnapshots({
        ...data,
        later: [data.later[0].map((z, r) => r === 2 ? change(z) : z)],
      });
    expect(broken((z) => [NaN, ...z.slice(1)])).toThrow(/realization 2.*NaN at node 0/);
    expect(broken((z) => z.slice(1))).toThrow(/realization 2.*5 values, not 4/);
    expect(broken((z) => [z[0] + 1e-3, ...z.slice(1)])).toThrow(
      /Realization 2 does not conserve mass/,
    );
    expect(() => recordFromSnapshots({ ...data, start: data.start.slice(1) })).toThrow(
      /later must hold/,
    );
    expect(() => recordFromSnapshots(fake(1))).toThrow(/at least 2/);
  });
});

describe("the constant that snapshots leave open in the fluxes", () => {
  const estimate = estimateOperators(recordFromSnapshots(fake(300)));
  const closed = closeCirculation(estimate);
  it("is set so that the driving force closes, and changes no drift", () => {
    const sum = closed.flux.reduce((total, J, e) => total + J / closed.K1[e], 0);
    expect(Math.abs(sum)).toBeLessThan(1e-9);
    closed.flux.forEach((J, e) => {
      const before = closed.flux[(e + elements - 1) % elements];
      expect(before - J).toBeCloseTo(closed.drift[e], 9);
    });
  });
  it("has a variance that leaves it open, and differences as they were", () => {
    expect(closed.fluxCovariance).toEqual(estimate.fluxCovariance);
    expect(closed.samplingCovariance).toEqual(estimate.samplingCovariance);
    const rms = Math.hypot(...closed.flux) / Math.sqrt(elements);
    expect(Math.sqrt(closed.circulationVariance)).toBeGreaterThan(50 * rms);
    expect(estimate.circulationVariance).toBe(0);
  });
});

describe("the window of horizons", () => {
  it("lies between hops and elements, and its absence is refused and warned of", () => {
    expect(suggestHorizons({ sites: 2000 }, 25)).toEqual([1e-6, 2e-6, 4e-6]);
    const { shortest, longest } = horizonWindow({ sites: 2000, drive: 2 }, 25);
    expect(shortest).toBeCloseTo(5e-7, 12);
    expect(longest).toBeCloseTo(5e-5, 12);
    expect(suggestHorizons({ sites: 250 }, 25)).toEqual([6.4e-5]);
    expect(suggestHorizons({ sites: 100 }, 25)).toEqual([]);
    const estimate = estimateOperators(recordFromSnapshots(fake(200)));
    expect(estimate.warnings.join())
      .toMatch(/Only 0\.001 of the horizons 0\.001 lies in the window from 0\.0004.*it alone/);
  });

  it("is kept to where it holds any: others give nothing to the estimate", () => {
    const data = fake(60), stream = randomStream(2, "outside");
    const [inside] = data.later;
    // Elsewhere currents are others, and scatter less, which would make them the better data.
    const outside = () =>
      data.start.map((z) => {
        const q = z.map(() => 1e-5 * stream.normal());
        return z.map((v, i) => v + q[(i + elements - 1) % elements] - q[i]);
      });
    const alone = estimateOperators(recordFromSnapshots(data));
    for (const horizons of [[1e-4, 1e-3], [1e-3, 0.1], [1e-4, 1e-3, 0.1]]) {
      const later = horizons.map((h) => h === 1e-3 ? inside : outside());
      const found = estimateOperators(recordFromSnapshots({ ...data, horizons, later }));
      expect(found.K1).toEqual(alone.K1);
      expect(found.flux).toEqual(alone.flux);
      expect([found.K1Horizon, found.fluxHorizon]).toEqual([1e-3, 1e-3]);
      expect(found.warnings.join()).toContain(`Only 0.001 of the horizons ${horizons.join(", ")}`);
    }
    const none = recordFromSnapshots({ ...data, horizons: [0.1, 0.2], later: [inside, outside()] });
    expect(estimateOperators(none).warnings.join())
      .toMatch(/None of the horizons 0\.1, 0\.2 lies in the window.*choose h inside/);
  });

  it("is told with three digits, and with what bounds it", () => {
    const record = recordFromSnapshots({ ...fake(60), horizons: [1e-3] });
    const warnings = (system: typeof record.system) =>
      estimateOperators({ ...record, system }).warnings.join();
    // 4 / 70^2 and (1/4 of an element of 1/5)^2.
    const end = " to 0.0025 (fluctuations cross";
    expect(warnings({ sites: 70 })).toContain(`from 0.000816 (4 hop times)${end}`);
    expect(warnings({ sites: 70, shortest: 1 / 999 })).toContain(
      `from 0.001 (the shortest window for this process)${end}`,
    );
    expect(warnings({ sites: 7 })).toContain(`it would run from 0.0816 (4 hop times)${end}`);
  });
});
