import { parseGoals } from "@spiediff/design";
import { preset, profileRange } from "@spiediff/experiment";
import { describe, expect, it } from "vitest";
import { checkGoals, forecastFrom } from "./plan.ts";
import { type Pilot, pilotProfiles, runPilot } from "./pilot.ts";

const experiment = preset("short-strong");
let known: Promise<Pilot> | undefined;
const pilot = () => known ??= runPilot(experiment);
const planned = async (until: string, design: "active" | "fixed" | "random" = "active") =>
  forecastFrom({ experiment, goals: parseGoals(until), design }, await pilot());

describe("a pilot", () => {
  it("is of the two widest waves of the experiment's densities", () => {
    expect(
      pilotProfiles(experiment).map(({ mean, modes }) => [mean, modes[0].k, modes[0].amplitude]),
    )
      .toEqual([[0.5, 1, 0.4], [0.5, 2, 0.4]]);
  });

  it("needs no burn-in from local equilibrium, and finds that longer windows cost more", async () => {
    const { burnIn, windows, spent } = await pilot();
    expect(burnIn).toBe(0);
    expect(windows.map(({ h }) => h * 4e6)).toEqual([4, 8, 16].map((w) => expect.closeTo(w, 6)));
    expect(windows[2].seconds).toBeGreaterThan(windows[0].seconds);
    expect(spent).toBeGreaterThan(0);
    // Fluxes at measured densities: noise falls with the window, more slowly than its length grows.
    const noise = windows.map(({ measured: [first] }) => first.fluxCovariance.trace());
    expect(noise[2]).toBeLessThan(noise[0]);
    expect(noise[2]).toBeGreaterThan(noise[0] / 8);
  });
});

describe("a plan", () => {
  it("costs four times as much for half the width, within what growing priors and errors leave", async () => {
    const [coarse, fine] = [
      await planned("D 0.8 % on 0.2..0.8"),
      await planned("D 0.4 % on 0.2..0.8"),
    ];
    const ratio = fine.plan.cost / coarse.plan.cost;
    expect(ratio).toBeGreaterThan(3);
    expect(ratio).toBeLessThan(6);
    expect(fine.plan.then[0]).toBeCloseTo(0.4, 2);
    expect(fine.cost.low).toBeLessThan(fine.cost.seconds);
    expect(fine.cost.high).toBeGreaterThan(fine.cost.seconds);
  });

  it("goes to the densities of its aim, where fixed profiles hardly do", async () => {
    const { plan } = await planned("D 2 % on 0.05..0.25");
    expect(plan.isReached).toBe(true);
    if (plan.fixedIsReached) expect(plan.cost).toBeLessThan(0.5 * plan.fixedCost);
    const [first] = plan.profiles;
    expect(first.profile.mean).toBeLessThan(0.35);
    expect(first.gain).toBeGreaterThan(1);
  });

  it("of fixed profiles is of equal numbers, and of random ones within its densities", async () => {
    const fixed = (await planned("m 1 %", "fixed")).plan;
    expect(fixed.profiles.map(({ profile }) => profile.name).sort())
      .toEqual(experiment.profiles.map(({ name }) => name).sort());
    expect(new Set(fixed.profiles.map(({ realizations }) => realizations)).size).toBe(1);
    const random = (await planned("m 1 %", "random")).plan.profiles;
    expect(random.map(({ profile: { name } }) => name).sort())
      .toEqual(Array.from({ length: 8 }, (_, p) => `random-${p + 1}`));
    for (const { profile } of random) {
      const [low, high] = profileRange(profile);
      expect(low).toBeGreaterThan(0.09);
      expect(high).toBeLessThan(0.91);
    }
  });
});

it("goals that the experiment cannot answer are refused by name", () => {
  const check = (until: string) => () => checkGoals({ experiment, goals: parseGoals(until) });
  expect(check("density 1 % of nothing")).toThrow("must be one of target, wide, middle");
  expect(check("D 1 % on 0.5..1.2")).toThrow("the density must stay inside (0, 1)");
  expect(check("density 1 % of low and D 1 %")).not.toThrow();
});
