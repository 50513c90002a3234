import { preset, type SimulatedExperiment } from "@spiediff/experiment";
import type { OperatorEstimate } from "@spiediff/fdt-operators";
import { describe, expect, it } from "vitest";
import { estimateProfiles, profileEnsemble, requireOwnParticles } from "./estimate.ts";

const quick = preset("quick", 9);
/** No field has the value that it has by default. */
const experiment: SimulatedExperiment = {
  ...quick,
  particles: {
    ...quick.particles,
    ...{ sites: 60, halfWidth: 3, betaJ0: 0.5, drive: 2, beta: 3, initialState: "bernoulli" },
    kernel: { name: "gaussian" } as never,
  },
  elements: 6,
  profiles: quick.profiles.slice(0, 3),
  sampling: { realizations: 16, burnIn: 1e-4, h: [1e-4, 3e-4], blocks: 8 },
};

describe("what is simulated", () => {
  it("is each field of the experiment under its own name", () => {
    const system = {
      ...{ sites: 60, halfWidth: 3, betaJ0: 0.5, drive: 2 },
      kernel: { name: "gaussian" },
    };
    const { head, job } = profileEnsemble(experiment, experiment.profiles[1]);
    expect(head).toMatchObject({
      ...{ system, elements: 6, initialState: "bernoulli", profileName: "middle" },
      ...{ realizations: 16, burnIn: 1e-4, horizons: [1e-4, 3e-4] },
    });
    expect(job.words.streams).toEqual([9, "kmc", "middle"]);
    expect(job.work.blockSize).toBe(2);
    const { profile } = job.process as { profile: { name: string; density: Float64Array } };
    expect(profile.name).toBe("middle");
    expect(profile.density).toHaveLength(60);
    // 0.5 + 0.3 cos(2 pi x + 1) at the site's own place.
    expect(profile.density[15]).toBeCloseTo(0.5 + 0.3 * Math.cos(2 * Math.PI * 15 / 60 + 1), 14);
  });

  it("is not another code's", () => {
    const foreign = { ...experiment, particles: { system: "foreign" } } as never;
    expect(() => requireOwnParticles(foreign)).toThrow(
      /The particles of "quick" are another code's/,
    );
    expect(() => profileEnsemble(foreign, experiment.profiles[0])).toThrow(/another code's/);
  });
});

describe("estimates of all profiles", () => {
  it("come in order, those that are known without work, and are kept as they come", async () => {
    const known = { profileName: "middle" } as OperatorEstimate;
    const kept: string[] = [], progress: [number, number][] = [];
    const estimates = await estimateProfiles(experiment, {
      workers: 1,
      recall: (name) => Promise.resolve(name === "middle" ? known : undefined),
      keep: (estimate) => Promise.resolve(void kept.push(estimate.profileName)),
      onProgress: (done, total) => void progress.push([done, total]),
    });
    expect(estimates.map(({ profileName }) => profileName)).toEqual(["wide", "middle", "low"]);
    expect(estimates[1]).toBe(known);
    expect(kept).toEqual(["wide", "low"]);
    expect(progress.every(([, total]) => total === 48)).toBe(true);
    const done = progress.map(([count]) => count);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.at(-1)).toBe(48);
    expect(done.filter((count) => count === 32)).toHaveLength(1);
    expect(done.indexOf(16)).toBeLessThan(done.indexOf(32));
  });

  it("count energy in units of the experiment's beta", async () => {
    const one = { ...experiment, profiles: experiment.profiles.slice(0, 1) };
    const particles = { ...one.particles, beta: 1 };
    const [[cold], [unit]] = await Promise.all(
      [one, { ...one, particles }].map((of) => estimateProfiles(of, { workers: 1 })),
    );
    // K1 = -beta covariation / 2; fluxes have no beta in them.
    cold.K1.forEach((k1, e) => expect(k1).toBeCloseTo(3 * unit.K1[e], 10));
    cold.flux.forEach((flux, e) => expect(flux).toBeCloseTo(unit.flux[e], 10));
  });
});
