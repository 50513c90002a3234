import { expect, it } from "vitest";
import fc from "fast-check";
import { createSumTree, indexAt, setWeight } from "./sum_tree.ts";

const weights = fc.array(fc.constantFrom<number>(0, 0.1, 1, 3, 1e9), {
  minLength: 1,
  maxLength: 40,
});

it("finds the index in whose share a number lies, never one without weight", () => {
  fc.assert(fc.property(weights, fc.double({ min: 0, max: 0.999999, noNaN: true }), (w, u) => {
    fc.pre(w.some((value) => value > 0));
    const tree = createSumTree(w.length);
    // Every weight changes once: nothing of the first may stay.
    w.forEach((_, i) => setWeight(tree, i, 7));
    w.forEach((value, i) => setWeight(tree, i, value));
    const total = w.reduce((a, b) => a + b, 0);
    expect(tree.node[1] / total).toBeCloseTo(1, 12);
    const target = u * tree.node[1], found = indexAt(tree, target);
    expect(w[found]).toBeGreaterThan(0);
    const before = w.slice(0, found).reduce((a, b) => a + b, 0);
    expect(target).toBeGreaterThanOrEqual(before * (1 - 1e-12));
    expect(target).toBeLessThanOrEqual((before + w[found]) * (1 + 1e-12));
  }));
});
