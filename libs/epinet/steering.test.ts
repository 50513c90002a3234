import { LATENT_TERMS } from "@spiediff/diffusion";
import { randomStream } from "@spiediff/random";
import { Matrix, solve } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { inputsAt, SHAPE, UNIT } from "./_some_epinet.ts";
import { FEATURE_SCALE, freshEpinet, priorScales } from "./epinet.ts";
import { memberVisits } from "./member_visits.ts";
import { type LatentBlock, steer, steeredCorrection } from "./steering.ts";

const ERROR = 0.02, RANDOM = 3;
const scales = priorScales(1, SHAPE, FEATURE_SCALE);
const density = Array.from({ length: 60 }, (_, i) => 0.2 + 0.6 * i / 59);
const inputs = inputsAt(density);
const law = (rho: number) => Math.log(rho / (1 - rho)) / 2;
const { normal } = randomStream(11, "steering-test");
const data = density.map((rho) => law(rho) + ERROR * normal());

/** A law as a base network of a latent may have it: off by another smooth function for each power of the latent. */
const baseOf = (latent: number) =>
  density.map((rho) => law(rho) + 0.1 + 0.2 * latent * (rho - 0.3) - 0.1 * latent ** 2 * rho ** 2);

const latents = memberVisits(8, 50, randomStream(1, "visits"))
  .filter(({ last }) => last).map(({ latent }) => latent);

function steered(factor = 1) {
  const weights = freshEpinet(1, 1, RANDOM, UNIT, 1, SHAPE, randomStream(2, "fresh"), LATENT_TERMS);
  const blocks = latents.map((latent): LatentBlock => ({
    latent,
    inputs,
    residual: Float64Array.from(baseOf(latent), (base, i) => (data[i] - base) / ERROR),
    explained: new Float64Array(density.length),
    response: (change) => change.mul(factor / ERROR),
  }));
  steer(weights, scales, blocks, blocks.length);
  return weights;
}

const weights = steered();
const answer = (latent: number) => {
  const correction = steeredCorrection(weights, latent, inputs);
  return baseOf(latent).map((base, i) => base + correction[i]);
};
const design = Matrix.div(new Matrix(inputs), ERROR);
scales.forEach((scale, k) => design.mulColumn(k, scale));
const precision = design.transpose().mmul(design).add(Matrix.eye(scales.length));
/** Standard deviation of what the data leave open. */
const posterior = design.mmul(solve(precision, design.transpose())).diag()
  .map((variance) => ERROR * Math.sqrt(variance));

describe("steer", () => {
  it("takes base networks of all latents to the same answer, visited or not", () => {
    const middle = answer(0);
    for (const latent of [...latents, -1, 0.5, 1.2]) {
      const before = baseOf(latent), after = answer(latent);
      const apart = (own: number[], other: number[]) =>
        Math.max(...own.map((v, i) => Math.abs(v - other[i]) / posterior[i]));
      if (Math.abs(latent) > 0.4) expect(apart(before, baseOf(0))).toBeGreaterThan(3);
      expect(apart(after, middle)).toBeLessThan(0.1);
    }
  });
  it("takes them to the posterior mean, to a small part of the posterior's width", () => {
    const mean = design.mmul(
      solve(precision, design.transpose().mmul(Matrix.columnVector(data).div(ERROR))),
    ).mul(ERROR).to1DArray();
    answer(0).forEach((v, i) => expect(Math.abs(v - mean[i]) / posterior[i]).toBeLessThan(0.3));
  });
  it("leaves the random indices alone", () => {
    weights.learnable.forEach((v, i) => {
      if (i % weights.indexDim < RANDOM) expect(v).toBe(0);
    });
  });
  it("is asked in the data's own units: a response of half asks for twice the correction", () => {
    const once = steeredCorrection(weights, 0.7, inputs);
    const twice = steeredCorrection(steered(0.5), 0.7, inputs);
    // Up to what the prior holds back.
    once.forEach((v, i) => expect(Math.abs(twice[i] - 2 * v)).toBeLessThan(posterior[i]));
    expect(Math.hypot(...once)).toBeGreaterThan(5 * Math.hypot(...posterior));
  });
});
