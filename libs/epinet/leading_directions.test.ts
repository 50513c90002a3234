import { randomStream } from "@spiediff/random";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { readoutOf } from "./distillation.ts";
import { epinetInputs, freshEpinet } from "./epinet.ts";
import {
  densityGrid,
  keepLeadingDirections,
  RANDOM_DIRECTIONS,
  withoutConstant,
} from "./leading_directions.ts";

const unit = { offset: 0.5, scale: 4 };
const steered = 2;

/** A prior of many directions, with some learnable part and two steered indices. */
function wide() {
  const stream = randomStream(5, "directions");
  const weights = freshEpinet(1, 1, RANDOM_DIRECTIONS, unit, 1, stream, steered);
  weights.learnable.forEach((_, i, w) => w[i] = 0.05 * stream.normal());
  const conditions = densityGrid().map((rho) => (rho - unit.offset) * unit.scale);
  return { weights, inputs: epinetInputs(weights, Float32Array.from(conditions)) };
}

/** Standard deviations of the corrections over the random indices, `[rows]`. */
function spreads(weights: ReturnType<typeof wide>["weights"], inputs: number[][]): number[] {
  const readout = readoutOf(weights);
  const random = readout.subMatrix(0, readout.rows - 1, 0, weights.indexDim - steered - 1);
  const corrections = new Matrix(inputs).mmul(random);
  return inputs.map((_, r) => corrections.getRowVector(r).norm());
}

describe("keepLeadingDirections", () => {
  it("keeps the spread everywhere with an eighth of the directions", () => {
    const { weights, inputs } = wide();
    const kept = keepLeadingDirections(weights, RANDOM_DIRECTIONS, inputs, 32);
    expect(kept.indexDim).toBe(32 + steered);
    const before = spreads(weights, inputs), after = spreads(kept, inputs);
    after.forEach((v, i) => {
      expect(v / before[i]).toBeGreaterThan(0.99);
      expect(v / before[i]).toBeLessThan(1 + 1e-5);
    });
  });
  it("is a rotation where all are kept: the same covariance of the corrections", () => {
    const { weights, inputs } = wide();
    const rows = inputs.filter((_, i) => i % 8 === 0);
    const kept = keepLeadingDirections(weights, RANDOM_DIRECTIONS, rows, rows.length);
    const covariance = (w: typeof weights) => {
      const readout = readoutOf(w);
      const c = new Matrix(rows).mmul(
        readout.subMatrix(0, readout.rows - 1, 0, w.indexDim - steered - 1),
      );
      return c.mmul(c.transpose());
    };
    const all = covariance(weights);
    expect(Matrix.sub(covariance(kept), all).norm() / all.norm()).toBeLessThan(1e-5);
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
