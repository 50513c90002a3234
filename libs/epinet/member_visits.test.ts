import { ddimSteps, DEFAULT_SCHEDULE, noiseSchedule } from "@spiediff/diffusion";
import { randomStream } from "@spiediff/random";
import { describe, expect, it } from "vitest";
import { memberState, memberVisits, STEERED_SAMPLER } from "./member_visits.ts";

describe("visits of members", () => {
  it("are where the steered sampler looks, for even and odd numbers of diffusion steps", () => {
    for (const steps of [2, 3, 4, 7, 50, 51]) {
      const schedule = noiseSchedule({ ...DEFAULT_SCHEDULE, steps });
      const looks = ddimSteps(schedule, STEERED_SAMPLER.steps).map(({ timestep }) => timestep);
      const visits = memberVisits(4, steps, randomStream(1, "visits"));
      const known = new Set(visits.map(({ last }) => last));
      expect(known).toEqual(new Set([true, false]));
      expect(visits).toHaveLength(12);
      const ends = visits.filter(({ last }) => last);
      expect(ends.map(({ timestep }) => timestep)).toEqual(new Array(4).fill(looks.at(-1)));
      for (const { latent } of ends) {
        const own = visits.filter((visit) => visit.latent === latent).map((v) => v.timestep);
        expect(own.slice(0, 2)).toEqual(looks);
        expect(own[2]).toBeGreaterThanOrEqual(0);
        expect(own[2]).toBeLessThan(steps);
      }
    }
  });

  it("are at evenly spaced latents of mean 0 and mean square 1; a single one is at 0", () => {
    for (const count of [2, 3, 4, 9]) {
      const all = memberVisits(count, 10, randomStream(1, "visits")).map(({ latent }) => latent);
      const latents = [...new Set(all)];
      expect(latents).toHaveLength(count);
      expect(latents.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 12);
      expect(latents.reduce((a, b) => a + b * b, 0) / count).toBeCloseTo(1, 12);
      latents.slice(1).forEach((v, i) =>
        expect(v - latents[i]).toBeCloseTo(latents[1] - latents[0], 12)
      );
    }
    expect(memberVisits(1, 10, randomStream(1, "visits")).map(({ latent }) => latent))
      .toEqual([0, 0, 0]);
  });

  it("have the noisy state of their latent", () => {
    const schedule = noiseSchedule({ ...DEFAULT_SCHEDULE, steps: 10 });
    const [signal, noise] = [schedule.alphasCumprod[3], 1 - schedule.alphasCumprod[3]]
      .map(Math.sqrt);
    [...memberState(schedule, 3, Float64Array.of(2, -1), 0.5)]
      .forEach((v, i) => expect(v).toBeCloseTo(signal * [2, -1][i] + noise * 0.5, 6));
  });
});
