import { randomStream } from "@spiediff/random";
import { describe, expect, it } from "vitest";
import { smoothedErrors } from "./smoothed_errors.ts";

/** Four profiles of six elements. */
const profile = Array.from({ length: 24 }, (_, i) => Math.floor(i / 6));
const density = profile.map((p, i) => 0.35 + 0.1 * p + 0.25 * Math.sin(i + p));
const truth = density.map((rho) => 6 * rho * (1 - rho));

/**
 * Entries as a sample covariance of `freedom` + 1 realizations has them, each with the error that it
 * would state: proportional to itself, and scattered by 15 % as a jackknife over 20 blocks is.
 */
function sampleCovariances(freedom: number, normal: () => number) {
  const k1 = truth.map((k) => {
    let sum = 0;
    for (let n = 0; n < freedom; n++) sum += normal() ** 2;
    return k * sum / freedom;
  });
  const standardError = k1.map((k) => k * Math.sqrt(2 / freedom) * Math.exp(0.15 * normal()));
  return { k1, standardError };
}

/** Amplitude of the true curve by weighted least squares; 1 is right. */
function amplitude(k1: readonly number[], standardError: ArrayLike<number>): number {
  let up = 0, down = 0;
  k1.forEach((k, i) => {
    up += k * truth[i] / standardError[i] ** 2;
    down += truth[i] ** 2 / standardError[i] ** 2;
  });
  return up / down;
}

describe("smoothedErrors", () => {
  it("takes out the bias of weights that go with the values", () => {
    const { normal } = randomStream(5, "sample covariances");
    const sets = 2000, freedom = 50;
    let raw = 0, smoothed = 0;
    for (let s = 0; s < sets; s++) {
      const { k1, standardError } = sampleCovariances(freedom, normal);
      raw += (amplitude(k1, standardError) - 1) / sets;
      smoothed += (amplitude(k1, smoothedErrors(standardError, density, profile)) - 1) / sets;
    }
    // Relative variance of an entry v = 2/50: raw weights are off by -2 v, those of the others by
    // + 2 v/24. The means scatter by 0.2/sqrt(24 * 2000) = 0.0009: 4 of these, false alarm 1e-4.
    const v = 2 / freedom;
    expect(raw).toBeLessThan(-1.5 * v);
    expect(Math.abs(smoothed - 2 * v / 24)).toBeLessThan(0.004);
  });

  it("leaves errors that are smooth as they are, profiles of other sizes included", () => {
    const smooth = density.map((rho, i) => Math.exp(1 - 2 * rho - rho * rho + 0.7 * profile[i]));
    const found = smoothedErrors(smooth, density, profile);
    found.forEach((se, i) => expect(Math.abs(se / smooth[i] - 1)).toBeLessThan(0.03));
  });

  it("gives no datum a say in its own error", () => {
    const { normal } = randomStream(6, "scatter");
    const errors = density.map(() => Math.exp(0.1 * normal()));
    for (const i of [0, 11, 23]) {
      const bold = errors.map((se, j) => j === i ? se / 10 : se);
      const before = smoothedErrors(errors, density, profile);
      const after = smoothedErrors(bold, density, profile);
      // But for the factor common to all, which keeps the mean of the squares.
      const scale = Math.hypot(...bold) / Math.hypot(...errors);
      expect(after[i] / before[i]).toBeGreaterThan(0.9 * scale);
      expect(after[i] / before[i]).toBeLessThan(2);
      expect(Math.hypot(...after)).toBeCloseTo(Math.hypot(...bold), 9);
    }
  });

  it("copes with one profile, one density, one datum", () => {
    expect([...smoothedErrors([0.3], [0.5], [0])]).toEqual([0.3]);
    const flat = smoothedErrors([0.1, 0.2, 0.1, 0.2], [0.5, 0.5, 0.5, 0.5], [0, 0, 0, 0]);
    expect(flat.every((se) => se > 0.1 && se < 0.25)).toBe(true);
  });

  it.each([[0], [-1], [NaN], [Infinity]])("refuses an error of %d", (bad) => {
    expect(() => smoothedErrors([0.1, bad], [0.4, 0.5], [0, 0])).toThrow(/positive and finite/);
  });
});
