import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { chiSquarePValue } from "@spiediff/numerics";
import { randomStream } from "@spiediff/random";
import { covariances } from "./arbitraries.ts";
import { closedBand, closedCurrents, nodalBand } from "./current_covariance.ts";
import { extrapolate } from "./extrapolation.ts";
import type { Jackknife } from "./jackknife.ts";
import { unsmooth } from "./smooth_flux.ts";

describe("operator bands", () => {
  it("are covariances of node differences, with zero row sums over the whole matrix", () => {
    fc.assert(fc.property(covariances, ({ n, matrix }) => {
      for (let i = 0; i < n; i++) {
        let row = 0;
        for (let offset = 0; offset < n; offset++) row += nodalBand(matrix, n, offset, 1)[i];
        expect(Math.abs(row)).toBeLessThan(1e-10 * n);
        expect(nodalBand(matrix, n, 0, 1)[i]).toBeGreaterThan(-1e-10);
      }
    }));
  });

  it("do not see a common shift of all currents", () => {
    fc.assert(
      fc.property(covariances, fc.double({ min: 0, max: 9, noNaN: true }), ({ n, matrix }, s) => {
        const shifted = matrix.map((v) => v + s);
        closedBand(shifted, n, 2).forEach((v, e) =>
          expect(v).toBeCloseTo(closedBand(matrix, n, 2)[e], 9)
        );
      }),
    );
  });

  it("closed by snapshots or by currents are the same without the kinks' reach beyond neighbours", () => {
    // C = V on the diagonal, B' next to it, 0 beyond: the form that local fluctuations give.
    const n = 8;
    const C = new Float64Array(n * n);
    for (let e = 0; e < n; e++) {
      C[e * n + e] = 5 - 2 * 0.3;
      C[e * n + (e + 1) % n] = C[((e + 1) % n) * n + e] = 0.3;
    }
    closedBand(C, n, 1).forEach((v) => expect(v).toBeCloseTo(-5, 12));
    closedCurrents(C, n, 1).forEach((v) => expect(v).toBeCloseTo(-5, 12));
    // Biases -6B, 4B, -B of offsets 0, 1, 2 with B = 0.3.
    expect(nodalBand(C, n, 0, 1)[2]).toBeCloseTo(10 - 6 * 0.3, 12);
    expect(nodalBand(C, n, 1, 1)[2]).toBeCloseTo(-5 + 4 * 0.3, 12);
    expect(nodalBand(C, n, 2, 1)[2]).toBeCloseTo(-0.3, 12);
  });
});

describe("smooth windows", () => {
  const sinc = (x: number) => x === 0 ? 1 : Math.sin(x) / x;

  it("unsmooth to element fluxes, to the stated error in each mode of 25 elements", () => {
    [1, 2, 3].forEach((mode) => {
      const theta = 2 * Math.PI * mode / 25;
      const smooth = Array.from(
        { length: 25 },
        (_, e) => sinc(theta / 2) ** 3 * Math.cos(theta * e),
      );
      const error = unsmooth(smooth)[0] / sinc(theta / 2) - 1;
      expect(Math.abs(error)).toBeLessThan([2e-7, 1e-5, 1e-4][mode - 1]);
    });
  });

  it("keep the sum over the ring", () => {
    const fluxes = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
      minLength: 5,
      maxLength: 40,
    });
    fc.assert(fc.property(fluxes, (values) => {
      const sum = (v: ArrayLike<number>) => Array.from(v).reduce((a, b) => a + b, 0);
      expect(sum(unsmooth(values))).toBeCloseTo(sum(values), 10);
    }));
  });
});

describe("the limit h -> 0", () => {
  it("is refused where errors at horizons, or horizons, tell nothing apart", () => {
    const at = (scale: number): Jackknife => ({
      value: Float64Array.of(-1, -2),
      deviations: [1, -2, 1].map((d) => Float64Array.of(scale * d, scale * d * d)),
    });
    expect(() => extrapolate([at(1), at(2)], [1, 4])).toThrow(/scatters alike at h = 1 and h = 4/);
    const none = { ...at(1), deviations: at(0).deviations };
    expect(() => extrapolate([at(1), none], [1, 4])).toThrow(/h = 4 has no scatter.*copies/);
    const still = { ...at(1), value: Float64Array.of(-1, 0) };
    expect(() => extrapolate([still, at(2)], [1, 4])).toThrow(/element 1 is 0 at h = 1: nothing/);
    const other: Jackknife = {
      ...at(1),
      deviations: at(1).deviations.toReversed().toSpliced(0, 1, Float64Array.of(3, -1)),
    };
    expect(() => extrapolate([at(1), other], [4, 4])).toThrow("Horizons must differ");
    // Of three, the pair is named that cannot be told apart.
    expect(() => extrapolate([at(1), other, { ...other }], [1, 2, 4]))
      .toThrow(/alike at h = 2 and h = 4/);
    expect(extrapolate([at(1), other], [1, 4]).estimate.value[0]).toBeCloseTo(-1, 12);
  });

  it("extrapolates a sqrt(h) law and fits it with a proper chi-square (false alarms 1e-4)", () => {
    const horizons = [1e-6, 2e-6, 4e-6];
    const stream = randomStream(3, "extrapolation");
    const elements = 40, blocks = 60;
    const truth = Float64Array.from({ length: elements }, (_, e) => -3 - Math.cos(e));
    // Errors at the horizons share a common part, as in one run.
    const noise = Array.from({ length: blocks }, () => {
      const common = Float64Array.from({ length: elements }, () => 0.01 * stream.normal());
      return horizons.map(() => common.map((c) => c + 0.005 * stream.normal()));
    });
    const perHorizon: Jackknife[] = horizons.map((h, a) => ({
      value: truth.map((k, e) =>
        k * (1 - 60 * Math.sqrt(h)) + noise.reduce((s, block) => s + block[a][e], 0)
      ),
      deviations: noise.map((block) => block[a]),
    }));
    const { estimate, chiSquare } = extrapolate(perHorizon, horizons);
    let z2 = 0;
    estimate.value.forEach((v, e) => {
      const variance = estimate.deviations.reduce((s, d) => s + d[e] * d[e], 0);
      z2 += (v - truth[e]) ** 2 / variance;
    });
    expect(chiSquarePValue(z2, elements)).toBeGreaterThan(1e-4);
    expect(chiSquare!.degreesOfFreedom).toBe(40);
    expect(chiSquare!.pValue).toBeGreaterThan(1e-4);
  });
});
