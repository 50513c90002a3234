import { epinetGraph } from "@spiediff/onnx-graph";
import { randomStream } from "@spiediff/random";
import fc from "fast-check";
import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { SHAPE, spreads, UNIT } from "./_some_epinet.ts";
import {
  epinetCorrection,
  epinetInputs,
  evenBends,
  FEATURE_SCALE,
  freshEpinet,
  priorScales,
} from "./epinet.ts";
import { everywhere } from "./leading_directions.ts";
import { perturbationDirections } from "./mod.ts";

const stream = randomStream(23, "epinet-test");

describe("epinet", () => {
  it("equals its ONNX graph within 1e-5 on random features and indices", async () => {
    const weights = freshEpinet(18, 2, 8, UNIT, 1.3, SHAPE, stream.split("parity"));
    weights.learnable.forEach((_, i, w) => w[i] = 0.2 * stream.normal());
    const session = await ort.InferenceSession.create(epinetGraph("epinet", weights));
    const B = 100;
    const features = Float32Array.from({ length: B * 18 }, stream.normal);
    const index = Float32Array.from({ length: B * 8 }, stream.normal);
    const ours = epinetCorrection(weights, features, index);
    const { correction } = await session.run({
      features: new ort.Tensor("float32", features, [B, 18]),
      index: new ort.Tensor("float32", index, [B, 8]),
    });
    const theirs = correction.data as Float32Array;
    ours.forEach((v, i) => expect(Math.abs(v - theirs[i])).toBeLessThan(1e-5 * (1 + Math.abs(v))));
  });
  it("has no prior at scale 0, and none in steered indices", () => {
    const none = freshEpinet(3, 1, 8, UNIT, 1, SHAPE, stream.split("none"), 2, 0);
    expect(none.prior.every((v) => v === 0)).toBe(true);
    const some = freshEpinet(3, 1, 8, UNIT, 1, SHAPE, stream.split("some"), 2);
    expect(some.indexDim).toBe(10);
    some.prior.forEach((v, i) => {
      // The three features have none either: what the data say of them nobody knows.
      expect(v !== 0).toBe(i % 10 < 8 && i >= 3 * 10);
    });
  });
  it("is zero at zero index and linear in it, for arbitrary indices", () => {
    const weights = freshEpinet(4, 1, 3, UNIT, 1, SHAPE, stream.split("linear"));
    weights.learnable.forEach((_, i, w) => w[i] = stream.normal());
    const features = Float32Array.of(0.3, -1, 0.2, 0.7);
    const at = (phi: number[]) => epinetCorrection(weights, features, Float32Array.from(phi))[0];
    expect(at([0, 0, 0])).toBe(0);
    const index = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), {
      minLength: 3,
      maxLength: 3,
    });
    fc.assert(fc.property(index, index, (p, q) => {
      const sum = at(p.map((v, d) => v + q[d]));
      expect(Math.abs(sum - at(p) - at(q))).toBeLessThan(1e-4);
    }));
  });
  it("without data is its prior: variance outputScale^2 |scales inputs|^2, whatever D (5 sigma: 1e-6)", () => {
    const outputScale = 2, fields = 400;
    const scales = priorScales(3, SHAPE);
    for (const D of [1, 16]) {
      let ratio = 0;
      for (let k = 0; k < fields; k++) {
        const own = stream.split(`prior-${D}-${k}`);
        const weights = freshEpinet(3, 1, D, UNIT, outputScale, SHAPE, own);
        const features = [stream.normal(), stream.normal(), stream.normal()];
        const inputs = epinetInputs(weights, features)[0];
        const expected = outputScale * Math.hypot(...inputs.map((v, i) => v * scales[i]));
        ratio += (spreads(weights, [features], D)[0] / expected) ** 2;
      }
      // Chi-square with D degrees of freedom over D: variance 2/D.
      expect(Math.abs(ratio / fields - 1)).toBeLessThan(5 * Math.sqrt(2 / (D * fields)));
    }
  });
});

describe("the fixed random layer", () => {
  const densities = Array.from({ length: 101 }, (_, i) => i / 100);
  /** Slopes in density of all units, `[densities][units]`. */
  const slopes = (width: number, seed: number) => {
    const shape = { ...SHAPE, bends: evenBends({ width, size: 0.5 }) };
    const weights = freshEpinet(1, 1, 1, UNIT, 1, shape, randomStream(seed, "layer"));
    const h = 1e-5;
    const at = (rho: number) => epinetInputs(weights, [(rho - UNIT.offset) * UNIT.scale])[0];
    return densities.map((rho) => {
      const [before, after] = [at(rho - h), at(rho + h)];
      return after.map((v, j) => (v - before[j]) / (2 * h)).slice(1, -1);
    });
  };
  it("bends over the given width among the data, and over a twentieth outside of them", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 0.6, noNaN: true }), fc.nat(), (width, seed) => {
        const all = slopes(width, seed);
        const steepest = all[0].map((_, j) => Math.max(...all.map((row) => row[j])));
        // Units that stand outside of 0 to 1 show their tail alone.
        expect(Math.max(...steepest.slice(0, 32)) * width).toBeGreaterThan(0.95);
        expect(Math.max(...steepest.slice(0, 32)) * width).toBeLessThan(1 + 1e-6);
        // A step between two densities of the list is seen at half of a hundredth from its middle at most.
        for (const slope of steepest.slice(32)) {
          expect(slope * 0.05).toBeGreaterThan(0.98);
          expect(slope * 0.05).toBeLessThan(1 + 1e-6);
        }
        // In the middle of the data all steps are behind or ahead: 1/cosh(0.3/0.05)^2 = 2.5e-5 each.
        expect(Math.max(...all[50].slice(32)) * 0.05).toBeLessThan(1e-4);
      }),
      { numRuns: 50 },
    );
  });
  it("is the same in any units of the field: another domain only moves and stretches it", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 0.2, max: 20, noNaN: true }),
        fc.nat(),
        (low, length, seed) => {
          const of = (rho: number) => low + length * rho;
          const moved = {
            ...{ low: of(SHAPE.low), high: of(SHAPE.high) },
            bends: SHAPE.bends.map(({ width, size }) => ({ width: length * width, size })),
            domain: { low, high: low + length },
          };
          const unit = { offset: of(UNIT.offset), scale: UNIT.scale / length };
          const fresh = (density: typeof UNIT, shape: typeof SHAPE) =>
            freshEpinet(1, 1, 2, density, 1, shape, randomStream(seed, "units"));
          const own = fresh(UNIT, SHAPE), other = fresh(unit, moved);
          const sees = (weights: typeof own) =>
            everywhere(SHAPE.domain).flatMap((rho) =>
              epinetInputs(weights, [(rho - UNIT.offset) * UNIT.scale])[0]
            );
          const theirs = sees(other);
          sees(own).forEach((v, i) => expect(Math.abs(theirs[i] - v)).toBeLessThan(1e-5));
          other.prior.forEach((v, i) => expect(v).toBeCloseTo(own.prior[i], 6));
          everywhere(moved.domain).forEach((at, i) =>
            expect(at).toBeCloseTo(of(everywhere(SHAPE.domain)[i]), 10)
          );
        },
      ),
      { numRuns: 30 },
    );
  });
  it("has the stated prior scales: features, smooth units, steps, constant", () => {
    const scales = priorScales(2, SHAPE, FEATURE_SCALE);
    expect(scales.slice(0, 2)).toEqual([FEATURE_SCALE, FEATURE_SCALE]);
    expect(scales.slice(2, 34)).toEqual(new Array(32).fill(0.5));
    const uneven = SHAPE.bends.map((bend, j) => ({ ...bend, size: j + 1 }));
    expect(priorScales(2, { ...SHAPE, bends: uneven }).slice(2, 34)).toEqual(
      uneven.map(({ size }) => size),
    );
    expect(scales.at(-1)).toBe(1);
    // Over the outside, 0.4 of density, 16 steps of height 2 wander by 3 sqrt(0.4).
    const wander = Math.hypot(...scales.slice(34, 50).map((scale) => 2 * scale));
    expect(wander).toBeCloseTo(3 * Math.sqrt(0.4), 12);
    expect(priorScales(2, SHAPE).slice(0, 2)).toEqual([0, 0]);
  });
});

describe("perturbationDirections", () => {
  it("are unit vectors that look independent (5 sigma: false alarm 1e-6)", () => {
    const count = 2000, D = 8;
    const directions = perturbationDirections(count, D, stream.split("directions"));
    let cross = 0;
    for (let i = 0; i < count; i++) {
      const row = directions.getRow(i);
      expect(Math.hypot(...row)).toBeCloseTo(1, 5);
      if (i > 0) row.forEach((v, d) => cross += v * directions.get(i - 1, d) / count);
    }
    // Two random unit vectors have a product of variance 1/D.
    expect(Math.abs(cross)).toBeLessThan(5 / Math.sqrt(D * count));
  });
});
