import { LATENT_TERMS } from "@spiediff/diffusion";
import type { EpinetWeights } from "@spiediff/onnx-graph";
import { randomStream } from "@spiediff/random";
import { inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { inputsAt, SHAPE, UNIT } from "./_some_epinet.ts";
import { distil, type DistillationBlock, readoutOf } from "./distillation.ts";
import { freshEpinet, priorScales } from "./epinet.ts";
import { perturbationDirections } from "./perturbation.ts";

const ERROR = 0.1, VISITS = 3;
const scales = priorScales(1, SHAPE);
const density = Array.from({ length: 12 }, (_, i) => 0.2 + 0.05 * i);

/** An epinet of `random` indices, its blocks, and the learnable part and the curve of its distillation. */
function distilled(random: number, seed: number) {
  const stream = randomStream(seed, "distillation-test");
  const weights = freshEpinet(1, 1, random, UNIT, 1, SHAPE, stream.split("fresh"), LATENT_TERMS);
  weights.learnable.fill(7);
  const directions = perturbationDirections(density.length, random, stream.split("directions"));
  const blocks = Array.from({ length: VISITS }, (): DistillationBlock => ({
    inputs: inputsAt(density),
    residual: new Float64Array(density.length),
    explained: new Float64Array(density.length),
    response: (change) => change.div(ERROR),
    directions,
  }));
  return { weights, blocks, curve: distil(weights, scales, blocks, VISITS) };
}

/** The sum of squares over the random indices that a distillation is to make small. */
function squares(readout: Matrix, blocks: readonly DistillationBlock[]): number {
  return blocks.reduce((sum, { inputs, response, directions }) => {
    const answer = response(new Matrix(inputs)).mmul(readout);
    return sum + answer.sub(directions).norm() ** 2;
  }, 0);
}

describe("distil", () => {
  it("leaves the steered indices alone", () => {
    const { weights } = distilled(8, 1);
    weights.learnable.forEach((v, i) => expect(v === 7).toBe(i % weights.indexDim >= 8));
  });
  it("finds the least of misfit and prior: every other readout is worse", () => {
    const { weights, blocks } = distilled(8, 2);
    const { normal } = randomStream(2, "elsewhere");
    const learned = Matrix.from1DArray(scales.length, weights.indexDim, [...weights.learnable])
      .subMatrix(0, scales.length - 1, 0, 7);
    const prior = readoutOf(weights, 8).sub(learned);
    const cost = (own: Matrix) =>
      squares(Matrix.add(prior, own), blocks) / VISITS +
      scales.reduce((sum, s, k) => sum + (s > 0 ? own.getRowVector(k).norm() / s : 0) ** 2, 0);
    const least = cost(learned);
    for (let trial = 0; trial < 50; trial++) {
      const size = 10 ** (-3 + trial / 25);
      const step = scales.map((s) => Array.from({ length: 8 }, () => size * s * normal()));
      expect(cost(Matrix.add(learned, new Matrix(step)))).toBeGreaterThan(least);
    }
    // Longer or shorter by little, which the data hardly forbid: the prior's part.
    for (const factor of [0.999, 0.9999, 1.0001, 1.001]) {
      expect(cost(Matrix.mul(learned, factor))).toBeGreaterThan(least);
    }
    // What has no prior does not move: the features.
    expect(learned.getRow(0)).toEqual(new Array(8).fill(0));
  });
  it("tells the loss per datum of the prior alone and of its solution", () => {
    const { weights, blocks, curve } = distilled(8, 3);
    const data = VISITS * density.length;
    const bare: EpinetWeights = { ...weights, learnable: weights.learnable.map(() => 0) };
    expect(curve[0].loss).toBeCloseTo(squares(readoutOf(bare, 8), blocks) / data, 8);
    // Readouts are kept in single precision.
    expect(curve[1].loss).toBeCloseTo(squares(readoutOf(weights, 8), blocks) / data, 4);
    expect(curve[1].loss).toBeLessThan(curve[0].loss / 10);
  });
  it("samples the posterior: its covariance at the data is the exact one (5 sigma: 1e-5 for all)", () => {
    const random = 4000;
    const { weights } = distilled(random, 4);
    const inputs = new Matrix(inputsAt(density));
    const design = inputs.clone();
    scales.forEach((s, k) => design.mulColumn(k, s));
    const precision = design.transpose().mmul(design).div(ERROR ** 2).add(
      Matrix.eye(scales.length),
    );
    const exact = design.mmul(inverse(precision)).mmul(design.transpose());
    const corrections = inputs.mmul(readoutOf(weights, random));
    const found = corrections.mmul(corrections.transpose());
    density.forEach((_, i) =>
      density.forEach((_, j) => {
        // Variance of a sampled covariance: (C_ii C_jj + C_ij^2) / D.
        const variance = (exact.get(i, i) * exact.get(j, j) + exact.get(i, j) ** 2) / random;
        expect(Math.abs(found.get(i, j) - exact.get(i, j))).toBeLessThan(5 * Math.sqrt(variance));
      })
    );
  });
});
