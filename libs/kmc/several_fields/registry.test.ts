import { describe, expect, it } from "vitest";
import { randomStream } from "@spiediff/random";
import { fieldsProcessOf } from "./registry.ts";

/** Five standard errors: a false alarm of 6e-7 a comparison. */
const SIGMAS = 5;

describe("two species", () => {
  const process = fieldsProcessOf({ system: "two-species", sites: 60 });
  const start = {
    first: (x: number) => 0.3 + 0.2 * Math.cos(2 * Math.PI * x),
    second: (x: number) => 0.35 + 0.1 * Math.sin(2 * Math.PI * x),
  };
  const elements = 6, times = [0, 0.01, 0.03];

  it("decay as the heat equation says, each wave by itself", () => {
    const run = process.trajectories(start, elements, times), R = 400;
    const sums = new Float64Array(36), squares = new Float64Array(36);
    for (let n = 0; n < R; n++) {
      run(randomStream(2, n)).forEach((v, k) => {
        sums[k] += v;
        squares[k] += v * v;
      });
    }
    process.exact.evolve(start, times, elements).forEach((fields, t) =>
      fields.forEach((v, k) => {
        // A wave's average over hats of six elements is (sin(pi / 6) / (pi / 6))^2 times its value.
        const mean = k < elements ? 0.3 : 0.35, share = (3 / Math.PI) ** 2;
        const at = 12 * t + k, found = sums[at] / R;
        const error = Math.sqrt((squares[at] / R - found * found) / R);
        expect(Math.abs(found - mean - share * (v - mean))).toBeLessThan(SIGMAS * error + 1e-3);
      })
    );
  });

  it("have M and f' of independent sites, whose product with f'' is 1", () => {
    const [a, b] = [0.3, 0.4], h = 1e-5;
    const [m11, m21, m22] = process.exact.mobility([a, b]);
    const slope = (da: number, db: number) => {
      const up = process.exact.slopes([a + da, b + db]);
      const down = process.exact.slopes([a - da, b - db]);
      return up.map((v, k) => (v - down[k]) / (2 * h));
    };
    const [f11, f21] = slope(h, 0), [f12, f22] = slope(0, h);
    [m11 * f11 + m21 * f21, m11 * f12 + m21 * f22, m21 * f11 + m22 * f21, m21 * f12 + m22 * f22]
      .forEach((v, k) => expect(v).toBeCloseTo(k === 0 || k === 3 ? 1 : 0, 6));
  });

  it("refuses densities that leave no vacancies", () => {
    expect(() => process.check({ first: () => 0.6, second: () => 0.5 })).toThrow(/sum below 1/);
  });
});

describe("the oscillator ring", () => {
  const noise = { cubic: 0.5, resampling: 0.01, exchange: 0.04 };
  const process = fieldsProcessOf({ system: "oscillator-ring", sites: 100, ...noise });
  const start = { stretch: () => 0.4, momentum: () => 0.3, temperature: () => 1 };

  it("starts with the fields of local equilibrium", () => {
    // u = 1.016546 at r = 0.4, T = 1.
    const [r, p, e] = [0, 5, 10].map((k) => process.startFields(start, 5)[k]);
    expect([r, p]).toEqual([0.4, 0.3]);
    expect(e).toBeCloseTo(1.016546 + 0.045, 5);
    const run = process.trajectories(start, 5, [0]), R = 300;
    let sum = 0;
    for (let n = 0; n < R; n++) {
      sum += run(randomStream(1, n)).subarray(10).reduce((s, v) => s + v, 0);
    }
    // e varies by sqrt(chi_VV + T^2 / 2 + p^2 T) = 1.08 a site.
    expect(Math.abs(sum / (5 * R) - e)).toBeLessThan(SIGMAS * 1.08 / Math.sqrt(100 * R));
  });

  it("has the law that is known of it", () => {
    const [sr, su] = process.exact.slopes([0.4, 1.016546]);
    expect(-sr / su).toBeCloseTo(1.102792, 4);
    expect(1 / su).toBeCloseTo(1, 4);
    const [rr, re, ee, pp] = process.exact.mobility([0.4, 1.016546]);
    [[rr, 0.00394112], [re, 0.00280672], [ee, 0.0307327], [pp, 0.05]].forEach(([v, exact]) =>
      expect(v / exact).toBeCloseTo(1, 4)
    );
    const [still] = process.exact.evolve(start, [0.1], 8);
    expect(still[0]).toBeCloseTo(0.4, 10);
  });
});
