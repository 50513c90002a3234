import { lumpedFreeEnergy } from "./free_energy.ts";
import type { MacroscopicLaw } from "./types.ts";

/** A local law in closed form, the same for all members. For tests and comparisons. */
export interface ClosedForm {
  mobility(density: number): number;
  f(density: number): number;
  drivingForce(density: number): number;
  curvature(density: number): number;
}

/** Symmetric exclusion: `m = rho (1 - rho)`, `f' = ln(rho / (1 - rho))`, beta = 1. */
export const exclusion: ClosedForm = longRange(0);

/** Long-range limit with beta = 1: theory page section 5. */
export function longRange(J0: number): ClosedForm {
  return {
    mobility: (r) => r * (1 - r) * Math.exp(-J0 * r),
    f: (r) => r * Math.log(r) + (1 - r) * Math.log(1 - r) - J0 * r * r / 2,
    drivingForce: (r) => Math.log(r / (1 - r)) - J0 * r,
    curvature: (r) => 1 / (r * (1 - r)) - J0,
  };
}

/** `K1 = -(1/Delta) * mean of m over the element`, by three-point Gauss quadrature. */
export function elementEntry(form: ClosedForm, a: number, b: number, elements: number): number {
  const middle = (a + b) / 2;
  const reach = (b - a) / 2 * Math.sqrt(3 / 5);
  const mean = (5 * form.mobility(middle - reach) + 8 * form.mobility(middle) +
    5 * form.mobility(middle + reach)) / 18;
  return -elements * mean;
}

/** The law of `members` equal systems. */
export function closedFormLaw(
  form: ClosedForm,
  elements: number,
  members = 1,
): MacroscopicLaw {
  return {
    members,
    elements,
    fillsCurvature: true,
    freeEnergyAccuracy: 0,
    drivingForceRounding: 0,
    evaluate(density, _time, out) {
      for (let base = 0; base < density.length; base += elements) {
        for (let i = 0; i < elements; i++) {
          const a = density[base + i];
          const b = density[base + (i + 1) % elements];
          out.K1[base + i] = elementEntry(form, a, b, elements);
          out.drivingForce[base + i] = form.drivingForce(a);
          out.curvature[base + i] = form.curvature(a);
        }
      }
    },
    freeEnergy: (density, out) => lumpedFreeEnergy(form.f, density, elements, out),
  };
}

/** `mean + amplitude cos(2 pi k x)` averaged over the hat functions: lumped nodal densities. */
export function cosineProfile(mean: number, amplitude: number, k: number, elements: number) {
  const s = Math.PI * k / elements;
  const factor = (Math.sin(s) / s) ** 2;
  return Float64Array.from(
    { length: elements },
    (_, i) => mean + amplitude * factor * Math.cos(2 * Math.PI * k * i / elements),
  );
}
