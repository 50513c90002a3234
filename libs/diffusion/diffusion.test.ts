import { randomStream } from "@spiediff/random";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ddimSteps,
  ddpmSteps,
  DEFAULT_SCHEDULE,
  noiseSchedule,
  sampleInPlace,
  signalAndNoise,
  trailingTimesteps,
} from "./mod.ts";
import type { Denoiser } from "./mod.ts";

const cosine = noiseSchedule(DEFAULT_SCHEDULE);
const linear = noiseSchedule({ name: "linear", steps: 50, betaStart: 1e-4, betaEnd: 0.02 });

describe("noise schedule", () => {
  it.each([["cosine", cosine], ["linear", linear]])("%s: strictly decreasing in (0,1)", (_, s) => {
    expect(s.alphasCumprod.length).toBe(50);
    expect(s.alphasCumprod[0]).toBeLessThan(1);
    for (let t = 1; t < 50; t++) {
      expect(s.alphasCumprod[t]).toBeLessThan(s.alphasCumprod[t - 1]);
    }
    expect(s.alphasCumprod[49]).toBeGreaterThan(0);
    expect(s.alphasCumprod[49]).toBeLessThan(0.01);
  });
  it("the cosine's is cos^2 over its start, until the betas are cut", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        (steps, offset) => {
          const { alphasCumprod } = noiseSchedule({ name: "cosine", steps, offset });
          const level = (t: number) =>
            Math.cos(Math.PI / 2 * (t / steps + offset) / (1 + offset)) ** 2;
          // The last beta alone is cut: the signal ends at zero.
          for (let t = 0; t + 1 < steps; t++) {
            if (1 - level(t + 1) / level(t) >= 0.999) break;
            expect(alphasCumprod[t]).toBeCloseTo(level(t + 1) / level(0), 10);
          }
          expect(1 - alphasCumprod[steps - 1] / alphasCumprod[steps - 2]).toBeCloseTo(0.999, 10);
        },
      ),
    );
  });
  it("keeps its record and its length beside it", () => {
    const spec = { name: "linear", steps: 7, betaStart: 0.1, betaEnd: 0.2 } as const;
    const { alphasCumprod, ...rest } = noiseSchedule(spec);
    expect([rest, alphasCumprod.length]).toEqual([{ spec, steps: 7 }, 7]);
  });
  it("the linear one's betas run from start to end, times 1000 over the steps", () => {
    fc.assert(fc.property(fc.integer({ min: 40, max: 1000 }), (steps) => {
      const { alphasCumprod } = noiseSchedule({
        name: "linear",
        steps,
        betaStart: 1e-4,
        betaEnd: 0.02,
      });
      const beta = (t: number) => 1 - alphasCumprod[t] / (t === 0 ? 1 : alphasCumprod[t - 1]);
      const scale = 1000 / steps;
      expect(beta(0)).toBeCloseTo(scale * 1e-4, 10);
      expect(beta(steps - 1)).toBeCloseTo(scale * 0.02, 10);
      expect(beta(2) - beta(1)).toBeCloseTo(scale * (0.02 - 1e-4) / (steps - 1), 10);
    }));
  });
  it("takes the ends of what is allowed and nothing beyond", () => {
    expect(noiseSchedule({ name: "cosine", steps: 2, offset: 0 }).alphasCumprod).toHaveLength(2);
    expect(() => noiseSchedule({ name: "cosine", steps: 5, offset: 1 })).toThrow(/offset/);
    expect(() => noiseSchedule({ name: "cosine", steps: 2.5, offset: 0 })).toThrow(/steps/);
    const flat = { name: "linear", steps: 1000, betaStart: 0.01, betaEnd: 0.01 } as const;
    expect(noiseSchedule(flat).alphasCumprod[9]).toBeCloseTo(0.99 ** 10, 12);
    expect(() => noiseSchedule({ ...flat, betaStart: 0 })).toThrow(/betaStart/);
    expect(() => noiseSchedule({ ...flat, betaEnd: 1 })).toThrow(/betaEnd/);
  });
  it("refuses bad records by name", () => {
    expect(() => noiseSchedule({ name: "cosine", steps: 1, offset: 0 })).toThrow(/steps/);
    expect(() => noiseSchedule({ name: "cosine", steps: 5, offset: -1 })).toThrow(/offset/);
    expect(() => noiseSchedule({ name: "linear", steps: 5, betaStart: 0.1, betaEnd: 0.01 }))
      .toThrow(/betaStart/);
  });
});

describe("timesteps", () => {
  it("start at full noise and go down", () => {
    expect(trailingTimesteps(cosine, 2)).toEqual([49, 24]);
    expect(trailingTimesteps(cosine, 50)[49]).toBe(0);
    // 50 - 6.25 k, rounded, less one.
    expect(trailingTimesteps(cosine, 8)).toEqual([49, 43, 37, 30, 24, 18, 12, 5]);
    expect(trailingTimesteps(cosine, 1)).toEqual([49]);
    expect(() => trailingTimesteps(cosine, 0)).toThrow(/not 0/);
    expect(() => trailingTimesteps(cosine, 1.5)).toThrow(/not 1.5/);
    fc.assert(fc.property(fc.integer({ min: 1, max: 50 }), (n) => {
      const ts = trailingTimesteps(cosine, n);
      expect(ts[0]).toBe(49);
      ts.forEach((t, k) => expect(k === 0 || t < ts[k - 1]).toBe(true));
      expect(ts.at(-1)).toBeGreaterThanOrEqual(0);
    }));
    expect(() => trailingTimesteps(cosine, 51)).toThrow(/1 to 50/);
  });
});

describe("reverse steps", () => {
  const alpha = (t: number | undefined) => t === undefined ? 1 : cosine.alphasCumprod[t];

  it("carry the forward process's law at one timestep to that at the next, whatever eta", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (count, eta) => {
          const steps = ddimSteps(cosine, count, eta);
          steps.forEach(
            ({ timestep, stateCoefficient: c, cleanCoefficient, noiseCoefficient }, k) => {
              const [a, next] = [alpha(timestep), alpha(steps[k + 1]?.timestep)];
              expect(c * Math.sqrt(a) + cleanCoefficient).toBeCloseTo(Math.sqrt(next), 10);
              expect(c * c * (1 - a) + noiseCoefficient ** 2).toBeCloseTo(1 - next, 10);
              expect(c).toBeGreaterThanOrEqual(0);
              // The posterior's variance (Ho, Jain & Abbeel 2020, Eq. 7), of which eta takes its share.
              const posterior = (1 - a / next) * (1 - next) / (1 - a);
              expect(noiseCoefficient ** 2).toBeCloseTo(eta * eta * posterior, 10);
            },
          );
        },
      ),
    );
  });

  it("of DDPM visit every timestep with the posterior's variance", () => {
    const steps = ddpmSteps(cosine);
    expect(steps.map(({ timestep }) => timestep)).toEqual([...Array(50).keys()].reverse());
    const [a, next] = [alpha(20), alpha(19)];
    expect(steps[29].noiseCoefficient ** 2).toBeCloseTo((1 - a / next) * (1 - next) / (1 - a), 12);
  });

  it("add the noise that is given for their number, times its coefficient", async () => {
    const steps = ddimSteps(cosine, 2, 1);
    const state = Float32Array.of(0, 0);
    const asked: number[] = [];
    const noise = (k: number) => (asked.push(k), Float32Array.of(1, -2));
    const clean = new Float32Array(2);
    await sampleInPlace(steps.slice(0, 1), (_y, _t, y0) => void y0.fill(0), state, clean, noise);
    expect(asked).toEqual([0]);
    expect(state[0]).toBeCloseTo(steps[0].noiseCoefficient, 6);
    expect(state[1]).toBeCloseTo(-2 * steps[0].noiseCoefficient, 6);
  });

  it("wait for a denoiser that takes its time", async () => {
    const state = Float32Array.of(1);
    const slowly: Denoiser = async (_y, _t, clean) => {
      await new Promise((done) => setTimeout(done, 1));
      clean[0] += 1;
    };
    await sampleInPlace(ddimSteps(cosine, 3), slowly, state, new Float32Array(1));
    expect([...state]).toEqual([3]);
  });
});

/**
 * For data N(m, s^2) the ideal denoiser is known, `E[y0|y_t] = m + c (y_t - a m)` with
 * `c = a s^2/(a^2 s^2 + n^2)`; Eq. 12 of Song, Meng & Ermon then maps normal laws to normal laws.
 */
const m = 0.4, s2 = 0.09;
function gain(schedule: typeof cosine, t: number): [number, number] {
  const [a, n] = signalAndNoise(schedule, t);
  return [a * s2 / (a * a * s2 + n * n), a];
}
/** Mean and variance of the samples by that equation, from the levels of the schedule alone. */
function sampledLaw(schedule: typeof cosine, timesteps: number[], eta: number) {
  let mean = 0, variance = 1;
  timesteps.forEach((t, k) => {
    const now = schedule.alphasCumprod[t];
    const next = k + 1 < timesteps.length ? schedule.alphasCumprod[timesteps[k + 1]] : 1;
    const sigma2 = eta * eta * (1 - next) / (1 - now) * (1 - now / next);
    const c = Math.sqrt(now) * s2 / (now * s2 + 1 - now);
    // The noise that the state implies, e = (y - sqrt(a) y0) / sqrt(1 - a), and y0 = m + c (y - sqrt(a) m).
    const kept = Math.sqrt(Math.max(0, 1 - next - sigma2) / (1 - now));
    const slope = Math.sqrt(next) * c + kept * (1 - Math.sqrt(now) * c);
    const clean = m - c * Math.sqrt(now) * m;
    mean = slope * mean + (Math.sqrt(next) - kept * Math.sqrt(now)) * clean;
    variance = slope * slope * variance + sigma2;
  });
  return { mean, variance };
}
const every = [...Array(50).keys()].reverse();

describe("samplers on Gaussian data", () => {
  const cases: [string, typeof cosine, ReturnType<typeof ddpmSteps>, number[], number][] = [
    ["DDPM cosine", cosine, ddpmSteps(cosine), every, 1],
    ["DDPM linear", linear, ddpmSteps(linear), every, 1],
    ["DDIM-2", cosine, ddimSteps(cosine, 2), [49, 24], 0],
    ["DDIM-10", cosine, ddimSteps(cosine, 10), every.filter((t) => t % 5 === 4), 0],
    ["DDIM-10, eta 0.5", cosine, ddimSteps(cosine, 10, 0.5), every.filter((t) => t % 5 === 4), 0.5],
  ];
  it.each(cases)(
    "%s: mean and variance follow the closed form (5 sigma: false alarm 1e-6)",
    async (name, schedule, steps, timesteps, eta) => {
      const { mean, variance } = sampledLaw(schedule, timesteps, eta);
      const n = 20000;
      const stream = randomStream(11, "diffusion-test", name);
      const normals = () => Float32Array.from({ length: n }, () => stream.normal());
      const state = normals();
      await sampleInPlace(
        steps,
        (y, t, clean) => {
          const [c, a] = gain(schedule, t);
          for (let i = 0; i < n; i++) clean[i] = m + c * (y[i] - a * m);
        },
        state,
        new Float32Array(n),
        normals,
      );
      const observed = state.reduce((x, y) => x + y, 0) / n;
      const spread = state.reduce((x, y) => x + (y - observed) ** 2, 0) / (n - 1);
      expect(Math.abs(observed - mean)).toBeLessThan(5 * Math.sqrt(variance / n) + 1e-6);
      expect(Math.abs(spread / variance - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
      if (steps.length < 50) return;
      // All timesteps reproduce the data's law within the discretisation.
      expect(Math.abs(observed - m)).toBeLessThan(0.02);
      expect(Math.abs(Math.sqrt(spread / s2) - 1)).toBeLessThan(name === "DDPM linear" ? 0.2 : 0.1);
    },
  );
  it("DDIM with eta = 0 is deterministic and the last step returns the clean prediction", async () => {
    const state = Float32Array.of(0.3, -2);
    await sampleInPlace(
      ddimSteps(cosine, 2),
      (_y, t, clean) => void clean.fill(t),
      state,
      new Float32Array(2),
    );
    expect([...state]).toEqual([24, 24]);
  });
  it("asks for noise when it needs some, and refuses eta outside [0, 1]", async () => {
    const call = sampleInPlace(
      ddpmSteps(cosine),
      () => {},
      new Float32Array(1),
      new Float32Array(1),
    );
    await expect(call).rejects.toThrow(/noise/);
    expect(() => ddimSteps(cosine, 2, 1.5)).toThrow(/eta/);
  });
});
