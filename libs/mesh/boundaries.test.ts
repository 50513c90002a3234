/** Exact small cases: the first and the last node, arrays longer than a ring, and every number of a mesh. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { values } from "./arbitraries.ts";
import {
  hatFunction,
  nodalDensity,
  nodalDensityRules,
  nodalMass,
  projectField,
  projectOccupation,
  ring,
} from "./mod.ts";
import { LARGEST_RECONSTRUCTION, reconstruct } from "./reconstruction.ts";

/** A fraction with few digits: fast-check's doubles are nearly all close to 0. */
const fraction = fc.integer({ min: 1, max: 999 }).map((k) => k / 1000);
const turned = (v: Float64Array, by: number) => v.map((_, i) => v[(i + by) % v.length]);

describe("hat functions of four elements", () => {
  it("are tents around their nodes, across the seam too", () => {
    const at = (i: number) => [0, 0.125, 0.25, 0.5, 0.875, 1].map((x) => hatFunction(i, x, 4));
    expect(at(0)).toEqual([1, 0.5, 0, 0, 0.5, 1]);
    expect(at(1)).toEqual([0, 0.5, 1, 0, 0, 0]);
    expect(at(3)).toEqual([0, 0, 0, 0, 0.5, 0]);
    expect([hatFunction(1, -0.75, 4), hatFunction(1, 7.25, 4)]).toEqual([1, 1]);
  });

  it("share a particle between the two nodes of its element; the last element's is node 0", () => {
    // Three sites an element: site 3 e + r gives (3 - r) / 3 to e and r / 3 to e + 1, over N = 12 sites.
    for (let x = 0; x < 12; x++) {
      const eta = new Uint8Array(12);
      eta[x] = 1;
      const expected = [0, 0, 0, 0], e = Math.floor(x / 3), r = x % 3;
      expected[e] += (3 - r) / 36;
      expected[(e + 1) % 4] += r / 36;
      projectOccupation(eta, 4).forEach((z, i) => expect(z).toBeCloseTo(expected[i], 15));
    }
  });

  it("read so many sites as are said, and overwrite what they are given", () => {
    const eta = Uint8Array.from({ length: 20 }, (_, x) => x < 12 ? x % 2 : 1);
    const out = Float64Array.of(9, 9, 9, 9);
    expect(projectOccupation(eta, 4, out, 12)).toBe(out);
    expect([...out]).toEqual([...projectOccupation(eta.subarray(0, 12), 4)]);
    expect(out.reduce((a, b) => a + b)).toBeCloseTo(6 / 12, 15);
  });

  it("project polynomials within their elements exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 9 }), fc.integer({ min: 0, max: 12 }), (n, k) => {
        // x^k on [0, 1), whose periodic continuation jumps at the seam only.
        const z = projectField((x) => x ** k, n);
        const moment = (from: number, to: number, power: number) =>
          (to ** (power + 1) - from ** (power + 1)) / (power + 1);
        const rising = (a: number, b: number) =>
          (moment(a, b, k + 1) - a * moment(a, b, k)) / (b - a);
        const falling = (a: number, b: number) => moment(a, b, k) - rising(a, b);
        for (let i = 0; i < n; i++) {
          const left = i === 0 ? rising((n - 1) / n, 1) : rising((i - 1) / n, i / n);
          expect(z[i]).toBeCloseTo(left + falling(i / n, (i + 1) / n), 13);
        }
      }),
    );
  });

  it("need at least three elements and at least as many sites, whole numbers all", () => {
    const refused = (sites: number, elements: number) =>
      expect(() => projectOccupation(new Uint8Array(16), elements, undefined, sites));
    refused(12, 3).not.toThrow();
    refused(3, 3).not.toThrow();
    refused(12, 2).toThrow("elements must be an integer of at least 3, not 2");
    refused(12, 3.5).toThrow("elements must be an integer");
    refused(2, 3).toThrow("sites must be an integer of at least elements = 3, not 2");
    refused(12.5, 3).toThrow("sites must be an integer");
    refused(13, 3).toThrow("3 does not divide 13");
  });
});

describe("mass matrices", () => {
  it("of three nodes are the stencils over three, around the ring", () => {
    // A unit at a node: centre there, side at both neighbours, each over M.
    const sides = { "lumped": 0, "consistent": 1 / 6, "fourth-order": 1 / 12 };
    for (const rule of nodalDensityRules) {
      for (let at = 0; at < 5; at++) {
        const z = nodalMass([0, 1, 2, 3, 4].map((i) => Number(i === at)), rule);
        for (let i = 0; i < 5; i++) {
          const distance = Math.min((i - at + 5) % 5, (at - i + 5) % 5);
          const side = sides[rule];
          expect(z[i]).toBeCloseTo([1 - 2 * side, side, 0][distance] / 5, 15);
        }
      }
    }
  });
  it("leave what they solve as it was, and have three nodes at least", () => {
    const z = Float64Array.of(0.1, 0.2, 0.3);
    for (const rule of nodalDensityRules) {
      const rho = nodalDensity(z, rule);
      nodalMass(rho, rule).forEach((v, i) => expect(v).toBeCloseTo(z[i], 14));
      expect(() => nodalDensity([1, 2], rule)).toThrow("at least 3 nodes, not 2");
      expect(() => nodalMass([1, 2], rule)).toThrow("at least 3 nodes, not 2");
    }
    expect([...z]).toEqual([0.1, 0.2, 0.3]);
  });
});

describe("a ring's numbers", () => {
  it("are those of so many elements on a torus of side 1", () => {
    for (const n of [3, 4, 25]) {
      const { pairs, ...mesh } = ring(n);
      expect(mesh).toMatchObject({ dimension: 1, nodes: n, spacing: 1 / n, nodeVolume: 1 / n });
      expect(mesh.largestAmplification).toBe(LARGEST_RECONSTRUCTION);
      expect(mesh.refined().nodes).toBe(2 * n);
      expect(pairs.count).toBe(n);
      for (let e = 0; e < n; e++) {
        expect([pairs.first[e], pairs.second[e]]).toEqual([e, e === n - 1 ? 0 : e + 1]);
        // K_{e,e+1} = -m / Delta, and the way to the right neighbour is Delta.
        expect(pairs.weight[e]).toBeCloseTo(n, 12);
        expect(pairs.displacement[0][e]).toBe(1 / n);
      }
    }
  });

  it("make point values as the reconstruction does between the same ends", () => {
    fc.assert(fc.property(values(9, 1.1, 2.9), (averages) => {
      const [own, other] = [new Float64Array(9), new Float64Array(9)];
      ring(9).pointValues(averages, 0, { low: 1, high: 3 }, own);
      reconstruct(averages, 0, 9, 1, 3, other);
      expect(own).toEqual(other);
      expect(
        Math.max(...averages) - Math.min(...averages) < 0.1 ||
          own.some((v, i) => v !== averages[i]),
      )
        .toBe(true);
    }));
  });

  it("work from any offset of any array: inflow, gradient, point values", () => {
    fc.assert(fc.property(values(6, 0.1, 0.9), fc.nat(5), fc.nat(5), (v, from, to) => {
      const mesh = ring(6);
      const long = Float64Array.from(
        { length: 12 },
        (_, i) => v[(i - from + 12) % 6] + Number(i < from) + Number(i >= from + 6),
      );
      for (const work of ["inflow", "gradient", "pointValues"] as const) {
        const alone = new Float64Array(6), out = new Float64Array(12).fill(7);
        if (work === "pointValues") {
          mesh.pointValues(v, 0, { low: 0, high: 1 }, alone);
          mesh.pointValues(long, from, { low: 0, high: 1 }, out);
        } else {
          mesh[work](v, 0, alone, 0);
          mesh[work](long, from, out, to);
        }
        const start = work === "pointValues" ? from : to;
        for (let i = 0; i < 12; i++) {
          expect(out[i]).toBe(i < start || i >= start + 6 ? 7 : alone[i - start]);
        }
      }
    }));
  });

  it("know no first node: what is turned gives what is turned", () => {
    const cases = fc.integer({ min: 3, max: 14 })
      .chain((n) => fc.tuple(values(n, 0.02, 0.98), fc.nat(n)));
    fc.assert(fc.property(cases, ([averages, by]) => {
      const n = averages.length, mesh = ring(n);
      const pointsOf = (v: Float64Array) => {
        const out = new Float64Array(n);
        mesh.pointValues(v, 0, { low: 0, high: 1 }, out);
        return out;
      };
      const flux = (v: Float64Array) => {
        const out = new Float64Array(n);
        mesh.inflow(v, 0, out, 0);
        return out;
      };
      const points = turned(pointsOf(averages), by), inflow = turned(flux(averages), by);
      pointsOf(turned(averages, by)).forEach((p, i) => expect(p).toBeCloseTo(points[i], 12));
      flux(turned(averages, by)).forEach((r, i) => expect(r).toBeCloseTo(inflow[i], 10));
      turned(mesh.refine(averages), 2 * by).forEach((z, i) =>
        expect(mesh.refine(turned(averages, by))[i]).toBeCloseTo(z, 10)
      );
    }));
  });
});

describe("implicit steps", () => {
  /** Dense `(1 - scale A)` with R the inverse of B, column by column. */
  function operator(
    n: number,
    mobility: Float64Array,
    curvature: Float64Array,
    scale: number,
    side: number,
  ) {
    const mesh = ring(n);
    // R q from B r = q, by many rounds of r = q + side (2 r - left - right), a contraction for side < 1/4.
    const raised = (q: Float64Array) => {
      let r = q.slice();
      for (let k = 0; k < 400; k++) {
        r = q.map((v, i) => v + side * (2 * r[i] - r[(i + 1) % n] - r[(i + n - 1) % n]));
      }
      return r;
    };
    return (q: Float64Array) => {
      const force = raised(q).map((r, i) => Math.max(0, curvature[i]) * r);
      const flux = new Float64Array(n), inflow = new Float64Array(n);
      mesh.gradient(force, 0, flux, 0);
      flux.forEach((g, e) => flux[e] = -n * mobility[e] * g);
      mesh.inflow(flux, 0, inflow, 0);
      return q.map((v, i) => v - scale * inflow[i]);
    };
  }

  it("undo the operator on point values whose shortest wave is amplified as reconstruction does", () => {
    const cases = fc.integer({ min: 3, max: 12 }).chain((n) =>
      fc.tuple(
        fc.array(fraction, { minLength: n, maxLength: n }),
        fc.array(fraction.map((f) => 12 * f - 2), { minLength: n, maxLength: n }),
        fc.array(fraction, { minLength: n, maxLength: n }),
        fraction,
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
      )
    );
    fc.assert(
      fc.property(cases, ([m, c, q, f, pairOffset, offset]) => {
        const n = m.length, scale = 0.02 * f;
        // 1 / (1 - 4 side) is the amplification of the alternating wave.
        const side = (1 - 1 / LARGEST_RECONSTRUCTION) / 4;
        const mobility = Float64Array.from(m), curvature = Float64Array.from(c);
        const exact = Float64Array.from(q);
        for (const lumped of [true, false]) {
          const rhs = operator(n, mobility, curvature, scale, lumped ? 0 : side)(exact);
          const [longMobility, longCurvature, long] = [
            [mobility, pairOffset],
            [curvature, offset],
            [
              rhs,
              offset,
            ],
          ].map(([v, from]) => {
            const out = new Float64Array(n + 4).fill(5);
            out.set(v as Float64Array, from as number);
            return out;
          });
          ring(n).implicitSolver()
            .solve(longMobility, pairOffset, longCurvature, offset, scale, lumped, long);
          long.forEach((x, i) => {
            if (i < offset || i >= offset + n) expect(x).toBe(5);
            else expect(x).toBeCloseTo(exact[i - offset], 8);
          });
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("point values near the ends of the domain", () => {
  /** One node moves its neighbours' averages away from its own: the correction is what remains. */
  const moved = (step: number) => {
    const averages = new Float64Array(20).fill(0.2);
    averages[9] = averages[11] = 0.2 - step;
    const bent = new Float64Array(20), free = new Float64Array(20);
    reconstruct(averages, 0, 20, 0, 1, bent);
    reconstruct(averages, 0, 20, -1e9, 1e9, free);
    return [bent[10] - 0.2, free[10] - 0.2];
  };
  it("are what they would be far from them while the correction is an eighth of its room", () => {
    // Room: half of the distance 0.2 to the nearer end; the correction is 0.3975 of the step.
    const [bent, free] = moved(0.031);
    expect(free / 0.0125).toBeCloseTo(0.986, 2);
    expect(bent).toBe(free);
    const [bentAbove, freeAbove] = moved(0.032);
    expect(freeAbove / 0.0125).toBeCloseTo(1.018, 2);
    expect(bentAbove).toBeLessThan(freeAbove);
    expect(bentAbove / freeAbove).toBeCloseTo(1, 7);
  });
  it("keep to half of the way to the nearer end, odd in the correction, by an eighth power", () => {
    for (const step of [0.1, 0.15, 0.19, -0.2, -0.5, -0.79]) {
      const [bent, free] = moved(step);
      const r = Math.abs(free) / 0.1;
      expect(bent).toBeCloseTo(Math.sign(free) * 0.1 * r / (1 + r ** 8) ** (1 / 8), 13);
    }
  });
  it("see both ends, and a step as large as can be", () => {
    const spike = (own: number, others: number) => {
      const out = new Float64Array(20), averages = new Float64Array(20).fill(others);
      averages[10] = own;
      reconstruct(averages, 0, 20, 0, 1, out);
      return out[10] - own;
    };
    // Mirrored about 1/2 everything changes sign.
    for (const [own, others] of [[0.1, 0.9], [1e-5, 0.5], [0.3, 0.31], [1e-9, 1 - 1e-9]]) {
      expect(spike(1 - own, 1 - others)).toBeCloseTo(-spike(own, others), 12);
    }
    expect(spike(1e-5, 0.5)).toBeCloseTo(-0.5e-5, 12);
    expect(spike(0, 0.5)).toBe(0);
  });
});
