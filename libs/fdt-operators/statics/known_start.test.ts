/** Starts of which more is known than their particles, of an ideal gas: `m = D rho`, `f'' = 1/rho` (beta = 1). */
import { projectPositions } from "@spiediff/mesh";
import { randomStream } from "@spiediff/random";
import { describe, expect, it } from "vitest";
import { estimateOperators } from "../estimate_operators.ts";
import { parseOperatorEstimate } from "../parse.ts";
import { recordFromSnapshots } from "../snapshots.ts";
import type { OperatorEstimate } from "../types.ts";

const M = 8, PARTICLES = 60, N = 40, D = 2;
const HORIZONS = [1e-4, 4e-4];
const WINDOWS = { mobility: [1e-4], fluxes: [4e-4] };

/** Particles at rest under `amplitude cos(2 pi x)`, which is gone after the start. */
function gas(name: string, amplitude: number, realizations: number) {
  const stream = randomStream(1, "known start", name);
  const place = () => {
    for (;;) {
      const x = stream.uniform();
      const weight = Math.exp(-amplitude * (Math.cos(2 * Math.PI * x) + 1));
      if (stream.uniform() < weight) return x;
    }
  };
  const z = (x: Float64Array) => projectPositions(x, M, 1 / N);
  const runs = Array.from({ length: realizations }, () => {
    let x = Float64Array.from({ length: PARTICLES }, place), before = 0;
    const times = [z(x)];
    for (const h of HORIZONS) {
      x = x.map((v) => v + Math.sqrt(2 * D * (h - before)) * stream.normal());
      before = h;
      times.push(z(x));
    }
    return times;
  });
  return recordFromSnapshots({
    profileName: name,
    system: { sites: N, drive: D },
    ...{ elements: M, burnIn: 0, horizons: HORIZONS, start: runs.map(([start]) => start) },
    later: HORIZONS.map((_, w) => runs.map((times) => times[w + 1])),
  });
}

/** The profile's diffusivity by least squares of its fluxes against its gradients. */
function diffusivity({ density, flux }: OperatorEstimate): number {
  const constant = flux.reduce((a, b) => a + b, 0) / M;
  const slope = density.map((rho, e) => M * (density[(e + 1) % M] - rho));
  const product = slope.reduce((sum, s, e) => sum - s * (flux[e] - constant), 0);
  return product / slope.reduce((sum, s) => sum + s * s, 0);
}
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: number[]) =>
  Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)) * values.length / (values.length - 1));

describe("a start under a known potential", () => {
  const REPETITIONS = 24;
  const found = Array.from({ length: REPETITIONS }, (_, r) => {
    const record = gas(`wave ${r}`, 0.5, 150);
    const start = { kind: "potential", k: 1, amplitude: 0.5 } as const;
    const fluxes = estimateOperators(record, { windows: WINDOWS });
    const both = estimateOperators(record, { windows: WINDOWS, start });
    return { fluxes, both, ...both.diagnostics.potential! };
  });

  it("tells of D what fluxes tell, far better, and by the weights of both errors", () => {
    const alone = found.map(({ fluxes }) => diffusivity(fluxes));
    const both = found.map(({ both }) => diffusivity(both));
    // Four standard errors of the mean each, 6e-5; 0.3 % more for gradients that fall within the window.
    expect(Math.abs(mean(both) / D - 1))
      .toBeLessThan(0.003 + 4 * deviation(both) / D / Math.sqrt(REPETITIONS));
    expect(deviation(both)).toBeLessThan(0.6 * deviation(alone));
    for (const { weight } of found) expect(weight).toBeGreaterThan(0.5);
  });

  it("agrees with them as often as chance has it", () => {
    // Of 24 p-values none below 1e-4, nor all above 1/2: false alarms of 2e-3 and 6e-8.
    const p = found.map(({ chiSquare }) => chiSquare.pValue);
    expect(Math.min(...p)).toBeGreaterThan(1e-4);
    expect(Math.min(...p)).toBeLessThan(0.5);
    for (const { chiSquare } of found) expect(chiSquare.degreesOfFreedom).toBe(M - 1);
  });

  it("changes no mobility, and is written and read as it is", () => {
    const [{ fluxes, both }] = found;
    expect(both.K1).toEqual(fluxes.K1);
    expect(both.density).toEqual(fluxes.density);
    const text = JSON.stringify(both);
    expect(JSON.stringify(parseOperatorEstimate(JSON.parse(text)))).toBe(text);
  });

  it("has no part in the fluxes where it is not what is said", () => {
    const record = gas("wrong", 0.5, 2000);
    const start = { kind: "potential", k: 1, amplitude: 1 } as const;
    const estimate = estimateOperators(record, { windows: WINDOWS, start });
    expect(estimate.diagnostics.potential!.chiSquare.pValue).toBeLessThan(1e-3);
    expect(estimate.flux).toEqual(estimateOperators(record, { windows: WINDOWS }).flux);
    expect(estimate.warnings.join()).toMatch(
      /known potential of the start does not agree with the fluxes/,
    );
  });
});

describe("a homogeneous start", () => {
  const record = gas("flat", 0, 600);
  const estimate = estimateOperators(record, { windows: WINDOWS, start: { kind: "homogeneous" } });

  it("has the fluxes of a small wave, whose D is that of the fluctuations", () => {
    const { value, standardError, from } = estimate.diagnostics.diffusivity!;
    expect(from).toBe("fluctuations");
    // That one has the mobility of the shortest window, this the best one: both within four errors, 1e-4.
    expect(Math.abs(value - D)).toBeLessThan(4 * standardError);
    expect(Math.abs(diffusivity(estimate) - D)).toBeLessThan(4 * standardError);
    const [least, most] = [Math.min(...estimate.density), Math.max(...estimate.density)];
    expect((most - least) / (PARTICLES / N)).toBeCloseTo(0.02, 3);
  });

  it("weighs as much as the one number that is known, whatever the elements", () => {
    const { density, fluxStandardError, flux } = estimate;
    const slope = density.map((rho, e) => M * (density[(e + 1) % M] - rho));
    const information = slope.reduce((sum, s, e) => sum + (s / fluxStandardError[e]) ** 2, 0);
    const relative = 1 / Math.sqrt(information) / D;
    const own = estimate.diagnostics.diffusivity!;
    expect(relative / (own.standardError / own.value)).toBeCloseTo(1, 0);
    // What is drawn has the size that is stated: six numbers, 1e-4 of either side.
    const D1 = diffusivity(estimate);
    const rest = flux.map((J, e) => (J + D1 * slope[e]) / fluxStandardError[e]);
    const square = rest.reduce((sum, v) => sum + v * v, 0);
    expect(square).toBeGreaterThan(0.2);
    expect(square).toBeLessThan(28);
    expect(Math.abs(flux.reduce((a, b) => a + b, 0))).toBeLessThan(1e-12);
  });
});
