import { describe, expect, it } from "vitest";
import { ringMobility, ringThermodynamics } from "@spiediff/exact-reference";
import { noiseStep, ringRunner, twoSpeciesRunner } from "@spiediff/kmc";
import { randomStream } from "@spiediff/random";
import { Matrix } from "ml-matrix";
import type { FieldsRecord } from "@spiediff/ensemble";
import { estimateFields, type FieldsEstimate } from "./estimate_fields.ts";
import { givenFields } from "./given_fields.ts";
import { neighbourCorrelations } from "./neighbour_correlations.ts";
import {
  middles,
  pointsOfElements,
  pointsOfHats,
  pointsOfSplines,
  slopes,
} from "./ring_stencils.ts";

/** Of each datum, five standard errors: of 500 data one in 3000 runs alarms, and seeds are fixed. */
const SIGMAS = 5;
const K = 2 * Math.PI;

function* realizations(run: (stream: ReturnType<typeof randomStream>) => FieldsRecord, R: number) {
  for (let k = 0; k < R; k++) yield run(randomStream(11, "several fields", k));
}

/** Deviations of all entries in standard errors. */
function deviations(
  values: Float64Array,
  covariances: readonly Matrix[],
  exact: (place: number) => readonly number[],
): number[] {
  const places = covariances.length;
  return covariances.flatMap((covariance, e) =>
    exact(e).map((v, k) => (values[k * places + e] - v) / Math.sqrt(covariance.get(k, k)))
  );
}

/** Root mean square near 1: chi-square over its number within five standard deviations. */
function expectUnit(all: readonly number[]): void {
  const mean = all.reduce((sum, v) => sum + v * v, 0) / all.length;
  all.forEach((v) => expect(Math.abs(v)).toBeLessThan(SIGMAS));
  expect(Math.abs(mean - 1)).toBeLessThan(5 * Math.sqrt(2 / all.length) + 0.1);
}

describe("stencils", () => {
  const n = 25, wave = (x: number) => Math.sin(K * x + 0.3);
  const sample = (f: (x: number) => number, shift: number) =>
    Float64Array.from({ length: n }, (_, i) => f((i + shift) / n));
  /** Average over `order` boxes, one element wide each. */
  const averaged = (order: number, shift: number) => {
    const factor = (Math.sin(K / 2 / n) / (K / 2 / n)) ** order;
    return sample((x) => factor * wave(x), shift);
  };
  it.each([
    ["hats", pointsOfHats(averaged(2, 0), n), sample(wave, 0)],
    ["splines", pointsOfSplines(averaged(3, 0.5), n), sample(wave, 0.5)],
    ["elements", pointsOfElements(averaged(1, 0.5), n), sample(wave, 0.5)],
    ["middles", middles(sample(wave, 0), n), sample(wave, 0.5)],
    ["slopes", slopes(sample(wave, 0), n), sample((x) => K * Math.cos(K * x + 0.3), 0.5)],
  ])("give point values of %s to fourth order", (_, found, expected) => {
    found.forEach((v, i) => expect(Math.abs(v - expected[i])).toBeLessThan(2e-4));
  });
  it("keep rows apart", () => {
    const two = new Float64Array([1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
    for (const f of [pointsOfHats, pointsOfSplines, pointsOfElements, middles]) {
      f(two, 5).forEach((v, k) => expect(v).toBeCloseTo(two[k], 14));
    }
    slopes(two, 5).forEach((v) => expect(v).toBeCloseTo(0, 14));
  });
});

const diagonals = (matrices: readonly Matrix[]) =>
  matrices.map((matrix) => matrix.diag().reduce((sum, v) => sum + v, 0) / matrix.rows);

describe("errors of places", () => {
  const R = 2000, n = 9, { normal } = randomStream(21, "errors");
  const draw = (length: number) => Float64Array.from({ length }, () => normal());

  it("go with their neighbours' where point values are sharpened", () => {
    const rows = Array.from({ length: R }, () => pointsOfElements(draw(2 * n), n));
    // v - (v_{-1} - 2 v + v_{+1}) / 24 of independent values.
    const whole = (26 / 24) ** 2 + 2 / 24 ** 2;
    const covariances = Array.from({ length: n }, () => Matrix.eye(2).mul(whole / R));
    const expected = [-2 * 26 / 24 ** 2 / whole, 1 / 24 ** 2 / whole, 0];
    // Means over two entries and 18,000 places: standard errors of 0.006.
    diagonals(neighbourCorrelations(rows, covariances, "p")).forEach((v, d) =>
      expect(Math.abs(v - expected[d])).toBeLessThan(SIGMAS * 0.006)
    );
  });

  it("are what does not go with the fields of the same place", () => {
    const fields = Array.from({ length: R }, () => draw(2 * n)), noise = fields.map(() => draw(n));
    // What the fields do, three times as large as the errors, and the first place's field does not vary.
    for (const field of fields) field[0] = 0.5;
    const rows = fields.map((field, k) =>
      noise[k].map((v, i) => 7 + v + 2 * field[i] - 2 * field[n + i])
    );
    const found = givenFields(rows, fields, n);
    for (let i = 1; i < n; i++) {
      const square = found.reduce((sum, row) => sum + row[i] ** 2 / (R - 3), 0);
      // A variance from 2000 draws.
      expect(Math.abs(square - 1)).toBeLessThan(SIGMAS * Math.sqrt(2 / R));
      for (const k of [i, n + i]) {
        const along = found.reduce((sum, row, at) => sum + row[i] * fields[at][k] / R, 0);
        expect(Math.abs(along)).toBeLessThan(SIGMAS / Math.sqrt(R));
      }
    }
  });
});

describe("two species", () => {
  const densities = [
    (x: number) => 0.3 + 0.15 * Math.cos(K * x),
    (x: number) => 0.35 + 0.1 * Math.sin(K * x),
  ] as const;
  const sites = 200, elements = 10;
  const run = twoSpeciesRunner({ sites, elements, densities }, 1e-4);
  const estimate = estimateFields(realizations(run, 600), {
    profileName: "waves",
    sites,
    fields: 2,
  });
  const exact = (x: number) => {
    const [a, b] = densities.map((density) => density(x));
    return [a * (1 - a), -a * b, b * (1 - b)];
  };

  it("have the matrix of mobilities within its errors", () => {
    expectUnit(
      deviations(
        estimate.dissipation,
        estimate.dissipationCovariance,
        (e) => exact((e + 0.5) / elements),
      ),
    );
  });

  it("have the covariances of independent sites within their errors", () => {
    expectUnit(
      deviations(estimate.susceptibility, estimate.susceptibilityCovariance, (i) => {
        // Averages over hats, by Simpson's rule.
        const [a, b, c] = [-1, 0, 1].map((d) => exact((i + d) / elements));
        return b.map((v, k) => (a[k] + 10 * v + c[k]) / 12);
      }),
    );
  });

  it("have errors that go with their neighbours': products of overlapping hats", () => {
    // z_i (z_{i-1} + z_i + z_{i+1}) of independent sites: covariances 25/9, 37/36, 1/36 and 0 at distances 0 to 3.
    const expected = [37 / 100, 1 / 100, 0];
    // Means of three entries over 6000 places: standard errors of at most 0.013.
    diagonals(estimate.susceptibilityNeighbours).forEach((v, d) =>
      expect(Math.abs(v - expected[d])).toBeLessThan(SIGMAS * 0.013)
    );
  });

  it("have fluxes -dr/dx, which their derivatives tell but for what stencils leave", () => {
    estimate.flux.forEach((flux, k) => expect(flux).toBeCloseTo(-estimate.slope[k], 1));
  });
});

describe("the ring of oscillators", () => {
  const thermodynamics = ringThermodynamics(0.5);
  const system = { sites: 200, cubic: 0.5, resampling: 0.02, exchange: 0.06 };
  const start = {
    stretch: (x: number) => 0.4 + 0.2 * Math.cos(K * x),
    momentum: (x: number) => 0.4 * Math.sin(K * x),
    temperature: (x: number) => 1 + 0.25 * Math.cos(K * x + 1),
  };
  const elements = 10;
  const ring = { ...system, step: noiseStep(system) };
  const run = ringRunner({ ring, start, elements }, 1e-3);
  const estimate = estimateFields(realizations(run, 800), {
    profileName: "wave",
    sites: system.sites,
    fields: 3,
  });
  const stateOf = (fields: FieldsEstimate["middle"], e: number) => {
    const [r, p, w] = [0, 1, 2].map((f) => fields[f * elements + e]);
    return { p, state: thermodynamics.at(r, w - p * p / 2) };
  };

  it("has M = G M0 G^T within its errors", () => {
    expectUnit(
      deviations(estimate.dissipation, estimate.dissipationCovariance, (e) => {
        const { p, state } = stateOf(estimate.middle, e);
        const { rr, re, ee, pp } = ringMobility(state, system);
        return [rr, 0, pp, re, p * pp, ee + p * p * pp];
      }),
    );
  });

  it("has fluxes -p, -tau and -tau p with those of gradients, given the fields", () => {
    const nu0 = system.resampling, nu = nu0 + system.exchange;
    const residuals: number[] = [];
    for (let e = 0; e < elements; e++) {
      const { p, state: { tension, temperature: T, ...c } } = stateOf(estimate.middle, e);
      const [rx, px, ex] = [0, 1, 2].map((f) => estimate.slope[f * elements + e]);
      // e_t = .. + (nu0 e + nu1 (p^2 + T)/2)_xx; T_x by (u_x, r_x) through the covariances.
      const ux = ex - p * px, ee = c.potentialVariance + T * T / 2;
      const determinant = c.stretchVariance * ee - c.stretchPotential ** 2;
      const Tx = T * T * (c.stretchVariance * ux - c.stretchPotential * rx) / determinant;
      const exact = [
        -p - nu0 * rx,
        -tension - nu * px,
        -tension * p - nu0 * ex - (nu - nu0) * (p * px + Tx / 2),
      ];
      exact.forEach((v, f) => {
        const k = f * elements + e;
        const error = Math.sqrt(estimate.fluxCovariance.get(k, k));
        if (f > 0) residuals.push((estimate.flux[k] - v) / error);
        expect(Math.abs(estimate.flux[k] - v)).toBeLessThan(SIGMAS * error + 1e-2);
      });
    }
    // Smooth windows overlap: fewer independent data than residuals.
    const mean = residuals.reduce((sum, v) => sum + v * v, 0) / residuals.length;
    expect(mean).toBeGreaterThan(0.3);
    expect(mean).toBeLessThan(3);
  });

  it("has the covariances of equilibrium within their errors: of momenta T", () => {
    const at = (x: number) => {
      const T = start.temperature(x), p = start.momentum(x);
      const c = thermodynamics.atStretch(start.stretch(x), T);
      const ee = c.potentialVariance + T * T / 2 + p * p * T;
      return [c.stretchVariance, 0, T, c.stretchPotential, p * T, ee];
    };
    expectUnit(
      deviations(estimate.susceptibility, estimate.susceptibilityCovariance, (i) => {
        const [a, b, c] = [-1, 0, 1].map((d) => at((i + d) / elements));
        return b.map((v, k) => (a[k] + 10 * v + c[k]) / 12);
      }),
    );
  });
});

it("refuses too few realizations", () => {
  const run = twoSpeciesRunner({ sites: 30, elements: 5, densities: [() => 0.3, () => 0.3] }, 1e-4);
  const few = { profileName: "flat", sites: 30, fields: 2 };
  expect(() => estimateFields(realizations(run, 20), few)).toThrow(
    "flat: 20 realizations do not tell the covariance of 2 fluxes through 5 elements; at least 28",
  );
});
