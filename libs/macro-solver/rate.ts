import { reconstruct } from "@spiediff/mesh";
import { elementFlux, fluxDivergence } from "./graph_laplacian.ts";
import { countNotPSD, projectNonPositive, requireFinite } from "./projection.ts";
import type { Point, RateEvaluator } from "./method.ts";
import type { Invariants, MacroscopicLaw, StepCounts } from "./types.ts";

/** Binds a law to the records of one integration. Allocates only in `newPoint`. */
export function rateEvaluator(
  law: MacroscopicLaw,
  invariants: Invariants,
  steps: StepCounts,
): RateEvaluator {
  const { members, elements } = law;
  const size = members * elements;
  const flux = new Float64Array(size);
  const lumped = new Uint8Array(members);
  return {
    law,
    invariants,
    steps,
    lumped,
    newPoint: () => ({
      density: new Float64Array(size),
      nodes: new Float64Array(size),
      rate: new Float64Array(size),
      values: {
        K1: new Float64Array(size),
        drivingForce: new Float64Array(size),
        curvature: new Float64Array(size),
      },
    }),
    async evaluate(point: Point, time: number) {
      const { K1, drivingForce } = point.values;
      for (let m = 0, base = 0; m < members; m++, base += elements) {
        if (lumped[m] === 0) reconstruct(point.density, base, elements, 0, 1, point.nodes);
        else point.nodes.set(point.density.subarray(base, base + elements), base);
      }
      // Awaiting only real promises keeps closed-form laws free of a turn of the event loop.
      const pending = law.evaluate(point.nodes, time, point.values);
      if (pending !== undefined) await pending;
      steps.lawEvaluations++;
      invariants.projections += projectNonPositive(K1, elements);
      requireFinite("driving force f'", drivingForce, elements);
      invariants.operatorsChecked += members;
      invariants.operatorsNotPSD += countNotPSD(K1, elements);
      elementFlux(K1, drivingForce, elements, flux);
      fluxDivergence(flux, elements, point.rate);
    },
  };
}
