import { ddimSteps, DEFAULT_SCHEDULE, noiseSchedule } from "@spiediff/diffusion";
import { randomStream } from "@spiediff/random";
import { describe, expect, it } from "vitest";
import { memberVisits, STEERED_SAMPLER } from "./member_visits.ts";

describe("visits of members", () => {
  it("are where the steered sampler looks, for even and odd numbers of diffusion steps", () => {
    for (const steps of [2, 3, 4, 7, 50, 51]) {
      const schedule = noiseSchedule({ ...DEFAULT_SCHEDULE, steps });
      const looks = ddimSteps(schedule, STEERED_SAMPLER.steps).map(({ timestep }) => timestep);
      const visits = memberVisits(4, steps, randomStream(1, "visits"));
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
});
