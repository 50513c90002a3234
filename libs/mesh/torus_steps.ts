/** Implicit steps on squares and cubes, without a matrix. */
import { conjugateGradients } from "@spiediff/numerics";
import { changeLines, type Dimension } from "./lines.ts";
import type { ImplicitSolver, PairList } from "./mesh.ts";
import { LARGEST_RECONSTRUCTION } from "./reconstruction.ts";

/** `T = 1 - SHARE delta^2` on each axis, whose square amplifies the shortest wave as reconstruction does. */
const SHARE = (Math.sqrt(LARGEST_RECONSTRUCTION) - 1) / 4;

/**
 * Solves `(1 + s K R^(1/2) C R^(1/2)) q = rhs`, `s = scale / Delta^d`, with C the curvatures and
 * `R^(1/2) = T x T (x T)`: R stands on both sides of C, which changes nothing where C is constant and makes the
 * system similar to a symmetric one. With `L = R^(1/2) C^(1/2)` it is `(1 + s L^T K L) w = L^T rhs`, positive
 * definite for any curvatures that are not negative, and `q = rhs - s K L w`: what is not yet solved for moves
 * between nodes, so sums are kept to rounding wherever the search ends.
 */
export function torusSteps(
  pairs: PairList,
  dimension: Dimension,
  elements: number,
): ImplicitSolver {
  const nodes = elements ** dimension;
  const [w, work, moved, root] = Array.from({ length: 4 }, () => new Float64Array(nodes));
  const search = conjugateGradients(nodes);
  /** `R^(1/2)` in place. */
  const spread = (v: Float64Array) => {
    for (let axis = 0; axis < dimension; axis++) {
      changeLines(v, elements, dimension, axis, amplify);
    }
  };
  return {
    solve(mobility, pairOffset, curvature, offset, scale, lumped, rhs) {
      const s = scale * nodes;
      for (let i = 0; i < nodes; i++) root[i] = Math.sqrt(Math.max(curvature[offset + i], 0));
      /** `moved = s K L v`. */
      const move = (v: Float64Array) => {
        for (let i = 0; i < nodes; i++) work[i] = root[i] * v[i];
        if (!lumped) spread(work);
        exchange(pairs, mobility, pairOffset, s, work, moved);
      };
      /** `L^T v` in place. */
      const lower = (v: Float64Array) => {
        if (!lumped) spread(v);
        for (let i = 0; i < nodes; i++) v[i] *= root[i];
      };
      w.set(rhs.subarray(offset, offset + nodes));
      lower(w);
      search((v, out) => {
        move(v);
        lower(moved);
        for (let i = 0; i < nodes; i++) out[i] = v[i] + moved[i];
      }, w);
      move(w);
      for (let i = 0; i < nodes; i++) rhs[offset + i] -= moved[i];
    },
  };
}

/** `out = s K v`. */
function exchange(
  { count, first, second, weight }: PairList,
  mobility: Float64Array,
  pairOffset: number,
  s: number,
  v: Float64Array,
  out: Float64Array,
): void {
  out.fill(0);
  for (let p = 0; p < count; p++) {
    const i = first[p], j = second[p];
    const flux = s * weight[p] * mobility[pairOffset + p] * (v[i] - v[j]);
    out[i] += flux;
    out[j] -= flux;
  }
}

/** T along one axis, in place. */
function amplify(line: Float64Array): void {
  const own = line.slice(), n = line.length;
  for (let i = 0; i < n; i++) {
    const sides = own[i === 0 ? n - 1 : i - 1] + own[i + 1 === n ? 0 : i + 1];
    line[i] += SHARE * (2 * own[i] - sides);
  }
}
