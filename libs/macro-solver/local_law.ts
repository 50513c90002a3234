import {
  exclusionDensity,
  type Field,
  freeEnergyOf,
  type GradientEnergy,
  type Law,
  massOf,
  type Term,
  watchedOnly,
  withGradientEnergy,
} from "@spiediff/law";
import { elementPoints, type Mesh } from "@spiediff/mesh";
import { lumpedFreeEnergy } from "./free_energy.ts";
import { pairMean, pairQuotient } from "./pair_mean.ts";

/** A local law as functions of density, `d_t rho = div(m(rho) grad f'(rho))`. */
export interface LocalLaw {
  /** @defaultValue a density between 0 and 1 */
  readonly field?: Field;
  mobility(density: number): number;
  freeEnergy(density: number): number;
  drivingForce(density: number): number;
  curvature(density: number): number;
  /** P with `P' = m f''`, where it can be had without cancellation: fluxes are then exact. */
  pressure?(density: number): number;
  /** Force along each axis, in energy over the torus' side: `.. - div(m E)`; then F need not fall, and is watched only. */
  readonly drift?: readonly number[];
  readonly gradientEnergy?: GradientEnergy;
}

/** The macroscopic law of `members` equal systems on a mesh. */
export function localLaw(form: LocalLaw, mesh: Mesh, members = 1): Law {
  const { first, second, count } = mesh.pairs;
  const fields = [form.field ?? exclusionDensity];
  const drift: Term[] = form.drift ? [{ kind: "drift", strength: [form.drift] }] : [];
  const gradient: Term[] = form.gradientEnergy
    ? [{ kind: "gradient energy", ...form.gradientEnergy }]
    : [];
  const local = freeEnergyOf((state, out) =>
    lumpedFreeEnergy((rho) => form.freeEnergy(rho), state, mesh, out)
  );
  const falling = form.gradientEnergy
    ? withGradientEnergy(local, mesh, form.gradientEnergy.kappa)
    : local;
  return {
    members,
    mesh,
    fields,
    terms: [{ kind: "dissipation" }, ...gradient, ...drift],
    invariants: [massOf({ mesh, fields }), form.drift ? watchedOnly(falling) : falling],
    fillsCurvature: true,
    drivingForceRounding: 0,
    evaluate(density, _time, out) {
      for (let m = 0; m < members; m++) {
        const base = m * mesh.nodes;
        for (let p = 0; p < count; p++) {
          out.mobility[m * count + p] = mobilityBetween(
            form,
            density[base + first[p]],
            density[base + second[p]],
          );
        }
      }
      density.forEach((rho, n) => {
        out.drivingForce[n] = form.drivingForce(rho);
        out.curvature[n] = form.curvature(rho);
      });
    },
  };
}

/** The mean of m weighted by f'': that of P over that of f' where P is known and f convex. */
function mobilityBetween(form: LocalLaw, a: number, b: number): number {
  const { mobility, curvature, pressure, drivingForce } = form;
  const [first, second] = elementPoints(a, b);
  // Across densities where f is not convex f' may be the same on both sides.
  const convex = [a, first, (a + b) / 2, second, b].every((rho) => curvature(rho) > 0);
  const quotient = pressure && convex
    ? pairQuotient(b - a, pressure(b) - pressure(a), drivingForce(b) - drivingForce(a))
    : undefined;
  return quotient ??
    pairMean(mobility(first), mobility(second), curvature(first), curvature(second));
}
