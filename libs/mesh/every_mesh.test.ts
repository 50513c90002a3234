/** What every mesh promises, whatever its dimension. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applied } from "./_operator.ts";
import { value, values } from "./arbitraries.ts";
import { cube, type Mesh, ring, square } from "./mod.ts";

const sum = (a: Float64Array) => a.reduce((total, v) => total + v, 0);
const dot = (a: Float64Array, b: Float64Array) => sum(a.map((v, i) => v * b[i]));

/** Meshes of one kind. */
interface Kind {
  readonly meshes: fc.Arbitrary<Mesh>;
  /** Those that are refined. */
  readonly coarse: fc.Arbitrary<Mesh>;
  /** How well implicit steps are solved. */
  readonly accuracy: number;
}

const kinds: [string, Kind][] = [
  ["rings", {
    meshes: fc.integer({ min: 3, max: 40 }).map(ring),
    coarse: fc.integer({ min: 4, max: 20 }).map(ring),
    accuracy: 1e-9,
  }],
  ["squares and cubes", {
    meshes: fc.oneof(
      fc.integer({ min: 3, max: 9 }).map(square),
      fc.integer({ min: 3, max: 5 }).map(cube),
    ),
    coarse: fc.constantFrom(square(5), cube(4)),
    accuracy: 1e-7,
  }],
];

describe.each(kinds)("%s", (_, { meshes, coarse, accuracy }) => {
  it("have inflow as the gradient's transpose over a node's volume: nothing is lost", () => {
    const cases = meshes.chain((mesh) =>
      fc.tuple(fc.constant(mesh), values(mesh.nodes, -5, 5), values(mesh.pairs.count, -5, 5))
    );
    fc.assert(fc.property(cases, ([mesh, v, flux]) => {
      const { pairs: { count, first, second }, nodes, nodeVolume } = mesh;
      const gradient = new Float64Array(count), inflow = new Float64Array(nodes);
      mesh.gradient(v, 0, gradient, 0);
      mesh.inflow(flux, 0, inflow, 0);
      const tolerance = 1e-12 * count / nodeVolume;
      expect(Math.abs(dot(v, inflow) * nodeVolume - dot(gradient, flux)))
        .toBeLessThan(Math.min(tolerance, 1e-11 * count));
      expect(Math.abs(sum(inflow))).toBeLessThan(tolerance);
      gradient.forEach((g, p) => expect(g).toBe(v[second[p]] - v[first[p]]));
    }));
  });

  it("have an operator without negative eigenvalues: v^T K v is a sum of squares", () => {
    const cases = meshes.chain((mesh) =>
      fc.tuple(
        fc.constant(mesh),
        values(mesh.pairs.count, 0, 9),
        values(mesh.nodes, -9, 9),
        values(mesh.nodes, -9, 9),
      )
    );
    fc.assert(fc.property(cases, ([mesh, mobility, v, w]) => {
      const forth = -dot(w, applied(mesh, mobility, v)), back = -dot(v, applied(mesh, mobility, w));
      const size = 1e-9 * mesh.pairs.count / mesh.nodeVolume;
      expect(-dot(v, applied(mesh, mobility, v))).toBeGreaterThan(-size);
      expect(Math.abs(forth - back)).toBeLessThan(size);
    }));
  });

  it("keep point values inside of the domain, whatever the averages", () => {
    const cases = meshes.chain((mesh) =>
      fc.tuple(
        fc.constant(mesh),
        values(mesh.nodes, 1e-6, 1 - 1e-6),
        fc.constantFrom(1, Infinity),
      )
    );
    fc.assert(fc.property(cases, ([mesh, averages, high]) => {
      const out = new Float64Array(mesh.nodes);
      mesh.pointValues(averages, 0, { low: 0, high }, out);
      out.forEach((v) => expect(v > 0 && v < high).toBe(true));
    }));
  });

  it("have a finer mesh whose averages become their own", () => {
    const cases = coarse
      .chain((mesh) => fc.tuple(fc.constant(mesh), values(mesh.nodes, 0, 1)));
    fc.assert(fc.property(cases, ([mesh, averages]) => {
      const fine = mesh.refine(averages);
      expect(fine.length).toBe(mesh.refined().nodes);
      mesh.coarsen(fine).forEach((value, i) => expect(value).toBeCloseTo(averages[i], 8));
    }));
  });

  it("solve implicit steps: the system of their own operator, sums kept to rounding", () => {
    const cases = meshes.chain((mesh) =>
      fc.tuple(
        fc.constant(mesh),
        values(mesh.pairs.count, 0, 3),
        values(mesh.nodes, 0, 9),
        values(mesh.nodes, -2, 2),
        value(0, 0.1),
      )
    );
    fc.assert(fc.property(cases, ([mesh, mobility, curvature, q, scale]) => {
      const image = applied(mesh, mobility, curvature.map((c, i) => c * q[i]));
      const rhs = q.map((value, i) => value - scale * image[i]);
      const size = 1 + Math.max(...rhs.map(Math.abs));
      for (const lumped of [true, false]) {
        const solution = Float64Array.from([3, ...rhs, 5]);
        const bends = Float64Array.from([7, ...curvature]);
        mesh.implicitSolver().solve(mobility, 0, bends, 1, scale, lumped, solution);
        expect([solution[0], solution.at(-1)]).toEqual([3, 5]);
        const own = solution.slice(1, -1);
        expect(Math.abs(sum(own) - sum(rhs))).toBeLessThan(1e-11 * size * mesh.nodes);
        if (lumped) own.forEach((x, i) => expect(Math.abs(x - q[i])).toBeLessThan(accuracy * size));
      }
    }));
  });
});
