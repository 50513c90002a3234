/**
 * The dissipative operator K of one field as a weighted graph Laplacian over the pairs of a mesh,
 * `K_ij = -weight_p m_p`: zero row sums (mass) and symmetry (Onsager) hold by construction, and no negative
 * mobility makes K positive semi-definite, because `v^T K v = sum_p weight_p m_p (v_j - v_i)^2`.
 *
 * For inspection and tests; the solver never assembles it.
 */
import type { Mesh } from "@spiediff/mesh";

/** K as rows, `[nodes][nodes]`. @param mobility `[pairs]`. */
export function denseOperator({ nodes, pairs }: Mesh, mobility: ArrayLike<number>): Float64Array[] {
  const rows = Array.from({ length: nodes }, () => new Float64Array(nodes));
  for (let p = 0; p < pairs.count; p++) {
    const [i, j] = [pairs.first[p], pairs.second[p]];
    const entry = pairs.weight[p] * mobility[p];
    rows[i][j] -= entry;
    rows[j][i] -= entry;
    rows[i][i] += entry;
    rows[j][j] += entry;
  }
  return rows;
}
