import type { EnsembleRecord } from "@spiediff/ensemble";
import { runEnsemble } from "@spiediff/ensemble";
import { instantaneousMetropolis, kawasakiMetropolis } from "@spiediff/exact-reference";
import { ringProcessOf } from "@spiediff/kmc";
import { describe, expect, it } from "vitest";
import { instantaneousK1, memoryWarnings, mobilityMemory } from "./mobility_memory.ts";

const SITES = 48, HOP = 1 / SITES ** 2;

/** The lattice gas at `b = 2`, half filled, windows of 1, 3 and 10 hop times. */
function swaps(rule: "metropolis" | "heat-bath", realizations: number): Promise<EnsembleRecord> {
  return runEnsemble(
    ringProcessOf({ system: "kawasaki", sites: SITES, beta: 1, drive: 1, swaps: rule, b: 2 })
      .windows({
        elements: 4,
        profile: { name: "half", density: new Float64Array(SITES).fill(0.5) },
        ...{ realizations, seed: 11, burnIn: 0, horizons: [HOP, 3 * HOP, 10 * HOP] },
      }),
    {},
  );
}

describe("a warning of memory", () => {
  const of = (value: number, standardError: number) => [{ horizon: 1e-3, value, standardError }];
  it("needs a fall of four standard errors, and of half a per cent", () => {
    const told = (value: number, error: number) => memoryWarnings(of(value, error), [0]).length;
    expect([told(-0.039, 0.01), told(-0.041, 0.01)]).toEqual([0, 1]);
    expect([told(-0.0049, 1e-4), told(-0.0051, 1e-4)]).toEqual([0, 1]);
    // A rise is none.
    expect(told(0.5, 0.01)).toBe(0);
  });
  it("is of the longest window inside, with its figures", () => {
    const all = [...of(-0.1, 0.01), { horizon: 2e-3, value: -0.2, standardError: 0.02 }];
    const [said, ...more] = memoryWarnings([...all, { ...all[1], horizon: 3e-3 }], [0, 1]);
    expect(more).toEqual([]);
    expect(said).toMatch(
      /^Not of gradient type: at h = 0\.002 the mobility is 20.* % \(\+- 2\.?0* %\) below/,
    );
    expect(memoryWarnings(all, [0])[0]).toMatch(/at h = 0\.001 the mobility is 10/);
  });
});

describe("the mobility over the window", () => {
  it("falls for Metropolis swaps as rings solved exactly have it, and is told (false alarms 1e-3)", async () => {
    const record = await swaps("metropolis", 16_000), memory = mobilityMemory(record)!;
    const instantaneous = instantaneousMetropolis(0.5, 2);
    const whole = kawasakiMetropolis(2).mobility(0.5) / instantaneous - 1;
    // Shares of the Green-Kubo part that windows of 1, 3 and 10 hop times see.
    [0.61, 0.83, 0.945].forEach((share, w) => {
      const { value, standardError } = memory[w];
      expect(Math.abs(value - share * whole) / standardError).toBeLessThan(3.5);
    });
    expect(-memory[2].value / memory[2].standardError).toBeGreaterThan(5);
    expect(memoryWarnings(memory, [1, 2]).join()).toMatch(
      /^Not of gradient type: at h = .* the mobility is [234]\.\d % .* below the instantaneous one/,
    );
    // The instantaneous mobility itself: 0.2 % of 4 elements.
    const { value, standardError } = instantaneousK1(record, 1)!;
    value.forEach((entry, e) => {
      expect(Math.abs(entry / -4 - instantaneous) / (standardError[e] / 4)).toBeLessThan(4);
      expect(standardError[e] / Math.abs(entry)).toBeLessThan(0.005);
    });
    // What lies outside of the window is not the user's concern.
    expect(memoryWarnings(memory, [])).toEqual([]);
  });

  it("stays for heat-bath swaps, which are of gradient type (false alarms 1e-4)", async () => {
    const record = await swaps("heat-bath", 6000), memory = mobilityMemory(record)!;
    for (const { value, standardError } of memory) {
      expect(Math.abs(value) / standardError).toBeLessThan(4);
    }
    expect(memoryWarnings(memory, [0, 1, 2])).toEqual([]);
    // Nor is it known without control variates.
    expect(mobilityMemory({ ...record, controlVariates: false })).toBeNull();
    expect(instantaneousK1({ ...record, controlVariates: false }, 1)).toBeNull();
    expect(memoryWarnings(null, [0])).toEqual([]);
  });
});
