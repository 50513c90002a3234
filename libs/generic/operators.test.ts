import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { randomStream } from "@spiediff/random";
import { exactLaw, randomEntropy } from "./_laws.ts";
import { entropies, states, vectors } from "./arbitraries.ts";
import { difference } from "./difference.ts";
import { addDissipation } from "./dissipation.ts";
import { applyPoisson, jacobiDefect, type LocalTension } from "./poisson.ts";
import { tensionOf } from "./tension.ts";

const NODES = 9;
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, k) => sum + v * b[k], 0);
const size = (a: Float64Array) => a.reduce((sum, v) => Math.max(sum, Math.abs(v)), 0);

function slopesAt(tension: LocalTension, z: Float64Array) {
  const n = z.length / 3;
  const at = (i: number) => tension.value(z[i], z[n + i], z[2 * n + i]);
  return {
    tension: Float64Array.from({ length: n }, (_, i) => at(i)),
    momentum: z.slice(n, 2 * n),
  };
}

function poisson(tension: LocalTension, z: Float64Array, x: Float64Array): Float64Array {
  const out = new Float64Array(z.length);
  applyPoisson(slopesAt(tension, z), x, out);
  return out;
}

/** A tension that no entropy has. */
function spoiled(tension: LocalTension, share: number): LocalTension {
  return {
    value: (r, p, e) => tension.value(r, p, e) * (1 + share * p),
    gradient(r, p, e, out) {
      tension.gradient(r, p, e, out);
      for (let field = 0; field < 3; field++) out[field] *= 1 + share * p;
      out[1] += share * tension.value(r, p, e);
    },
  };
}

it("differences waves to fourth order, antisymmetrically", () => {
  const errors = [16, 32].map((n) => {
    const wave = Float64Array.from({ length: n }, (_, i) => Math.sin(2 * Math.PI * i / n));
    const out = new Float64Array(n);
    difference(wave, out);
    return Math.abs(out[0] / (2 * Math.PI) - 1);
  });
  expect(Math.log2(errors[0] / errors[1])).toBeCloseTo(4, 1);
  fc.assert(fc.property(vectors(3), vectors(3), (a, b) => {
    const da = new Float64Array(9), db = new Float64Array(9);
    difference(a, da);
    difference(b, db);
    expect(dot(a, db) + dot(b, da)).toBeCloseTo(0, 11);
  }));
});

describe("the Poisson operator of any entropy", () => {
  it("is antisymmetric", () => {
    fc.assert(
      fc.property(entropies, states(NODES), vectors(NODES), vectors(NODES), (s, z, a, b) => {
        const t = tensionOf(s), la = poisson(t, z, a), lb = poisson(t, z, b);
        const whole = la.reduce(
          (sum, v, k) => sum + Math.abs(v * b[k]) + Math.abs(lb[k] * a[k]),
          0,
        );
        expect(Math.abs(dot(b, la) + dot(a, lb))).toBeLessThanOrEqual(1e-13 * whole);
      }),
    );
  });

  it("does not change S", () => {
    fc.assert(fc.property(entropies, states(NODES), (s, z) => {
      const d = new Float64Array(5), ds = new Float64Array(z.length);
      for (let i = 0; i < NODES; i++) {
        const p = z[NODES + i];
        s.derivatives(z[i], z[2 * NODES + i] - p * p / 2, d);
        ds.set([d[0]], i);
        ds.set([-p * d[1]], NODES + i);
        ds.set([d[1]], 2 * NODES + i);
      }
      const t = slopesAt(tensionOf(s), z);
      // Entries of L go up to 8/12 nodes times slopes.
      const scale = NODES * size(ds) * (1 + size(t.tension)) * (1 + size(t.momentum));
      expect(size(poisson(tensionOf(s), z, ds))).toBeLessThan(1e-13 * scale);
    }));
  });

  it("obeys Jacobi's identity", () => {
    // Dense ones: of few entries the three terms may all be rounding.
    fc.assert(fc.property(entropies, states(NODES), fc.nat(), (s, z, seed) => {
      const { normal } = randomStream(seed, "functionals");
      const [a, b, c] = [1, 2, 3].map(() => z.map(() => normal()));
      expect(jacobiDefect(tensionOf(s), z, a, b, c)).toBeLessThan(1e-13);
    }));
  });
});

describe("the test of Jacobi's identity", () => {
  const random = (seed: number, length: number) =>
    Float64Array.from({ length }, (_, k) => Math.sin(12.9898 * (k + 1) * seed) * 1.7 % 1);
  const entropy = randomEntropy([[0.3, 1.2, -0.4, 0.2], [-0.2, 0.5, 1.1, -0.3]]);
  const n = 25;
  const state = Float64Array.from(
    { length: 3 * n },
    (_, k) => [0.4, 0, 1.7][Math.floor(k / n)] + 0.3 * Math.cos(2 * Math.PI * k / n + k % 3),
  );
  const [a, b, c] = [1, 2, 3].map((seed) => random(seed, 3 * n));

  it.each([0.01, 1])("finds a tension that depends on p, by the share %d of it", (share) => {
    const tension = spoiled(tensionOf(entropy), share);
    const defect = jacobiDefect(tension, state, a, b, c);
    expect(defect).toBeGreaterThan(1e-4);
    // The same with derivatives of L by central differences.
    const change = (a: Float64Array, b: Float64Array, c: Float64Array) => {
      const v = poisson(tension, state, a).map((x) => -x), h = 1e-6;
      const at = (sign: number) =>
        dot(b, poisson(tension, state.map((z, k) => z + sign * h * v[k]), c));
      return (at(1) - at(-1)) / (2 * h);
    };
    const terms = [change(a, b, c), change(b, c, a), change(c, a, b)];
    const sum = Math.abs(terms[0] + terms[1] + terms[2]);
    expect(sum / terms.reduce((s, v) => s + Math.abs(v), 0)).toBeCloseTo(defect, 6);
  });

  it("passes the same tension without p, and the oscillator ring's", () => {
    for (const s of [entropy, exactLaw().entropy]) {
      expect(jacobiDefect(tensionOf(s), state, a, b, c)).toBeLessThan(1e-14);
    }
  });

  it("has no opinion where nothing varies", () => {
    const none = new Float64Array(3 * n);
    expect(jacobiDefect(tensionOf(entropy), state, none, b, c)).toBe(0);
  });
});

it("knows how a tension changes with each field", () => {
  fc.assert(fc.property(entropies, states(1), (s, [r, p, e]) => {
    const tension = tensionOf(s), gradient = new Float64Array(3), h = 1e-6;
    tension.gradient(r, p, e, gradient);
    const along = (dr: number, dp: number, de: number) =>
      (tension.value(r + dr, p + dp, e + de) - tension.value(r - dr, p - dp, e - de)) / (2 * h);
    const scale = 1 + size(gradient);
    expect(Math.abs(along(h, 0, 0) - gradient[0])).toBeLessThan(1e-6 * scale ** 3);
    expect(Math.abs(along(0, h, 0) - gradient[1])).toBeLessThan(1e-6 * scale ** 3);
    expect(Math.abs(along(0, 0, h) - gradient[2])).toBeLessThan(1e-6 * scale ** 3);
  }));
});

describe("the dissipative operator", () => {
  const factors = fc.tuple(
    ...[0, 1, 2, 3].map(() => fc.double({ min: -1, max: 1, noNaN: true })),
  );
  /** Any positive semi-definite M0, different at each state. */
  const mobility = ([a, b, c, d]: number[]) => (r: number, u: number, out: Float64Array) => {
    const low = a + r, mixed = b * u, high = c - r * u;
    out.set([low * low, low * mixed, mixed * mixed + high * high, d * d + u]);
  };
  const apply = (m: ReturnType<typeof mobility>, z: Float64Array, x: Float64Array) => {
    const out = new Float64Array(z.length);
    addDissipation(m, z, x, out);
    return out;
  };

  it("keeps the sums of all fields, is symmetric and positive semi-definite", () => {
    fc.assert(
      fc.property(factors, states(NODES), vectors(NODES), vectors(NODES), (f, z, a, b) => {
        const ma = apply(mobility(f), z, a), mb = apply(mobility(f), z, b);
        for (let field = 0; field < 3; field++) {
          const one = ma.subarray(field * NODES, (field + 1) * NODES);
          expect(Math.abs(one.reduce((s, v) => s + v, 0))).toBeLessThan(1e-14 * NODES ** 3 * 10);
        }
        expect(Math.abs(dot(b, ma) - dot(a, mb))).toBeLessThan(1e-12 * NODES ** 3);
        expect(dot(a, ma)).toBeGreaterThanOrEqual(-1e-12);
      }),
    );
  });

  it("does nothing to energy", () => {
    fc.assert(fc.property(factors, states(NODES), (f, z) => {
      const energy = new Float64Array(3 * NODES).fill(1, 2 * NODES);
      expect(size(apply(mobility(f), z, energy))).toBe(0);
    }));
  });

  it("carries M0 to the momentum by G: of uniform states M = G M0 G^T", () => {
    const n = 7, p = 0.3;
    const z = new Float64Array([...Array(n).fill(0.4), ...Array(n).fill(p), ...Array(n).fill(2)]);
    const m = (_r: number, _u: number, out: Float64Array) => out.set([2, 1, 3, 5]);
    // [[2,0,1],[0,5,5p],[1,5p,3+5p^2]] times n^2 and the squares of the row (1, -27, 27, -1) / 24.
    const squares = [1 + 27 ** 2 + 27 ** 2 + 1, -27 - 27 ** 2 - 27, 2 * 27, -1];
    const expected = [[2, 0, 1], [0, 5, 5 * p], [1, 5 * p, 3 + 5 * p * p]];
    for (let field = 0; field < 3; field++) {
      const x = new Float64Array(3 * n);
      x[field * n] = 1;
      const out = apply(m, z, x);
      for (let row = 0; row < 3; row++) {
        squares.forEach((square, lag) => {
          const there = n * n * expected[row][field] * square / 24 ** 2;
          expect(out[row * n + lag]).toBeCloseTo(there, 11);
        });
      }
    }
  });
});
