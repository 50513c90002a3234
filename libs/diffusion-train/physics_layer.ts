import { Matrix } from "ml-matrix";
import type { Whitening } from "./whitening.ts";

/**
 * Off-diagonal entries `K_{e,e+1} = -m_e/Delta` of the operator on a ring of M elements, the flux through
 * element e for a unit step of f', `[M]`: the paper's K1.
 */
export function operatorEntries(mobility: Float64Array): Float64Array {
  return mobility.map((m) => -mobility.length * m);
}

/** Fluxes `J_e = -(m_e/Delta) (f'_{e+1} - f'_e)`, or what changes of f' do to them: `[M, columns]` each. */
export function fluxes(mobility: Float64Array, force: Matrix): Matrix {
  const M = mobility.length;
  const out = force.clone();
  operatorEntries(mobility).forEach((entry, e) => {
    for (let c = 0; c < out.columns; c++) {
      out.set(e, c, entry * (force.get((e + 1) % M, c) - force.get(e, c)));
    }
  });
  return out;
}

/**
 * The physics layer in flux form, `J_e = -(m_e/Delta) (f'_{e+1} - f'_e)`, with its residuals' whitening
 * in front: `A f' = W J`. The drift follows as `dz_i/dt = J_{i-1} - J_i = -sum_j K_ij f'_j`
 * (docs/theory.md section 3).
 *
 * The mobility is the trained one, so that the layer is one matrix for each profile.
 *
 * @param mobility `[M]`, means over the elements.
 * @returns `[M*M]` A, row-major.
 */
export function whitenedFluxOperator(whitening: Whitening, mobility: Float64Array): Float32Array {
  const M = mobility.length;
  const operator = whitening.apply(fluxes(mobility, Matrix.eye(M)));
  return Float32Array.from({ length: M * M }, (_, at) => operator.get(Math.floor(at / M), at % M));
}
