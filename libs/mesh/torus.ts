/** Squares and cubes: the meshes of two and three dimensions. */
import type { Domain, Mesh, PairList } from "./mesh.ts";
import { torusSteps } from "./torus_steps.ts";
import { changeLines, mapAllLines } from "./lines.ts";
import {
  addCorrections,
  bentInto,
  coarsenAverages,
  LARGEST_RECONSTRUCTION,
  refineAverages,
} from "./reconstruction.ts";

/** A pair of neighbours: the way in elements along each axis, and its weight. */
type Neighbour = readonly [way: readonly number[], weight: number];

/**
 * Weights whose Laplacian is isotropic to fourth order: `Delta^2 (L + Delta^2 L^2 / 12)`, which is what hat
 * averages of a Laplacian L are, so that point values leave errors of fourth order only.
 */
const NEIGHBOURS: Readonly<Record<2 | 3, readonly Neighbour[]>> = {
  2: [[[1, 0], 2 / 3], [[0, 1], 2 / 3], [[1, 1], 1 / 6], [[1, -1], 1 / 6]],
  3: [
    [[1, 0, 0], 1 / 3],
    [[0, 1, 0], 1 / 3],
    [[0, 0, 1], 1 / 3],
    [[1, 1, 0], 1 / 6],
    [[1, -1, 0], 1 / 6],
    [[1, 0, 1], 1 / 6],
    [[1, 0, -1], 1 / 6],
    [[0, 1, 1], 1 / 6],
    [[0, 1, -1], 1 / 6],
  ],
};

/**
 * The mesh of two dimensions, `elements` to each axis: node `(i, j)` is number `j * elements + i`. Nine points:
 * each node is in pairs with the four neighbours along the axes and the four along the diagonals.
 *
 * A field that does not change along one axis evolves as on the ring.
 *
 * @throws {RangeError} below three elements, where left and right neighbours coincide.
 */
export const square = (elements: number): Mesh => torus(2, elements);

/**
 * The mesh of three dimensions: node `(i, j, k)` is number `(k * elements + j) * elements + i`. Nineteen points:
 * six neighbours over faces and twelve over edges.
 *
 * @throws {RangeError} below three elements.
 */
export const cube = (elements: number): Mesh => torus(3, elements);

function torus(dimension: 2 | 3, elements: number): Mesh {
  if (!Number.isInteger(elements) || elements < 3) {
    throw new RangeError(
      `A mesh needs at least 3 elements to each axis, a whole number, not ${elements}.`,
    );
  }
  const spacing = 1 / elements, nodes = elements ** dimension, nodeVolume = spacing ** dimension;
  const pairs = pairsOf(dimension, elements);
  const { count, first, second } = pairs;
  const corrected = new Float64Array(nodes);
  return {
    dimension,
    nodes,
    spacing,
    nodeVolume,
    pairs,
    largestAmplification: LARGEST_RECONSTRUCTION ** dimension,
    pointValues(averages, offset, domain: Domain, out) {
      corrected.set(averages.subarray(offset, offset + nodes));
      for (let axis = 0; axis < dimension; axis++) {
        changeLines(corrected, elements, dimension, axis, addCorrections);
      }
      bentInto(averages, corrected, offset, domain.low, domain.high, out);
    },
    gradient(v, offset, out, pairOffset) {
      for (let p = 0; p < count; p++) {
        out[pairOffset + p] = v[offset + second[p]] - v[offset + first[p]];
      }
    },
    inflow(flux, pairOffset, out, offset) {
      out.fill(0, offset, offset + nodes);
      const unit = 1 / nodeVolume;
      for (let p = 0; p < count; p++) {
        const moved = unit * flux[pairOffset + p];
        out[offset + first[p]] -= moved;
        out[offset + second[p]] += moved;
      }
    },
    implicitSolver: () => torusSteps(pairs, dimension, elements),
    refined: () => torus(dimension, 2 * elements),
    refine: (averages) => mapAllLines(averages, elements, 2 * elements, dimension, refineAverages),
    coarsen: (fine) => mapAllLines(fine, 2 * elements, elements, dimension, coarsenAverages),
  };
}

/** Pairs of one way follow each other, in the order of their first nodes. */
function pairsOf(dimension: 2 | 3, elements: number): PairList {
  const neighbours = NEIGHBOURS[dimension];
  const nodes = elements ** dimension, count = neighbours.length * nodes;
  const spacing = 1 / elements;
  const first = new Int32Array(count), second = new Int32Array(count);
  const weight = new Float64Array(count);
  const displacement = Array.from({ length: dimension }, () => new Float64Array(count));
  neighbours.forEach(([way, share], k) => {
    const from = k * nodes, to = from + nodes;
    weight.fill(share * spacing ** (dimension - 2), from, to);
    way.forEach((step, axis) => displacement[axis].fill(step * spacing, from, to));
    for (let i = 0; i < nodes; i++) {
      first[from + i] = i;
      second[from + i] = neighbourOf(i, way, elements);
    }
  });
  return { count, first, second, weight, displacement };
}

function neighbourOf(node: number, way: readonly number[], elements: number): number {
  return way.reduce((at, step, axis) => {
    const stride = elements ** axis;
    const own = Math.floor(node / stride) % elements;
    return at + ((own + step + elements) % elements - own) * stride;
  }, node);
}
