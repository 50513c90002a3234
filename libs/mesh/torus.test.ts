import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applied } from "./_operator.ts";
import { values } from "./arbitraries.ts";
import { reconstruct } from "./reconstruction.ts";
import {
  cube,
  type Mesh,
  nodalDensity,
  nodalDensityRules,
  nodalMass,
  projectContents,
  projectTorusField,
  ring,
  square,
} from "./mod.ts";

const TAU = 2 * Math.PI;
const sum = (a: Float64Array) => a.reduce((total, v) => total + v, 0);
const both: [string, (n: number) => Mesh, 2 | 3][] = [["squares", square, 2], ["cubes", cube, 3]];

const laplacian = (mesh: Mesh, v: Float64Array) =>
  applied(mesh, new Float64Array(mesh.pairs.count).fill(1), v);
/** `[nodes]` values of a wave `cos(2 pi (k . x))` at the nodes. */
const wave = (n: number, k: readonly number[]) =>
  Float64Array.from({ length: n ** k.length }, (_, i) => {
    const phase = k.reduce((p, q, axis) => p + q * (Math.floor(i / n ** axis) % n), 0);
    return Math.cos(TAU * phase / n);
  });

describe.each(both)("%s as meshes", (_, make, dimension) => {
  const faces = dimension === 2 ? 2 / 3 : 1 / 3;

  it("have each pair of neighbours once, with its way and the stencil's weights", () => {
    for (const n of [3, 5]) {
      const mesh = make(n), { count, first, second, weight, displacement } = mesh.pairs;
      expect(count).toBe((dimension === 2 ? 4 : 9) * n ** dimension);
      const seen = new Set<string>();
      for (let p = 0; p < count; p++) {
        seen.add([first[p], second[p]].sort((a, b) => a - b).join());
        const steps = displacement.map((along) => along[p] * n);
        const length = steps.reduce((total, s) => total + s * s, 0);
        expect(weight[p]).toBeCloseTo((length < 1.5 ? faces : 1 / 6) / n ** (dimension - 2), 14);
        steps.forEach((step, axis) => {
          const [a, b] = [first[p], second[p]].map((i) => Math.floor(i / n ** axis) % n);
          expect((b - a - step) % n).toBeCloseTo(0, 12);
        });
      }
      expect(seen.size).toBe(count);
    }
  });

  it("have a Laplacian that is Delta^2 / 12 times its square off, in every direction", () => {
    // Of a wave with angle theta per element: -theta^2 + theta^4 / 12 + O(theta^6), whatever its direction.
    const ways = [[1, 0, 0], [1, 1, 0], [1, -1, 0], [2, 1, 0], [1, 1, 1]]
      .filter((k) => dimension === 3 || k[2] === 0).map((k) => k.slice(0, dimension));
    const n = dimension === 2 ? 40 : 24;
    for (const k of ways) {
      const v = wave(n, k), square = k.reduce((total, q) => total + (TAU * q / n) ** 2, 0);
      const symbol = laplacian(make(n), v)[0] / n ** 2;
      expect(Math.abs(symbol + square - square ** 2 / 12)).toBeLessThan(0.005 * square ** 3);
    }
  });

  it("evolve what changes along one axis only as the ring does", () => {
    const n = 7;
    fc.assert(
      fc.property(values(n, 0.05, 0.95), fc.nat(dimension - 1), (line, axis) => {
        const mesh = make(n), thin = ring(n);
        const along = (i: number) => Math.floor(i / n ** axis) % n;
        const field = new Float64Array(mesh.nodes).map((_, i) => line[along(i)]);
        const points = new Float64Array(mesh.nodes), expected = new Float64Array(n);
        mesh.pointValues(field, 0, { low: 0, high: 1 }, points);
        reconstruct(line, 0, n, 0, 1, expected);
        points.forEach((v, i) => expect(v).toBeCloseTo(expected[along(i)], 13));
        const rates = laplacian(mesh, field), thinRates = laplacian(thin, line);
        rates.forEach((v, i) => expect(Math.abs(v - thinRates[along(i)])).toBeLessThan(1e-10));
        const fine = mesh.refine(field), thinFine = thin.refine(line);
        const alongFine = (i: number) => Math.floor(i / (2 * n) ** axis) % (2 * n);
        fine.forEach((v, i) => expect(v).toBeCloseTo(thinFine[alongFine(i)], 12));
      }),
      { numRuns: 20 },
    );
  });

  it.each([2, 0, -3, 4.5, NaN])("have no %s elements", (elements) => {
    expect(() => make(elements)).toThrow(`not ${elements}`);
  });
});

describe("squares and cubes", () => {
  it("work on one system of many, from an offset on", () => {
    const mesh = square(3), { nodes, pairs } = mesh;
    const v = Float64Array.from({ length: 2 * nodes }, (_, i) => Math.sin(i * i));
    const part = v.slice(nodes);
    const shifted = new Float64Array(2 * pairs.count).fill(7), own = new Float64Array(pairs.count);
    mesh.gradient(v, nodes, shifted, pairs.count);
    mesh.gradient(part, 0, own, 0);
    expect([...shifted]).toEqual([...new Array(pairs.count).fill(7), ...own]);
    const rates = new Float64Array(2 * nodes).fill(7), alone = new Float64Array(nodes);
    mesh.inflow(shifted, pairs.count, rates, nodes);
    mesh.inflow(own, 0, alone, 0);
    expect([...rates]).toEqual([...new Array(nodes).fill(7), ...alone]);
    const points = new Float64Array(2 * nodes).fill(7), domain = { low: -2, high: 2 };
    mesh.pointValues(v, nodes, domain, points);
    mesh.pointValues(part, 0, domain, alone);
    expect([...points]).toEqual([...new Array(nodes).fill(7), ...alone]);
  });

  it("amplify waves in implicit steps nearly as point values do", () => {
    // Of mobility and curvature 1 a wave's answer is 1 / (1 + scale * its rate * its amplification).
    for (const k of [[1, 0], [2, 2], [6, 0], [6, 6]]) {
      const mesh = square(12), v = wave(12, k), points = new Float64Array(mesh.nodes);
      const rate = -laplacian(mesh, v)[0], scale = 1e-3, ones = new Float64Array(mesh.pairs.count);
      mesh.pointValues(v, 0, { low: -1e3, high: 1e3 }, points);
      const solution = v.slice(), one = ones.fill(1);
      mesh.implicitSolver().solve(one, 0, one, 0, scale, false, solution);
      const amplification = (1 / solution[0] - 1) / (scale * rate);
      expect(amplification / points[0]).toBeGreaterThan(0.95);
      expect(amplification / points[0]).toBeLessThan(1.4);
      if (k[0] === 6) expect(amplification).toBeCloseTo(points[0], 8);
    }
  });
});

describe.each(both)("hats on %s", (_, make, dimension) => {
  const n = dimension === 2 ? 12 : 6;
  const field = (x: readonly number[]) =>
    0.5 + 0.2 * x.reduce((product, v) => product * Math.cos(TAU * v), 1) +
    0.1 * Math.sin(TAU * (x[0] + x[dimension - 1]));
  const points = (m: number) =>
    new Float64Array(m ** dimension).map((_, i) =>
      field(Array.from({ length: dimension }, (_, a) => Math.floor(i / m ** a) % m / m))
    );

  it("project fields: the mass, and a product's projection is the product of projections", () => {
    expect(sum(projectTorusField(field, n, dimension))).toBeCloseTo(0.5, 12);
    const line = (x: number) => 0.4 + 0.3 * Math.cos(TAU * x - 1);
    const product = projectTorusField((x) => x.reduce((p, v) => p * line(v), 1), n, dimension);
    const one = projectTorusField(([x]) => line(x), n, 1);
    product.forEach((z, i) => {
      const expected = Array.from({ length: dimension }, (_, a) => one[Math.floor(i / n ** a) % n]);
      expect(z).toBeCloseTo(expected.reduce((a, b) => a * b, 1), 14);
    });
  });

  it.each([["lumped", 2], ["consistent", 2], ["fourth-order", 4]] as const)(
    "give %s densities of order %i",
    (rule, order) => {
      const errors = [n, 2 * n].map((m) => {
        const exact = points(m);
        return nodalDensity(projectTorusField(field, m, dimension), rule, dimension)
          .reduce((worst, v, i) => Math.max(worst, Math.abs(v - exact[i])), 0);
      });
      expect(Math.log2(errors[0] / errors[1])).toBeCloseTo(order, 0);
    },
  );

  it("keep averages' point values to order eight", () => {
    const errors = [n, 2 * n].map((m) => {
      const mesh = make(m), exact = points(m), out = new Float64Array(mesh.nodes);
      const averages = nodalDensity(projectTorusField(field, m, dimension), "lumped", dimension);
      mesh.pointValues(averages, 0, { low: -9, high: 9 }, out);
      return out.reduce((worst, v, i) => Math.max(worst, Math.abs(v - exact[i])), 0);
    });
    expect(Math.log2(errors[0] / errors[1])).toBeGreaterThan(dimension === 2 ? 7.5 : 6);
  });

  it("have mass matrices that are inverted, and keep the mass", () => {
    fc.assert(fc.property(values(4 ** dimension, 0, 1), (rho) => {
      for (const rule of nodalDensityRules) {
        const z = nodalMass(rho, rule, dimension);
        expect(sum(z)).toBeCloseTo(sum(rho) / rho.length, 12);
        nodalDensity(z, rule, dimension).forEach((v, i) => expect(v).toBeCloseTo(rho[i], 11));
      }
    }));
  });

  it("share a configuration between nodes as their definition says", () => {
    const side = 6, m = 3;
    const eta = new Float64Array(side ** dimension).map((_, x) => (x * x + 3 * x) % 5);
    const hat = (i: number, x: number) => {
      const away = Math.abs(x * m / side - i);
      return Math.max(0, 1 - Math.min(away, m - away));
    };
    projectContents(eta, m, dimension).forEach((z, i) => {
      const expected = eta.reduce((total, count, x) => {
        let share = count;
        for (let a = 0; a < dimension; a++) {
          share *= hat(Math.floor(i / m ** a) % m, Math.floor(x / side ** a) % side);
        }
        return total + share;
      }, 0);
      expect(z).toBeCloseTo(expected / side ** dimension, 13);
    });
    expect(() => projectContents(new Float64Array(7), m, dimension)).toThrow("7 values do not");
    expect(() => projectContents(eta, 4, dimension)).toThrow("4 does not divide 6");
  });
});
