import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { ringFields, solveOscillatorRing } from "./evolution.ts";
import { ringMobility } from "./mobility.ts";
import { ringThermodynamics } from "./thermodynamics.ts";

const ring = ringThermodynamics(0.5);
const states = fc.record({
  stretch: fc.double({ min: -1.2, max: 1.5, noNaN: true }),
  temperature: fc.double({ min: 0.2, max: 2.5, noNaN: true }),
});

describe("thermodynamics", () => {
  it("has the values that a rule of 1201 points gives", () => {
    const state = ring.atStretch(0.4, 1);
    expect(state.tension).toBeCloseTo(1.102792, 6);
    expect(state.internalEnergy).toBeCloseTo(1.016546, 6);
    expect(state.stretchVariance).toBeCloseTo(0.394112, 6);
    expect(state.stretchPotential).toBeCloseTo(0.280672, 6);
    expect(state.potentialVariance).toBeCloseTo(0.573271, 6);
  });

  it("finds the state of a stretch and an internal energy again", () => {
    fc.assert(fc.property(states, ({ stretch, temperature }) => {
      const state = ring.atStretch(stretch, temperature);
      const found = ring.at(stretch, state.internalEnergy);
      expect(found.temperature / temperature).toBeCloseTo(1, 11);
      expect(found.tension).toBeCloseTo(state.tension, 11);
      expect(found.entropy).toBeCloseTo(state.entropy, 11);
    }));
  });

  it("has ds = (du - tau dr) / T", () => {
    fc.assert(fc.property(states, ({ stretch, temperature }) => {
      const { internalEnergy: u, tension } = ring.atStretch(stretch, temperature), h = 1e-4;
      const along = (dr: number, du: number) =>
        (ring.at(stretch + dr, u + du).entropy - ring.at(stretch - dr, u - du).entropy) / (2 * h);
      expect(along(0, h) * temperature).toBeCloseTo(1, 5);
      expect(along(h, 0) * temperature / (1 + Math.abs(tension))).toBeCloseTo(
        -tension / (1 + Math.abs(tension)),
        5,
      );
    }));
  });

  it("is the harmonic oscillator's far below its anharmonicity", () => {
    // u = tau^2 / 2 + T at V = r^2 / 2; corrections go with T and tau.
    const { internalEnergy, stretchVariance } = ringThermodynamics(0).atStretch(0, 0.01);
    expect(internalEnergy / 0.01).toBeCloseTo(1, 1);
    expect(stretchVariance / 0.01).toBeCloseTo(1, 1);
  });

  it("refuses what no state has", () => {
    expect(() => ring.at(1, ring.potential(1))).toThrow("internalEnergy must exceed the potential");
    expect(() => ring.at(4, 10)).toThrow("stretch must lie in [-3, 3], not be 4.");
    expect(() => ring.atTension(1, 0)).toThrow("temperature must lie in (0, 5], not be 0.");
    expect(() => ringThermodynamics(2)).toThrow("cubic must lie between");
  });
});

it("has the mobilities of both noises", () => {
  const state = ring.atStretch(0.4, 1);
  const { rr, re, ee, pp } = ringMobility(state, { resampling: 0.01, exchange: 0.04 });
  expect([rr, re, pp, ee].map((v) => v.toFixed(5))).toEqual([
    "0.00394",
    "0.00281",
    "0.05000",
    "0.03073",
  ]);
});

it("has mobilities that go with the noises and powers of the temperature", () => {
  for (const temperature of [0.5, 2]) {
    const state = ring.atStretch(0.3, temperature);
    const at = (resampling: number, exchange: number) =>
      ringMobility(state, { resampling, exchange });
    expect(at(0.02, 0)).toEqual({
      rr: 0.02 * state.stretchVariance,
      re: 0.02 * state.stretchPotential,
      ee: expect.closeTo(0.02 * (state.potentialVariance + temperature ** 2 / 2), 14),
      pp: 0.02 * temperature,
    });
    const { rr, re, ee, pp } = at(0, 0.03);
    expect([rr, re]).toEqual([0, 0]);
    expect(ee).toBeCloseTo(0.03 * temperature ** 2 / 2, 14);
    expect(pp).toBeCloseTo(0.03 * temperature, 14);
  }
});

describe("the macroscopic law", () => {
  it("moves each field at first by its own flux and noise", () => {
    const noise = { resampling: 0.02, exchange: 0.05 }, n = 32, dt = 1e-5, TAU = 2 * Math.PI;
    const profile = {
      stretch: (x: number) => 0.3 + 0.1 * Math.cos(TAU * x),
      momentum: (x: number) => 0.2 * Math.sin(2 * TAU * x) + 0.1,
      temperature: (x: number) => 1 + 0.1 * Math.sin(TAU * x),
    };
    const state = (x: number) => ring.atStretch(profile.stretch(x), profile.temperature(x));
    const energy = (x: number) => state(x).internalEnergy + profile.momentum(x) ** 2 / 2;
    const first = (f: (x: number) => number, x: number) => (f(x + 1e-4) - f(x - 1e-4)) / 2e-4;
    const second = (f: (x: number) => number, x: number) =>
      (f(x + 1e-3) - 2 * f(x) + f(x - 1e-3)) / 1e-6;
    const start = ringFields(ring, profile, n);
    const [later] = solveOscillatorRing(ring, noise, profile, [dt], { gridPoints: n });
    const heat = (x: number) =>
      0.02 * energy(x) + 0.05 * (profile.momentum(x) ** 2 + profile.temperature(x)) / 2;
    for (const i of [0, 3, 11, 20]) {
      const x = i / n, rate = (name: keyof typeof start) => (later[name][i] - start[name][i]) / dt;
      expect(rate("stretch")).toBeCloseTo(
        first(profile.momentum, x) + 0.02 * second(profile.stretch, x),
        2,
      );
      expect(rate("momentum")).toBeCloseTo(
        first((y) => state(y).tension, x) + 0.07 * second(profile.momentum, x),
        2,
      );
      expect(rate("energy")).toBeCloseTo(
        first((y) => state(y).tension * profile.momentum(y), x) + second(heat, x),
        2,
      );
    }
  });

  const noise = { resampling: 0.01, exchange: 0.04 };
  const wave = (k: number, phase = 0) => (x: number) => Math.cos(2 * Math.PI * k * x + phase);
  const profile = {
    stretch: (x: number) => 0.4 + 0.2 * wave(1)(x),
    momentum: (x: number) => 0.4 * Math.sin(2 * Math.PI * x),
    temperature: (x: number) => 1 + 0.25 * wave(1, 1)(x),
  };

  it("converges with the grid and the step, and keeps what is conserved", () => {
    const at = (gridPoints: number, step: number) =>
      solveOscillatorRing(ring, noise, profile, [0.1], { gridPoints, step })[0];
    const coarse = at(32, 2e-3), fine = at(64, 1e-3);
    const start = ringFields(ring, profile, 64);
    for (const field of ["stretch", "momentum", "energy"] as const) {
      coarse[field].forEach((v, i) => expect(Math.abs(v - fine[field][2 * i])).toBeLessThan(1e-6));
      const mean = (values: Float64Array) => values.reduce((a, b) => a + b) / 64;
      expect(mean(fine[field])).toBeCloseTo(mean(start[field]), 12);
    }
  });

  it("carries weak waves at the speed of sound", () => {
    // c^2 = tau_r + tau tau_u = 1.6468^2 at r = 0.4, T = 1; one period of the longest wave.
    const period = 1 / 1.6468, weak = 1e-4;
    const [quarter, after] = solveOscillatorRing(
      ring,
      { resampling: 0, exchange: 0 },
      {
        stretch: () => 0.4,
        momentum: (x) => weak * Math.sin(2 * Math.PI * x),
        temperature: () => 1,
      },
      [period / 4, period],
      { gridPoints: 24, step: 2e-3 },
    );
    // At rest for a moment: the wave has moved, and not an integer number of times as fast.
    quarter.momentum.forEach((p) => expect(p / weak).toBeCloseTo(0, 3));
    after.momentum.forEach((p, i) =>
      expect(p / weak).toBeCloseTo(Math.sin(2 * Math.PI * i / 24), 3)
    );
  });

  it("leaves a uniform flow as it is", () => {
    const [after] = solveOscillatorRing(
      ring,
      noise,
      { stretch: () => 0.4, momentum: () => 0.3, temperature: () => 1 },
      [0.05],
      { gridPoints: 16, step: 5e-3 },
    );
    after.momentum.forEach((p) => expect(p).toBeCloseTo(0.3, 12));
    after.stretch.forEach((r) => expect(r).toBeCloseTo(0.4, 12));
  });
});
