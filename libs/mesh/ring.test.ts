import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ring } from "./mod.ts";

const values = (n: number, min: number, max: number) =>
  fc.array(fc.double({ min, max, noNaN: true }), { minLength: n, maxLength: n })
    .map((all) => Float64Array.from(all));
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i], 0);
const meshes = fc.integer({ min: 3, max: 40 }).map(ring);

describe("the ring as a mesh", () => {
  it("has inflow as the gradient's transpose over a node's volume, so that nothing is lost", () => {
    const cases = meshes.chain((mesh) =>
      fc.tuple(fc.constant(mesh), values(mesh.nodes, -5, 5), values(mesh.pairs.count, -5, 5))
    );
    fc.assert(fc.property(cases, ([mesh, v, flux]) => {
      const gradient = new Float64Array(mesh.pairs.count), inflow = new Float64Array(mesh.nodes);
      mesh.gradient(v, 0, gradient, 0);
      mesh.inflow(flux, 0, inflow, 0);
      const tolerance = 1e-12 * mesh.nodes ** 2;
      expect(Math.abs(dot(v, inflow) * mesh.nodeVolume - dot(gradient, flux))).toBeLessThan(
        tolerance,
      );
      expect(Math.abs(inflow.reduce((sum, r) => sum + r, 0))).toBeLessThan(tolerance);
      gradient.forEach((g, p) => expect(g).toBe(v[mesh.pairs.second[p]] - v[mesh.pairs.first[p]]));
    }));
  });

  it("works on one system of many, from an offset on", () => {
    const mesh = ring(5), v = Float64Array.from({ length: 15 }, (_, i) => i * i);
    const out = new Float64Array(15).fill(7);
    mesh.gradient(v, 5, out, 10);
    expect([...out]).toEqual([...new Array(10).fill(7), 11, 13, 15, 17, -56]);
  });

  it("solves implicit steps: the system of its own operator, sums kept, where averages stand for points", () => {
    const cases = meshes.chain((mesh) =>
      fc.tuple(
        fc.constant(mesh),
        values(mesh.pairs.count, 0, 3),
        values(mesh.nodes, 0, 9),
        values(mesh.nodes, -2, 2),
        fc.double({ min: 0, max: 0.1, noNaN: true }),
      )
    );
    fc.assert(fc.property(cases, ([mesh, mobility, curvature, q, scale]) => {
      const { nodes, pairs } = mesh;
      const force = curvature.map((c, i) => c * q[i]);
      const flux = new Float64Array(pairs.count), applied = new Float64Array(nodes);
      mesh.gradient(force, 0, flux, 0);
      flux.forEach((g, p) => flux[p] = -pairs.weight[p] * mobility[p] * g);
      mesh.inflow(flux, 0, applied, 0);
      const rhs = q.map((value, i) => value - scale * applied[i]);
      const size = 1 + Math.max(...rhs.map(Math.abs));
      for (const lumped of [true, false]) {
        const solution = rhs.slice();
        mesh.implicitSolver().solve(mobility, 0, curvature, 0, scale, lumped, solution);
        const [before, after] = [rhs, solution].map((x) =>
          x.reduce((sum, value) => sum + value, 0)
        );
        expect(Math.abs(after - before)).toBeLessThan(1e-10 * size * nodes);
        if (lumped) {
          solution.forEach((x, i) => expect(Math.abs(x - q[i])).toBeLessThan(1e-9 * size));
        }
      }
    }));
  });

  it("has a finer mesh whose averages become its own", () => {
    const cases = fc.integer({ min: 4, max: 20 })
      .chain((n) => fc.tuple(fc.constant(ring(n)), values(n, 0, 1)));
    fc.assert(fc.property(cases, ([mesh, averages]) => {
      const fine = mesh.refine(averages);
      expect(fine.length).toBe(mesh.refined().nodes);
      mesh.coarsen(fine).forEach((value, i) => expect(value).toBeCloseTo(averages[i], 8));
    }));
  });

  it.each([2, 0, -3, 4.5, NaN])("has no %s elements", (elements) => {
    expect(() => ring(elements)).toThrow(`not ${elements}`);
  });
});
