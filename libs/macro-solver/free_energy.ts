/**
 * Lumped free energy `F = Delta * sum_i f(rho_i)` of every member.
 *
 * With `rho = z / Delta` its gradient in z is exactly `f'(rho_i)`, so the flux form of K gives the
 * discrete dissipation identity `dF/dt = -f'^T K f' <= 0` without a consistency error.
 *
 * @param density `[members * elements]`.
 * @param out `[members]`.
 */
export function lumpedFreeEnergy(
  f: (density: number, member: number) => number,
  density: Float64Array,
  elements: number,
  out: Float64Array,
): void {
  const delta = 1 / elements;
  for (let m = 0, base = 0; base < density.length; m++, base += elements) {
    let sum = 0;
    for (let i = base; i < base + elements; i++) sum += f(density[i], m);
    out[m] = delta * sum;
  }
}
