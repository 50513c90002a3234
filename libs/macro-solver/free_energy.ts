import type { Mesh } from "@spiediff/mesh";

/**
 * Lumped free energy `F = Delta^d * sum_i f(z_i / Delta^d)` of every member, of one field.
 *
 * Its gradient in z is f' of the averages. Fluxes from densities reconstructed at the nodes follow
 * differences of their f' instead; these agree in sign but where both are small beside the others, so that
 * F of a convex f falls (a test searches for profiles where it would not). With averages in place of
 * reconstructed densities `dF/dt = -f'^T K f' <= 0` is an identity, for any f.
 *
 * @param density Hat averages, `[members][nodes]`.
 * @param out `[members]`.
 */
export function lumpedFreeEnergy(
  f: (density: number) => number,
  density: Float64Array,
  { nodes, nodeVolume }: Mesh,
  out: Float64Array,
): void {
  for (let m = 0, base = 0; base < density.length; m++, base += nodes) {
    let sum = 0;
    for (let i = base; i < base + nodes; i++) sum += f(density[i]);
    out[m] = nodeVolume * sum;
  }
}
