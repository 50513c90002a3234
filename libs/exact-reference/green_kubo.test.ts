import { describe, expect, it } from "vitest";
import { currentMemory, greenKuboShare } from "./green_kubo.ts";

/** Solves a full system by elimination, in place. */
function solved(rows: number[][], right: number[]): number[] {
  const n = right.length;
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      const factor = i === k ? 0 : rows[i][k] / rows[k][k];
      if (factor === 0) continue;
      for (let j = k; j < n; j++) rows[i][j] -= factor * rows[k][j];
      right[i] -= factor * right[k];
    }
  }
  return right.map((v, k) => v / rows[k][k]);
}

/**
 * The share on a ring by full matrices: weights from the pairs' energy, rates from what binds the particle that
 * leaves, the resolvent with the constant put in for the generator's null vector.
 */
function byMatrices(kernel: readonly number[], sites: number, particles: number): number {
  const states = Array.from({ length: 1 << sites }, (_, s) => s)
    .filter((s) => [...s.toString(2)].filter((bit) => bit === "1").length === particles);
  const n = states.length, at = new Map(states.map((s, i) => [s, i]));
  const has = (s: number, x: number) => (s >> (x % sites)) & 1;
  const weight = states.map((s) => {
    let energy = 0;
    for (let x = 0; x < sites; x++) {
      for (let r = 1; r < kernel.length; r++) energy += kernel[r] * has(s, x) * has(s, x + r);
    }
    return Math.exp(energy);
  });
  const generator = states.map(() => new Array<number>(n).fill(0));
  const current = new Array<number>(n).fill(0);
  let rates = 0;
  states.forEach((s, i) => {
    for (let x = 0; x < sites; x++) {
      if (!has(s, x)) continue;
      let bound = 0;
      for (let r = 1; r < kernel.length; r++) {
        bound += kernel[r] * (has(s, x + r) + has(s, x + sites - r));
      }
      for (const step of [1, sites - 1]) {
        if (has(s, x + step)) continue;
        const j = at.get(s - (1 << x) + (1 << ((x + step) % sites)))!, rate = Math.exp(-bound);
        // Detailed balance: what the weights are made for.
        generator[i][j] += rate;
        generator[i][i] -= rate;
        current[i] += (step === 1 ? 1 : -1) * rate;
        rates += weight[i] * rate;
      }
    }
  });
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      expect(weight[i] * generator[i][j]).toBeCloseTo(weight[j] * generator[j][i], 10);
    }
  }
  const total = weight.reduce((a, b) => a + b, 0);
  const projected = generator.map((row) => row.map((v, j) => weight[j] / total - v));
  const x = solved(projected, [...current]);
  return x.reduce((sum, v, i) => sum + weight[i] * current[i] * v, 0) / (rates / 2);
}

describe("what memory of the current takes off the mobility", () => {
  it.each([[[0, 0.8, -0.5]], [[0, -1.2, 0.7]], [[0, 0.4, 1]]])(
    "of the kernel %j is that of full matrices, at its largest of three densities",
    (kernel) => {
      const exact = [2, 4, 6].map((particles) => byMatrices(kernel, 8, particles));
      expect(greenKuboShare(kernel)).toBeCloseTo(Math.max(...exact), 8);
      expect(Math.max(...exact)).toBeGreaterThan(1e-4);
    },
    30_000,
  );
  it(
    "is read between the numbers of particles of a larger ring, whose difference is the error",
    () => {
      const kernel = [0, 0.9, -0.6], { share, error } = currentMemory(kernel);
      for (const particles of [2, 3, 5]) {
        expect(share(particles / 10)).toBeCloseTo(byMatrices(kernel, 10, particles), 8);
      }
      expect(share(0.25)).toBeCloseTo((share(0.2) + share(0.3)) / 2, 12);
      expect([share(0), share(1)]).toEqual([0, 0]);
      // A lone particle, or hole, remembers nothing.
      expect([share(0.1), share(0.9)].map((v) => Math.round(1e12 * v))).toEqual([0, 0]);
      const half = byMatrices(kernel, 8, 4);
      expect(error).toBeGreaterThan(Math.abs(share(0.5) - half) * 0.99);
      expect(error).toBeLessThan(0.05);
    },
    30_000,
  );
});
