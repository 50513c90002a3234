/** Particles that are on no lattice, here an ideal gas: `m = D rho`, `f'' = 1/rho` (beta = 1), whatever the window. */
import { projectPositions } from "@spiediff/mesh";
import { randomStream } from "@spiediff/random";
import { describe, expect, it } from "vitest";
import { classicEstimator, estimateOperators } from "./estimate_operators.ts";
import { horizonJackknives } from "./horizon_estimate.ts";
import { standardError } from "./jackknife.ts";
import { curvatureOfFluctuations } from "./measured_diffusivity.ts";
import { momentumShare } from "./momentum.ts";
import { recordFromSnapshots } from "./snapshots.ts";

const M = 8, PARTICLES = 60, DENSITY = 2;
/** Particles at density 1: no whole number. */
const N = PARTICLES / DENSITY + 0.5;

interface Gas {
  readonly D: number;
  readonly horizons: readonly number[];
  readonly amplitude?: number;
  readonly momentumRelaxation?: number;
  readonly realizations?: number;
}

function gasRecord(name: string, gas: Gas) {
  const { D, horizons, amplitude = 0, momentumRelaxation = 0, realizations = 2000 } = gas;
  const stream = randomStream(1, "ideal-gas", name);
  const place = () => {
    for (;;) {
      const x = stream.uniform();
      const wave = 1 + amplitude * Math.cos(2 * Math.PI * x);
      if (stream.uniform() * (1 + amplitude) < wave) return x;
    }
  };
  const z = (x: Float64Array) => projectPositions(x, M, 1 / N);
  const runs = Array.from({ length: realizations }, () => {
    let x = Float64Array.from({ length: PARTICLES }, place), before = 0;
    const times = [z(x)];
    for (const h of horizons) {
      // Momenta of equilibrium: <dx^2> is 2 D h times the share, whatever was before the start.
      const spread = h * momentumShare(h, momentumRelaxation);
      x = x.map((v) => v + Math.sqrt(2 * D * (spread - before)) * stream.normal());
      before = spread;
      times.push(z(x));
    }
    return times;
  });
  return recordFromSnapshots({
    profileName: name,
    system: { sites: N, drive: 1, momentumRelaxation },
    ...{ elements: M, burnIn: 0, horizons, start: runs.map(([start]) => start) },
    later: horizons.map((_, w) => runs.map((times) => times[w + 1])),
    groups: Array(50).fill(realizations / 50),
  });
}

/** Mean of m over elements over `D rho`, with its error. */
function ratio({ K1, K1Covariance }: ReturnType<typeof estimateOperators>, D: number) {
  const expected = M * M * D * PARTICLES / N;
  const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
  return { value: -sum(K1) / expected, error: Math.sqrt(sum(K1Covariance)) / expected };
}

/** Four standard errors: six tests of 6e-5 each. */
const ERRORS = 4;

describe("an ideal gas", () => {
  it("has m = D rho from short windows by the kinks' correction, with f'' of its fluctuations", () => {
    // Spreads of 0.06 and 0.13 elements with D = 2.
    const horizons = [2.8e-5, 1.3e-4];
    const record = gasRecord("flat", { D: 2, horizons });
    const estimate = estimateOperators(record, { windows: { mobility: horizons, fluxes: [] } });
    expect(estimate.estimator).toBe("classic covariation without the bias of kinks");
    const { value, error } = ratio(estimate, 2);
    expect(Math.abs(value - 1)).toBeLessThan(ERRORS * error);
    expect(error).toBeLessThan(0.03);
    // The control: Eq. (6) as it stands is low by what the kinks take, 1.5 times the spread.
    const [raw] = horizonJackknives(record, [{ estimator: classicEstimator, window: 1 }], 1);
    const low = -raw.K1.value.reduce((a, b) => a + b, 0) / (M * M * 2 * PARTICLES / N);
    expect(low).toBeCloseTo(1 - 1.5045 * M * Math.sqrt(2 * horizons[1]), 1);
    expect(low).toBeLessThan(0.85);
    const { value: D, standardError: errorOfD, from } = estimate.diagnostics.diffusivity!;
    expect([from, Math.abs(D - 2) < ERRORS * errorOfD, errorOfD < 0.2])
      .toEqual(["fluctuations", true, true]);
  });

  it("has f'' = 1/rho by its fluctuations, but for the fixed number of particles", () => {
    const jack = curvatureOfFluctuations(gasRecord("static", { D: 1, horizons: [1e-4] }), 1);
    const exact = N / PARTICLES;
    expect(Math.abs(jack.value[0] - exact)).toBeLessThan(ERRORS * standardError(jack, 0));
    expect(standardError(jack, 0)).toBeLessThan(0.08 * exact);
  });

  it("has D by the fluxes of a gradient, and windows that reach too far are left out", () => {
    // The last one spreads over half of an element.
    const horizons = [1.3e-4, 5e-4, 4e-3];
    const record = gasRecord("wave", { D: 1, horizons, amplitude: 0.8 });
    const estimate = estimateOperators(record, {
      windows: { mobility: horizons, fluxes: horizons.slice(1) },
    });
    const { value: D, standardError: error, from } = estimate.diagnostics.diffusivity!;
    // Gradients fall by 1 - exp(-4 pi^2 h) meanwhile, half of it in the mean.
    const meanFall = 1 - 2 * Math.PI ** 2 * 4e-3;
    expect(from).toBe("fluxes");
    expect(Math.abs(D - meanFall)).toBeLessThan(ERRORS * error + 0.01);
    expect(estimate.diagnostics.window.longest).toBeCloseTo((0.25 / M) ** 2 / D, 10);
    const { value, error: errorOfRatio } = ratio(estimate, 1);
    expect(Math.abs(value - 1)).toBeLessThan(ERRORS * errorOfRatio);
    expect(horizons.slice(1)).toContain(estimate.fluxHorizon);
    expect(estimate.warnings.join()).not.toMatch(/hop times/);
  });

  it("with momentum has the same m by its share of the covariation", () => {
    const momentumRelaxation = 1e-4, horizons = [1e-4, 3e-4];
    const record = gasRecord("momentum", { D: 1, horizons, momentumRelaxation });
    const estimate = estimateOperators(record, { windows: { mobility: horizons, fluxes: [] } });
    const { value, error } = ratio(estimate, 1);
    expect(Math.abs(value - 1)).toBeLessThan(ERRORS * error);
    // The control: without the share, 0.37 of it at the shorter window.
    const { system: { momentumRelaxation: _, ...system }, ...rest } = record;
    const without = estimateOperators({ ...rest, system }, {
      windows: { mobility: horizons.slice(0, 1), fluxes: [] },
    });
    expect(ratio(without, 1).value).toBeLessThan(0.6);
  });

  it("is warned of where no window is short enough", () => {
    const record = gasRecord("long", { D: 1, horizons: [4e-3], realizations: 500 });
    const { warnings } = estimateOperators(record, { windows: { mobility: [4e-3], fluxes: [] } });
    expect(warnings.join()).toMatch(/No window is within .*cross a quarter of an element \(D = /);
  });
});

describe("momentumShare", () => {
  it("is 1 - (1 - e^-x)/x, with all its digits where x is small", () => {
    expect(momentumShare(1)).toBe(1);
    expect(momentumShare(2, 1)).toBeCloseTo(1 - (1 - Math.exp(-2)) / 2, 14);
    expect(momentumShare(1e-3, 1)).toBeCloseTo(5e-4 - 1e-6 / 6 + 1e-9 / 24 - 1e-12 / 120, 15);
    expect(momentumShare(0.9999e-3, 1) / momentumShare(1.0001e-3, 1)).toBeCloseTo(0.9998, 6);
  });
});
