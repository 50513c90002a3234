import { LATENT_TERMS, latentPolynomials } from "@spiediff/diffusion";
import { type MobilityModel, trainMobility } from "@spiediff/diffusion-train";
import { softplus } from "@spiediff/numerics";
import type { EpinetWeights } from "@spiediff/onnx-graph";
import { randomStream } from "@spiediff/random";
import { loadBackend, type Tf } from "@spiediff/tensor-backend";
import { beforeAll, describe, expect, it } from "vitest";
import { spreads } from "./_some_epinet.ts";
import {
  baseAt,
  baseOptions,
  exactMobility,
  exclusionData,
  FIRST,
  lastOf,
  M,
} from "./_symmetric_exclusion.ts";
import { distilMobilityEpinet, epinetCorrection } from "./mod.ts";

const options = { indexDim: 16, visits: 8 };
let tf: Tf, base: MobilityModel;
beforeAll(async () => {
  ({ tf } = await loadBackend({ prefer: "wasm" }));
  base = (await trainMobility(tf, [exclusionData(0.05)], baseOptions, randomStream(1, "mobility")))
    .model;
}, 60_000);

const distilled = (data: ReturnType<typeof exclusionData>, indexDim = options.indexDim) =>
  distilMobilityEpinet(tf, base, [data], { ...options, indexDim }, randomStream(1, "epinet"));
const headed = (raw: number) => base.scale * softplus(raw);
/** Spread of the mobility at a density, by the head's slope at the exact one. */
function spreadAt(weights: EpinetWeights, rho: number, random = options.indexDim): number {
  const slope = base.scale * (1 - Math.exp(-exactMobility(rho) / base.scale));
  return slope * spreads(weights, [lastOf(base, rho, exactMobility(rho)).features], random)[0];
}
/** Mobility at a density of the member of a latent whose random index is zero: with its steered index and without. */
function memberMobility(weights: EpinetWeights, rho: number, latent: number) {
  const first = headed(baseAt(base, rho, latent, FIRST).output);
  const { output, features } = lastOf(base, rho, first, latent);
  const index = new Float32Array(weights.indexDim);
  index.set(latentPolynomials(latent), weights.indexDim - LATENT_TERMS);
  const correction = epinetCorrection(weights, features, index)[0];
  return { bare: headed(output), steered: headed(output + correction) };
}
const inside = [0.35, 0.4, 0.5, 0.6, 0.65];

describe("distilMobilityEpinet", () => {
  it("has a spread that follows the data's errors and grows outside of the data", () => {
    const small = distilled(exclusionData(0.02)), large = distilled(exclusionData(0.2));
    // What is left: perturbations, of square 1 a datum, and what no smooth curve can follow of the data.
    expect(small.curve[1].loss).toBeLessThan(1);
    expect(small.curve[0].loss).toBeGreaterThan(500);
    const mean = (weights: EpinetWeights, list: number[]) =>
      list.reduce((s, rho) => s + spreadAt(weights, rho) / list.length, 0);
    // Ten times the error: ten times the spread, less where the prior already bounds it.
    const growth = mean(large.weights, inside) / mean(small.weights, inside);
    expect(growth).toBeGreaterThan(5);
    expect(growth).toBeLessThan(11);
    expect(mean(small.weights, [0.02, 0.98])).toBeGreaterThan(3 * mean(small.weights, inside));
  });

  it("is at the data as wide as a few parameters are: below one datum's error", () => {
    const error = 0.05;
    const { weights, atData: [{ mean, response }] } = distilled(exclusionData(error), 64);
    const exact = exclusionData(0).mobility;
    const density = exclusionData(0).density;
    exact.forEach((m, e) => {
      const sigma = response.getRowVector(e).norm();
      // As exact as a constant could be at most, and not as wide as a few parameters of twenty data.
      expect(sigma).toBeGreaterThan(error / M / Math.sqrt(M));
      expect(sigma).toBeLessThan(0.8 * error / M);
      // The posterior mean, by its own width (4 sigma, ten of them independent: 6e-4).
      expect(Math.abs(mean[e] - m) / sigma).toBeLessThan(4);
      const middle = (density[e] + density[(e + 1) % M]) / 2;
      expect(Math.abs(spreadAt(weights, middle, 64) / sigma - 1)).toBeLessThan(0.1);
    });
  });

  it("takes the base network of every latent to the posterior mean", () => {
    // Moved data that this base network has not seen: the steered indices must find them.
    const error = 0.02;
    const data = exclusionData(error);
    const moved = { ...data, mobility: data.mobility.map((m) => 1.02 * m) };
    const { weights, atData: [{ mean }] } = distilled(moved);
    expect(weights.indexDim).toBe(options.indexDim + LATENT_TERMS);
    for (const rho of inside) {
      const members = [-1.5, -0.7, 0, 0.7, 1.5].map((latent) =>
        memberMobility(weights, rho, latent)
      );
      const sigma = spreadAt(weights, rho);
      members.forEach(({ bare, steered }) => {
        expect(1.02 * exactMobility(rho) - bare).toBeGreaterThan(2 * error / M);
        expect(Math.abs(steered - 1.02 * exactMobility(rho)) / sigma).toBeLessThan(4);
        expect(Math.abs(steered - members[2].steered) / sigma).toBeLessThan(0.2);
      });
    }
    // What is handed on to f' is that mean, at the elements.
    mean.forEach((m, e) => expect(Math.abs(m - moved.mobility[e]) / (error / M)).toBeLessThan(4));
  });

  it("has nothing to say of held-out elements", () => {
    const data = {
      ...exclusionData(0.05),
      heldOut: exclusionData(0).mobility.map((_, e) => e % 4 === 1),
    };
    const { atData: [{ mean, response }] } = distilled(data);
    data.heldOut.forEach((out, e) => {
      expect(mean[e] === 0).toBe(out);
      expect(response.getRowVector(e).norm() === 0).toBe(out);
    });
    const spoilt = {
      ...data,
      mobility: data.mobility.map((m, e) => data.heldOut[e] ? 3 * m : m),
    };
    expect(distilled(spoilt).atData).toEqual(distilled(data).atData);
  });

  it("leaves the base network alone: the gradient stops at its features", () => {
    const before = base.weights.perceptron.layers.map((layer) => layer.weight.slice());
    distilled(exclusionData(0.05));
    base.weights.perceptron.layers.forEach((layer, l) => expect(layer.weight).toEqual(before[l]));
  });
});
