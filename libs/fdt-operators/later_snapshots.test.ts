import { uniformPValue } from "@spiediff/numerics";
import { randomStream } from "@spiediff/random";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { type LaterSnapshots, type PredictedSnapshots, snapshotsAgainstLaw } from "./mod.ts";

const M = 8, TIMES = [0.004, 0.015];
/** Fluctuations of a ring of some 100 sites, in averages. */
const NOISE = 0.09;
/** Relative error of the diffusivity that the law states. */
const SPREAD = 0.05;

/** What diffusion makes of averages in a time: circulant, each wave decays by itself. */
function decay(diffusivity: number, time: number): Matrix {
  const row = Array.from({ length: M }, (_, n) =>
    Array.from({ length: M }, (_, k) => {
      const wave = Math.min(k, M - k);
      return Math.exp(-diffusivity * (2 * Math.PI * wave) ** 2 * time) *
        Math.cos(2 * Math.PI * k * n / M) / M;
    }).reduce((a, b) => a + b));
  return new Matrix(row.map((_, i) => row.map((_, j) => row[(i - j + M) % M])));
}
const times = (matrix: Matrix, x: ArrayLike<number>) =>
  Float64Array.from(matrix.mmul(Matrix.columnVector(Array.from(x))).to1DArray());

interface World {
  readonly seed: number;
  readonly realizations?: number;
  /** Over the one that the law believes, beyond what its error leaves open. */
  readonly truth?: number;
  readonly profiles?: number;
}

/** Data of linear diffusion with the fluctuations that keep equilibrium, and a law of uncertain diffusivity. */
function world({ seed, realizations = 40, truth = 1, profiles = 2 }: World) {
  const { normal } = randomStream(seed, "later-snapshots");
  const noise = () => Float64Array.from({ length: M }, () => NOISE * normal());
  const believed = 1 + SPREAD * normal();
  const members = Array.from({ length: 30 }, () => believed + SPREAD * normal());
  const data: LaterSnapshots[] = [], predicted: PredictedSnapshots[] = [];
  for (let p = 0; p < profiles; p++) {
    const profile = Array.from(
      { length: M },
      (_, i) => 0.5 + 0.3 * Math.cos(2 * Math.PI * i / M + p),
    );
    const start = Array.from({ length: realizations }, () => noise().map((v, i) => v + profile[i]));
    const steps = TIMES.map((time, t) => decay(truth, time - (TIMES[t - 1] ?? 0)));
    let now = start;
    const later = steps.map((step) => {
      // Decayed fluctuations, and as many fresh ones as keep their strength.
      const fresh = Matrix.eye(M).sub(step.mmul(step.transpose()));
      const root = squareRoot(fresh);
      now = now.map((rho) => {
        const moved = times(step, rho), kick = times(root, noise());
        return moved.map((v, i) => v + kick[i]);
      });
      return now;
    });
    const mean = start[0].map((_, i) => start.reduce((sum, rho) => sum + rho[i] / realizations, 0));
    const asFields = (rows: Float64Array[]) => rows.map((rho) => rho.map((v) => v / M));
    data.push({ profileName: `p${p}`, start: asFields(start), later: later.map(asFields) });
    const ofMembers = TIMES.map((time) => members.map((D) => times(decay(D, time), mean)));
    predicted.push({
      band: ofMembers.map((rows) => bandOf(rows)),
      members: ofMembers.map((rows) => Float64Array.from(rows.flatMap((row) => [...row]))),
      response: TIMES.map((time) => decay(believed, time)),
      meshError: TIMES.map(() => 1e-4),
    });
  }
  return { data, predicted };
}

/** Of a symmetric circulant matrix: the same waves, roots of what they are multiplied by. */
function squareRoot(circulant: Matrix): Matrix {
  const roots = Array.from({ length: M }, (_, k) => {
    const value = Array.from(
      { length: M },
      (_, n) => circulant.get(n, 0) * Math.cos(2 * Math.PI * k * n / M),
    ).reduce((a, b) => a + b);
    return Math.sqrt(Math.max(0, value));
  });
  const row = Array.from(
    { length: M },
    (_, n) => roots.reduce((sum, root, k) => sum + root * Math.cos(2 * Math.PI * k * n / M) / M, 0),
  );
  return new Matrix(row.map((_, i) => row.map((_, j) => row[(i - j + M) % M])));
}

function bandOf(rows: Float64Array[]) {
  const mean = rows[0].map((_, i) => rows.reduce((sum, row) => sum + row[i] / rows.length, 0));
  const end = (of: (...v: number[]) => number) =>
    mean.map((_, i) => of(...rows.map((row) => row[i])));
  return { level: 0.95, mean, lower: end(Math.min), upper: end(Math.max) };
}

const verdict = (of: World) => {
  const { data, predicted } = world(of);
  return snapshotsAgainstLaw(data, predicted);
};
/** Uniform p-values are below with this probability; seeds are fixed. */
const FALSE_ALARM = 1e-3;
const REPETITIONS = 150;

describe("snapshots at later times against a law", () => {
  it.each([[40, 2], [17, 1]])(
    "give uniform p-values if it holds: %i realizations of %i profiles",
    (realizations, profiles) => {
      const all = Array.from(
        { length: REPETITIONS },
        (_, seed) => verdict({ seed, realizations, profiles }),
      );
      expect(uniformPValue(all.map(({ test }) => test.pValue))).toBeGreaterThan(FALSE_ALARM);
      const first = all.map(({ profiles: [{ test }] }) => test.pValue);
      expect(uniformPValue(first)).toBeGreaterThan(FALSE_ALARM);
      // Verdicts over some ten independent waves: 95 % within five errors.
      const covered = all.reduce((sum, { coverage }) => sum + coverage.withErrors / REPETITIONS, 0);
      expect(Math.abs(covered - 0.95)).toBeLessThan(0.025);
    },
  );
  it("refuse a wrong one: p < 1e-3", () => {
    for (let seed = 0; seed < 20; seed++) {
      const { test, profiles } = verdict({ seed, truth: 1.6, realizations: 200 });
      expect(test.pValue).toBeLessThan(1e-3);
      expect(
        Math.max(...profiles.flatMap(({ times }) => times.flatMap(({ residual }) => residual))),
      )
        .toBeGreaterThan(3);
    }
  });
  it("are tested with as many waves as the realizations can tell apart", () => {
    const wavesOf = (realizations: number) => verdict({ seed: 1, realizations }).waves;
    expect([9, 32, 33, 49, 500].map(wavesOf)).toEqual([1, 1, 2, 3, 3]);
    expect(verdict({ seed: 1, realizations: 500, profiles: 1 }).test.dimension).toBe(12);
  });
  it("cannot be tested with fewer realizations than numbers", () => {
    expect(() => verdict({ seed: 1, realizations: 5 })).toThrow(
      'Profile "p0" has 5 realizations; a test of 2 times takes at least 6.',
    );
    expect(verdict({ seed: 1, realizations: 6 }).waves).toBe(1);
  });
  it("count the errors of start and law once: a band of no width has plain coverage 0", () => {
    const { data, predicted } = world({ seed: 2 });
    const none = predicted.map((one) => ({
      ...one,
      band: one.band.map((band) => ({ ...band, lower: band.mean, upper: band.mean })),
    }));
    const { coverage } = snapshotsAgainstLaw(data, none);
    expect(coverage.plain).toBe(0);
    expect(coverage.withErrors).toBeGreaterThan(0.7);
  });
});
