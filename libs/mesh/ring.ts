import { solvePeriodicTridiagonal } from "@spiediff/numerics";
import type { Domain, ImplicitSolver, Mesh } from "./mesh.ts";
import {
  coarsenAverages,
  LARGEST_RECONSTRUCTION,
  reconstruct,
  refineAverages,
} from "./reconstruction.ts";

/** B in `(side, 1 - 2 side, side)`: its inverse amplifies the shortest wave as reconstruction does. */
const SIDE = (1 - 1 / LARGEST_RECONSTRUCTION) / 4;

/**
 * The mesh of one dimension: pair (and element) `e` couples the nodes `e` and `(e + 1) % elements`, with
 * the weight `1/Delta`: `K_{e,e+1} = -m / Delta`.
 *
 * @throws {RangeError} below three elements, where left and right neighbours coincide.
 */
export function ring(elements: number): Mesh {
  if (!Number.isInteger(elements) || elements < 3) {
    throw new RangeError(`A ring needs at least 3 elements, a whole number, not ${elements}.`);
  }
  const spacing = 1 / elements;
  return {
    dimension: 1,
    nodes: elements,
    spacing,
    nodeVolume: spacing,
    pairs: {
      count: elements,
      first: Int32Array.from({ length: elements }, (_, e) => e),
      second: Int32Array.from({ length: elements }, (_, e) => (e + 1) % elements),
      weight: new Float64Array(elements).fill(elements),
      displacement: [new Float64Array(elements).fill(spacing)],
    },
    largestAmplification: LARGEST_RECONSTRUCTION,
    pointValues: (averages, offset, { low, high }: Domain, out) =>
      reconstruct(averages, offset, elements, low, high, out),
    gradient(v, offset, out, pairOffset) {
      const last = elements - 1;
      for (let e = 0; e < last; e++) out[pairOffset + e] = v[offset + e + 1] - v[offset + e];
      out[pairOffset + last] = v[offset] - v[offset + last];
    },
    inflow(flux, pairOffset, out, offset) {
      let left = flux[pairOffset + elements - 1];
      for (let i = 0; i < elements; i++) {
        const own = flux[pairOffset + i];
        out[offset + i] = (left - own) * elements;
        left = own;
      }
    },
    implicitSolver: () => implicitSolver(elements),
    refined: () => ring(2 * elements),
    refine: refineAverages,
    coarsen: coarsenAverages,
  };
}

/**
 * R is the inverse of the tridiagonal B: `(B - scale A B) q = rhs`, then `B q`. The columns of `A B` sum to
 * zero and those of B to one; curvatures that are not negative keep them diagonally dominant.
 */
function implicitSolver(elements: number): ImplicitSolver {
  const lower = new Float64Array(elements);
  const diagonal = new Float64Array(elements);
  const upper = new Float64Array(elements);
  const work = new Float64Array(2 * elements);
  return {
    solve(mobility, pairOffset, curvature, offset, scale, lumped, rhs) {
      const side = lumped ? 0 : SIDE;
      // Entries of K are -elements m, and a node's volume is 1 / elements.
      const factor = scale * elements * elements;
      let before = mobility[pairOffset + elements - 1];
      let left = Math.max(curvature[offset + elements - 1], 0);
      for (let i = 0; i < elements; i++) {
        const after = mobility[pairOffset + i];
        const own = Math.max(curvature[offset + i], 0);
        const right = Math.max(curvature[offset + (i + 1 === elements ? 0 : i + 1)], 0);
        lower[i] = side - factor * before * left;
        upper[i] = side - factor * after * right;
        diagonal[i] = 1 - 2 * side + factor * (before + after) * own;
        before = after;
        left = own;
      }
      solvePeriodicTridiagonal(lower, diagonal, upper, rhs, offset, work);
      average(rhs, offset, elements, side);
    },
  };
}

/** `B q` in place. */
function average(q: Float64Array, offset: number, elements: number, side: number): void {
  if (side === 0) return;
  const first = q[offset];
  let left = q[offset + elements - 1];
  for (let i = offset; i < offset + elements; i++) {
    const own = q[i];
    q[i] = own + side * (left - 2 * own + (i + 1 === offset + elements ? first : q[i + 1]));
    left = own;
  }
}
