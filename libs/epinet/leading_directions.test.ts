import { randomStream } from "@spiediff/random";
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { SHAPE, spreads, UNIT } from "./_some_epinet.ts";
import { readoutOf } from "./distillation.ts";
import { epinetInputs, freshEpinet } from "./epinet.ts";
import {
  everywhere,
  keepLeadingDirections,
  RANDOM_DIRECTIONS,
  withoutConstant,
} from "./leading_directions.ts";

const steered = 2;

/** A prior of many directions, with some learnable part and two steered indices. */
function wide() {
  const stream = randomStream(5, "directions");
  const weights = freshEpinet(1, 1, RANDOM_DIRECTIONS, UNIT, 1, SHAPE, stream, steered);
  weights.learnable.forEach((_, i, w) => w[i] = 0.05 * stream.normal());
  const conditions = everywhere(SHAPE.domain).map((rho) => (rho - UNIT.offset) * UNIT.scale);
  const features = conditions.map((one) => [one]);
  return { weights, features, inputs: epinetInputs(weights, Float32Array.from(conditions)) };
}

/** Readout of the first random indices. */
const randomOf = (weights: ReturnType<typeof wide>["weights"]) =>
  readoutOf(weights, weights.indexDim - steered);

/** Weights whose readouts are the directions themselves: what is kept of them is the rotation. */
function directionsThemselves(random: number) {
  const width = random + steered;
  const prior = Float32Array.from(
    { length: random * width },
    (_, i) => Math.floor(i / width) === i % width ? 1 : 0,
  );
  return { ...wide().weights, indexDim: width, prior, learnable: new Float32Array(prior.length) };
}

describe("keepLeadingDirections", () => {
  it("keeps the spread everywhere with an eighth of the directions", () => {
    const { weights, features, inputs } = wide();
    const kept = keepLeadingDirections(weights, RANDOM_DIRECTIONS, inputs, 32);
    expect(kept.indexDim).toBe(32 + steered);
    const before = spreads(weights, features, RANDOM_DIRECTIONS);
    const after = spreads(kept, features, 32);
    after.forEach((v, i) => {
      expect(v / before[i]).toBeGreaterThan(0.99);
      expect(v / before[i]).toBeLessThan(1 + 1e-5);
    });
  });
  it("leaves weights alone that have no more directions than are to be kept", () => {
    const { weights, inputs } = wide();
    expect(keepLeadingDirections(weights, RANDOM_DIRECTIONS, inputs, RANDOM_DIRECTIONS)).toBe(
      weights,
    );
    expect(keepLeadingDirections(weights, RANDOM_DIRECTIONS, inputs, RANDOM_DIRECTIONS - 1))
      .not.toBe(weights);
    const { low, high } = SHAPE.domain;
    const places = everywhere(SHAPE.domain).map((rho) => (rho - low) / (high - low));
    expect([places.length, places[0], places[96]].map((v) => Math.round(1e9 * v) / 1e9))
      .toEqual([97, 0.02, 0.98]);
  });
  it("is a rotation where all are kept: the same covariance of the corrections", () => {
    const { weights, inputs } = wide();
    const rows = inputs.filter((_, i) => i % 8 === 0);
    const kept = keepLeadingDirections(weights, RANDOM_DIRECTIONS, rows, rows.length);
    const covariance = (w: typeof weights) => {
      const c = new Matrix(rows).mmul(randomOf(w));
      return c.mmul(c.transpose());
    };
    const all = covariance(weights);
    expect(Matrix.sub(covariance(kept), all).norm() / all.norm()).toBeLessThan(1e-5);
  });
  it("turns by orthonormal columns also where corrections have fewer directions than are kept", () => {
    const random = 40, rows = 30, weights = directionsThemselves(random);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 7, max: 39 }), fc.nat(), (
        rank,
        keep,
        seed,
      ) => {
        const { normal } = randomStream(seed, "rank");
        const drawn = (height: number, width: number) =>
          new Matrix(Array.from({ length: height }, () => Array.from({ length: width }, normal)));
        const inputs = drawn(rows, rank).mmul(drawn(rank, random)).to2DArray();
        const kept = keepLeadingDirections(weights, random, inputs, keep);
        expect(kept.indexDim - steered).toBe(Math.min(keep, rows));
        const rotation = randomOf(kept);
        const product = rotation.transpose().mmul(rotation);
        const off = product.sub(Matrix.eye(product.rows)).abs().max();
        expect(off).toBeLessThan(1e-5);
        // And nothing of the corrections is lost.
        const lost = new Matrix(inputs).sub(
          new Matrix(inputs).mmul(rotation).mmul(rotation.transpose()),
        );
        expect(lost.norm() / new Matrix(inputs).norm()).toBeLessThan(1e-5);
      }),
      { numRuns: 30 },
    );
  });
  it("takes each correction in units of its own spread: quiet ones count as much as loud ones", () => {
    const random = 16, keep = 4;
    // Ten loud corrections in a direction each, and ten quiet ones that share one.
    const inputs = Array.from({ length: 20 }, (_, r) => {
      const row = new Array<number>(random).fill(0);
      row[Math.min(r, 10)] = r < 10 ? 1000 : 0.001;
      return row;
    });
    const kept = randomOf(
      keepLeadingDirections(directionsThemselves(random), random, inputs, keep),
    );
    expect(kept.columns).toBe(keep);
    expect(kept.getRowVector(10).norm()).toBeCloseTo(1, 5);
  });
  it("leaves steered indices as they are", () => {
    const { weights, inputs } = wide();
    const kept = keepLeadingDirections(weights, RANDOM_DIRECTIONS, inputs, 8);
    const before = readoutOf(weights), after = readoutOf(kept);
    for (let s = 0; s < steered; s++) {
      expect(after.getColumn(8 + s)).toEqual(before.getColumn(RANDOM_DIRECTIONS + s));
    }
  });
  it("sees nothing of a constant that is taken out", () => {
    const rows = withoutConstant([[1, 5], [3, 5]]);
    expect(rows).toEqual([[-1, 0], [1, 0]]);
  });
});
