import type { Mesh } from "./mod.ts";

/** `-K f / Delta^d` for mobilities of the pairs. */
export function applied(mesh: Mesh, mobility: Float64Array, force: Float64Array): Float64Array {
  const flux = new Float64Array(mesh.pairs.count), out = new Float64Array(mesh.nodes);
  mesh.gradient(force, 0, flux, 0);
  flux.forEach((g, p) => flux[p] = -mesh.pairs.weight[p] * mobility[p] * g);
  mesh.inflow(flux, 0, out, 0);
  return out;
}
