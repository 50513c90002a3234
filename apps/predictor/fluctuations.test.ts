import { symmetricExclusion } from "@spiediff/exact-reference";
import type { Law } from "@spiediff/law";
import { localLaw } from "@spiediff/macro-solver";
import { ring } from "@spiediff/mesh";
import { describe, expect, it } from "vitest";
import { fluctuations } from "./fluctuations.ts";

const ssep = symmetricExclusion();

/** The law of symmetric exclusion; its members are all the same. */
const exclusionLaw = (elements: number, members = 2): Law =>
  localLaw({ ...ssep, curvature: (rho) => 1 / (rho * (1 - rho)) }, ring(elements), members);

/**
 * Exact variance of z_i / Delta of symmetric exclusion on N sites from independent sites: the means
 * E[eta_x eta_y] obey closed linear equations (Spohn 1991), stepped here by Euler's rule.
 */
function exactDeviation(N: number, M: number, profile: (x: number) => number, time: number) {
  let one = Float64Array.from({ length: N }, (_, x) => profile(x / N));
  let two = Float64Array.from({ length: N * N }, (_, k) => one[Math.floor(k / N)] * one[k % N]);
  const steps = Math.ceil(time * N * N / 0.05), dt = time * N * N / steps;
  const next = (x: number) => (x + 1) % N, last = (x: number) => (x + N - 1) % N;
  for (let s = 0; s < steps; s++) {
    const o = one, t = two;
    one = o.map((v, x) => v + dt * (o[next(x)] + o[last(x)] - 2 * v));
    two = t.map((v, k) => {
      const x = Math.floor(k / N), y = k % N;
      if (x === y) return 0;
      // Particles exchange over every bond, but exchanging x and y themselves changes nothing.
      let rate = 0;
      for (const a of [next(x), last(x)]) if (a !== y) rate += t[a * N + y] - v;
      for (const b of [next(y), last(y)]) if (b !== x) rate += t[x * N + b] - v;
      return v + dt * rate;
    });
  }
  const hat = (i: number, x: number) => {
    const d = Math.abs(((x / N - i / M + 1.5) % 1) - 0.5) * M;
    return Math.max(0, 1 - d);
  };
  return Float64Array.from({ length: M }, (_, i) => {
    let variance = 0;
    for (let x = 0; x < N; x++) {
      for (let y = 0; y < N; y++) {
        const pair = x === y ? one[x] : two[x * N + y];
        variance += hat(i, x) * hat(i, y) * (pair - one[x] * one[y]);
      }
    }
    return Math.sqrt(variance) * M / N;
  });
}

describe("fluctuations", () => {
  it("at equilibrium are those of independent sites, at all times, for any step", async () => {
    const M = 25, N = 2000, rho = 0.3;
    const times = [0, 1e-4, 0.01, 5];
    const found = await fluctuations(
      exclusionLaw(M),
      new Float64Array(M).fill(rho),
      times,
      { beta: 1, sites: N },
    );
    // Variance of a hat's average: eps chi (2/3) / Delta.
    const expected = Math.sqrt(rho * (1 - rho) * 2 / 3 * M / N);
    expect(found).toHaveLength(times.length);
    found!.forEach((row) =>
      row.forEach((v) => expect(Math.abs(v / expected - 1)).toBeLessThan(1e-9))
    );
  });
  it("are the exact ones of symmetric exclusion out of equilibrium within 2 %", async () => {
    const M = 20, N = 120;
    const profile = (x: number) => 0.5 + 0.4 * Math.cos(2 * Math.PI * x);
    const initial = Float64Array.from({ length: M }, (_, i) => profile(i / M));
    const times = [0.004, 0.02];
    const found = await fluctuations(exclusionLaw(M), initial, times, { beta: 1, sites: N });
    times.forEach((time, k) => {
      const exact = exactDeviation(N, M, profile, time);
      found![k].forEach((v, i) => expect(Math.abs(v / exact[i] - 1)).toBeLessThan(0.02));
    });
  }, 120_000);
  it("do not exist where f is not convex", async () => {
    const law = exclusionLaw(5);
    const bent: Law = {
      ...law,
      evaluate(rho, time, out) {
        void law.evaluate(rho, time, out);
        out.curvature[2] = out.curvature[7] = -1;
      },
    };
    const flat = new Float64Array(5).fill(0.5);
    expect(await fluctuations(bent, flat, [0.1], { beta: 1, sites: 100 })).toBeNull();
  });
});
