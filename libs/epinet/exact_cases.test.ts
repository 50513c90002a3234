/** The pieces of a distillation by numbers that can be worked out by hand. */
import { noiseSchedule, signalAndNoise } from "@spiediff/diffusion";
import { randomStream } from "@spiediff/random";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { addBlock, beside, cut, stacked } from "./blocks.ts";
import {
  averageProfiles,
  calibrate,
  type CalibrationProfile,
  foreignErrors,
  foreignOf,
  leftOutFits,
} from "./calibration.ts";
import { everywhere, keepLeadingDirections, withoutConstant } from "./leading_directions.ts";
import { lastTimestep, memberState, memberVisits } from "./member_visits.ts";
import { perturbationDirections } from "./perturbation.ts";

const matrix = (...rows: number[][]) => new Matrix(rows);
const of = (all: Matrix) => all.to2DArray();

describe("matrices of profiles", () => {
  it("are stacked and cut, set beside and added up at their places", () => {
    const all = stacked([matrix([1, 2]), matrix([3, 4], [5, 6])]);
    expect(of(all)).toEqual([[1, 2], [3, 4], [5, 6]]);
    expect(cut(all, [1, 2]).map(of)).toEqual([[[1, 2]], [[3, 4], [5, 6]]]);
    const none = new Matrix(2, 0);
    expect(of(beside(matrix([1], [2]), none, matrix([3, 4], [5, 6])))).toEqual([[1, 3, 4], [
      2,
      5,
      6,
    ]]);
    const total = Matrix.ones(3, 3);
    addBlock(total, matrix([1, 2], [3, 4]), 10, 1, 0);
    expect(of(total)).toEqual([[1, 1, 1], [11, 21, 1], [31, 41, 1]]);
  });

  it("less the mean of their rows have no constant", () => {
    expect(withoutConstant([[1, 2], [3, 6]])).toEqual([[-1, -2], [1, 2]]);
  });

  it("cover the whole domain, a fiftieth from its ends", () => {
    const grid = everywhere({ low: 1, high: 3 });
    expect([grid.length, grid[0], grid[1], grid[96]])
      .toEqual([97, expect.closeTo(1.04, 12), expect.closeTo(1.06, 12), expect.closeTo(2.96, 12)]);
  });
});

describe("visits", () => {
  it("see both timesteps of the steered sampler and one anywhere, at even latents of unit variance", () => {
    const visits = memberVisits(5, 100, randomStream(1, "visits"));
    expect(visits).toHaveLength(15);
    const latents = visits.filter((_, k) => k % 3 === 0).map(({ latent }) => latent);
    expect(latents.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 12);
    expect(latents.reduce((s, z) => s + z * z / 5, 0)).toBeCloseTo(1, 12);
    latents.slice(1).forEach((z, k) =>
      expect(z - latents[k]).toBeCloseTo(latents[1] - latents[0], 12)
    );
    for (let k = 0; k < 15; k += 3) {
      const three = visits.slice(k, k + 3);
      expect(new Set(three.map(({ latent }) => latent)).size).toBe(1);
      expect(three.map(({ last }) => last)).toEqual([false, true, false]);
      expect(three.slice(0, 2).map(({ timestep }) => timestep)).toEqual([99, 49]);
      expect(three[2].timestep).toBeLessThan(100);
    }
    expect(memberVisits(1, 10, randomStream(1)).map(({ latent }) => latent)).toEqual([0, 0, 0]);
    expect([lastTimestep(2), lastTimestep(5), lastTimestep(100)]).toEqual([0, 2, 49]);
  });

  it("make of a clean prediction and a latent the state of a timestep", () => {
    const schedule = noiseSchedule({ name: "linear", steps: 10, betaStart: 0.01, betaEnd: 0.2 });
    const [signal, noise] = signalAndNoise(schedule, 7);
    const state = memberState(schedule, 7, Float64Array.of(1, -2), 0.5);
    [signal + noise / 2, -2 * signal + noise / 2].forEach((v, i) =>
      expect(state[i]).toBeCloseTo(v, 6)
    );
  });
});

it("data move along directions of length one, all of them their own", () => {
  const directions = perturbationDirections(4, 3, randomStream(2, "directions"));
  expect([directions.rows, directions.columns]).toEqual([4, 3]);
  const rows = of(directions);
  for (const row of rows) expect(Math.hypot(...row)).toBeCloseTo(1, 6);
  expect(new Set(rows.map(([first]) => first)).size).toBe(4);
});

describe("calibration", () => {
  const profile = (
    design: number[][],
    residual: number[],
    explained: number[],
  ): CalibrationProfile => ({
    design: new Matrix(design),
    residual: Float64Array.from(residual),
    explained: Float64Array.from(explained),
  });
  const [a, b] = [profile([[1], [2]], [1, 0], [0, 3]), profile([[3]], [2], [4])];

  it("averages what visits see of the same data, and cuts it into profiles", () => {
    const block = (scale: number) => ({
      inputs: [[1], [2], [3]],
      response: (inputs: Matrix) => Matrix.mul(inputs, scale),
      residual: [scale, 0, 2 * scale],
      explained: [0, 2 * scale, 4],
    });
    const [first, second] = averageProfiles([block(1), block(3)] as never, [2, 1]);
    expect([of(first.design), of(second.design)]).toEqual([[[2], [4]], [[6]]]);
    expect([[...first.residual], [...second.residual]]).toEqual([[2, 0], [4]]);
    expect([[...first.explained], [...second.explained]]).toEqual([[0, 4], [4]]);
  });

  it("fits each profile by the others: precision 1 + A^T A, data with what was explained", () => {
    const [without, other] = leftOutFits([a, b]);
    expect(of(without.precision)).toEqual([[10]]);
    // The readout is 3 * 6 / 10 = 1.8.
    const left = [1 - 1.8, 3 - 3.6];
    without.residual.to1DArray().forEach((v, i) => expect(v).toBeCloseTo(left[i], 12));
    expect(of(other.precision)).toEqual([[6]]);
    // Of a it is (1 * 1 + 2 * 3) / 6.
    expect(other.residual.get(0, 0)).toBeCloseTo(6 - 3 * 7 / 6, 12);
  });

  it("of a single profile has nothing to compare with", () => {
    expect(calibrate([a])).toEqual({ indexScale: 1, noise: 1, components: 0 });
    expect(calibrate([a, b]).components).toBe(3);
  });

  it("meets foreign errors halfway, and counts those of all profiles alike", () => {
    const foreign = { ...b, foreign: matrix([1, 2]) };
    expect(foreignOf([a, b])).toBeUndefined();
    expect(foreignErrors([a, b], 0, matrix([10]))).toBeUndefined();
    expect(foreignOf([a, foreign])!.map(of)).toEqual([[[0, 0], [0, 0]], [[1, 2]]]);
    expect(() => foreignOf([foreign, { ...a, foreign: matrix([1], [1]) }]))
      .toThrow("profiles[1].foreign has 1 indices where others have 2");
    // The fit to b moves by 3 (1, 2) / 10; a itself has none of it.
    const left = foreignErrors([a, foreign], 0, matrix([10]))!;
    [[-0.3, -0.6], [-0.6, -1.2]].flat().forEach((v, k) =>
      expect(left.to1DArray()[k]).toBeCloseTo(v, 12)
    );
    const own = foreignErrors([a, foreign], 1, matrix([6]))!;
    expect(own.to1DArray()).toEqual([1, 2]);
  });

  it("finds the size of the noise where nothing is left to the readout", () => {
    // 400 data of residuals 2 standard errors each: the likeliest size is 2, but for its prior of unit width.
    const many = (seed: number) =>
      profile(
        Array.from({ length: 200 }, () => [1e-6]),
        Array.from({ length: 200 }, (_, k) => (k + seed) % 2 ? 2 : -2),
        new Array(200).fill(0),
      );
    const { noise, indexScale, components } = calibrate([many(0), many(1)]);
    expect(components).toBe(400);
    expect(noise).toBeGreaterThan(1.95);
    expect(noise).toBeLessThan(2.02);
    // The ratio stays what it is believed to be; the scale is the root mean square of noise times ratio.
    expect(indexScale / noise).toBeGreaterThan(1);
    expect(indexScale / noise).toBeLessThan(1.08);
  });
});

describe("leading directions", () => {
  const weights = {
    ...{ indexDim: 4, featureDim: 1 },
    prior: Float32Array.of(1, 0, 0, 9, 0, 2, 0, 8),
    learnable: new Float32Array(8),
  } as unknown as Parameters<typeof keepLeadingDirections>[0];

  it("are kept as they are where there are no more of them", () => {
    expect(keepLeadingDirections(weights, 3, [[1, 0]], 3)).toBe(weights);
  });

  it("keep corrections at their inputs, and steered indices as they are", () => {
    const inputs = [[1, 0], [0, 1]];
    const kept = keepLeadingDirections(weights, 3, inputs, 2);
    expect(kept.indexDim).toBe(3);
    expect([kept.prior[2], kept.prior[5]]).toEqual([9, 8]);
    // Two inputs, two directions: the covariance of corrections (1 and 4, no correlation) is whole.
    const [p, q, , r, s] = kept.prior;
    expect(p * p + q * q).toBeCloseTo(1, 5);
    expect(r * r + s * s).toBeCloseTo(4, 5);
    expect(p * r + q * s).toBeCloseTo(0, 5);
  });
});
