import { ddimSteps, LATENT_TERMS, latentPolynomials } from "@spiediff/diffusion";
import {
  type DrivingForceModel,
  sampleDrivingForce,
  trainDrivingForce,
} from "@spiediff/diffusion-train";
import type { EpinetWeights } from "@spiediff/onnx-graph";
import { randomStream } from "@spiediff/random";
import { loadBackend, type Tf } from "@spiediff/tensor-backend";
import { Matrix } from "ml-matrix";
import { beforeAll, describe, expect, it } from "vitest";
import { unitCorrections } from "./_some_epinet.ts";
import {
  baseOptions,
  exactForce,
  exclusionData,
  exclusionRows,
  lastOf,
  M,
} from "./_symmetric_exclusion.ts";
import { distilDrivingForceEpinet, epinetCorrection } from "./mod.ts";

const options = { indexDim: 16, visits: 8 };
let tf: Tf, base: DrivingForceModel;
beforeAll(async () => {
  ({ tf } = await loadBackend({ prefer: "wasm" }));
  base =
    (await trainDrivingForce(tf, exclusionRows(0.05), baseOptions, randomStream(1, "f"))).model;
}, 60_000);

/** Distils with a mobility that is the data's own times a factor, and that one index changes by `response`. */
function distilled(error: number, response = Matrix.zeros(M, 1), factor = 1) {
  const atData = [{
    mean: Float64Array.from(exclusionData(error).mobility, (m) => factor * m),
    response,
  }];
  const stream = randomStream(1, "epinet");
  return distilDrivingForceEpinet(tf, base, exclusionRows(error), atData, options, stream);
}
/** One index of the mobility that makes it 1 % larger everywhere. */
const larger = () => Matrix.columnVector(exclusionData(0.02).mobility.map((m) => 0.01 * m));
/** Spread of f'(b) - f'(a): the constant in f' is the gauge and means nothing. */
const stepSpread = (weights: EpinetWeights, a: number, b: number) =>
  Math.hypot(...changes(weights, [a, b], options.indexDim).map(([at, to]) => to - at));
/** f' of the member of a latent whose random indices are zero: with its steered indices and without. */
async function memberForce(weights: EpinetWeights, density: number[], latent: number) {
  const pure = new Float32Array(density.length).fill(latent);
  const [first, bare] = await Promise.all(
    [1, 2].map((n) => sampleDrivingForce(tf, base, ddimSteps(base.schedule, n), density, pure)),
  );
  const index = new Float32Array(weights.indexDim);
  index.set(latentPolynomials(latent), weights.indexDim - LATENT_TERMS);
  const steered = Array.from(bare, (force, i) => {
    const { features } = lastOf(base, density[i], first[i], latent);
    return force + epinetCorrection(weights, features, index)[0];
  });
  return { bare, steered };
}
/** What a unit of each of the first indices does to f' at densities, `[indices][densities]`. */
const changes = (weights: EpinetWeights, density: readonly number[], indices: number) =>
  unitCorrections(
    weights,
    density.map((rho) => lastOf(base, rho, exactForce(rho)).features),
    indices,
  );

describe("distilDrivingForceEpinet", () => {
  it("distils through the physics layer, and the spread of its steps follows the errors", () => {
    const small = distilled(0.02), large = distilled(0.2);
    expect(small.curve[1].loss).toBeLessThan(1e-3 * small.curve[0].loss);
    const growth = stepSpread(large.weights, 0.4, 0.6) / stepSpread(small.weights, 0.4, 0.6);
    expect(growth).toBeGreaterThan(5);
    expect(growth).toBeLessThan(11);
    expect(stepSpread(small.weights, 0.7, 0.98)).toBeGreaterThan(
      3 * stepSpread(small.weights, 0.4, 0.6),
    );
  });

  it("answers to the index of the mobility so that their product, the fluxes, stays", () => {
    const { weights } = distilled(0.02, larger());
    expect(weights.indexDim).toBe(options.indexDim + 1 + LATENT_TERMS);
    const [at, to] = changes(weights, [0.4, 0.6], options.indexDim + 1)[options.indexDim];
    const span = exactForce(0.6) - exactForce(0.4);
    expect(Math.abs((to - at) / (-0.01 * span) - 1)).toBeLessThan(0.2);
  });

  it("reads the fluxes through the posterior mean of the mobility, not through what f was trained with", async () => {
    const span = async (factor: number) => {
      const { weights } = distilled(0.02, undefined, factor);
      const { steered: [at, to] } = await memberForce(weights, [0.35, 0.65], 0);
      return to - at;
    };
    // A larger mobility, the same fluxes: f' flatter.
    expect(Math.abs(await span(1.05) / await span(1) * 1.05 - 1)).toBeLessThan(0.01);
  });

  it("takes the base network of every latent to the posterior mean", async () => {
    const { weights } = distilled(0.02);
    const pairs = [[0.35, 0.45], [0.45, 0.55], [0.55, 0.65], [0.35, 0.65]];
    const steps = (force: ArrayLike<number>) =>
      pairs.map((_, k) => force[2 * k + 1] - force[2 * k]);
    const members = await Promise.all([-1.5, -0.7, 0, 0.7, 1.5].map(async (latent) => {
      const { bare, steered } = await memberForce(weights, pairs.flat(), latent);
      return { bare: steps(bare), steered: steps(steered) };
    }));
    const sigmas = pairs.map(([a, b]) => stepSpread(weights, a, b));
    const [first, last] = [members[0].bare, members[4].bare];
    expect(Math.max(...sigmas.map((sigma, k) => Math.abs(first[k] - last[k]) / sigma)))
      .toBeGreaterThan(1);
    pairs.forEach(([a, b], k) => {
      const sigma = sigmas[k];
      const exact = exactForce(b) - exactForce(a);
      for (const { steered } of members) {
        expect(Math.abs(steered[k] - exact) / sigma).toBeLessThan(4);
        expect(Math.abs(steered[k] - members[2].steered[k]) / sigma).toBeLessThan(0.1);
      }
    });
  });

  it("has no constant over the data in any index but the steered ones", () => {
    const { weights } = distilled(0.02, larger());
    for (const own of changes(weights, exclusionData(0).density, options.indexDim + 1)) {
      const constant = own.reduce((sum, v) => sum + v / M, 0);
      // The prior's own would be a quarter of the spread of f'.
      expect(Math.abs(constant)).toBeLessThan(1e-5 * base.state.std);
    }
  });
});
