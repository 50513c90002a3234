import {
  gradientEnergyOf,
  type Law,
  memberSize,
  mobilityEntries,
  newLawValues,
} from "@spiediff/law";
import { countNotPSD, projectNonNegative, requireFinite } from "./projection.ts";
import type { Point, RateEvaluator } from "./method.ts";
import type { Checks, StepCounts } from "./types.ts";

/** Binds a law to the records of one integration. Allocates only in `newPoint`. */
export function rateEvaluator(law: Law, checks: Checks, steps: StepCounts): RateEvaluator {
  const { members, mesh, fields } = law;
  const size = members * memberSize(law);
  const lumped = new Uint8Array(members);
  const fluxes = pairFluxes(law);
  return {
    law,
    checks,
    steps,
    lumped,
    newPoint: () => ({
      state: new Float64Array(size),
      nodes: new Float64Array(size),
      rate: new Float64Array(size),
      values: newLawValues(law),
    }),
    async evaluate(point: Point, time: number) {
      for (let m = 0, at = 0; m < members; m++) {
        for (const field of fields) {
          if (lumped[m] === 0) mesh.pointValues(point.state, at, field, point.nodes);
          else point.nodes.set(point.state.subarray(at, at + mesh.nodes), at);
          at += mesh.nodes;
        }
      }
      // Awaiting only real promises keeps closed-form laws free of a turn of the event loop.
      const pending = law.evaluate(point.nodes, time, point.values);
      if (pending !== undefined) await pending;
      steps.lawEvaluations++;
      requireFinite(law, point.values);
      checks.projections += fields.length === 1 ? projectNonNegative(point.values.mobility) : 0;
      checks.operatorsChecked += members;
      checks.operatorsNotPSD += countNotPSD(law, point.values.mobility);
      for (let m = 0; m < members; m++) fluxes.addUp(point, m);
    },
  };
}

/** The rate of one member: fluxes over pairs of all terms, then what they bring to the nodes. */
function pairFluxes(law: Law) {
  const { mesh, fields, terms } = law;
  const { count, weight } = mesh.pairs;
  const entries = mobilityEntries(law);
  const dissipates = terms.some(({ kind }) => kind === "dissipation");
  const drift = driftForces(law);
  const gradient = gradientForce(law);
  const force = fields.map(() => new Float64Array(count));
  const flux = new Float64Array(count);
  return {
    addUp({ nodes, values: { mobility, drivingForce }, rate }: Point, member: number): void {
      const base = member * memberSize(law);
      gradient?.read(nodes, base);
      for (let b = 0; b < fields.length; b++) {
        if (dissipates) mesh.gradient(drivingForce, base + b * mesh.nodes, force[b], 0);
        else force[b].fill(0);
        gradient?.addTo(force[b]);
        if (drift) { for (let p = 0; p < count; p++) force[b][p] -= drift[b][p]; }
      }
      for (let a = 0; a < fields.length; a++) {
        flux.fill(0);
        for (let b = 0; b < fields.length; b++) {
          const from = (member * entries + entryOf(a, b)) * count;
          for (let p = 0; p < count; p++) flux[p] -= weight[p] * mobility[from + p] * force[b][p];
        }
        gradient?.scale(flux);
        mesh.inflow(flux, 0, rate, base + a * mesh.nodes);
      }
    },
  };
}

/** What a gradient energy changes over the pairs of one member, from its point values; undefined without one. */
function gradientForce(law: Law) {
  const term = gradientEnergyOf(law);
  if (term === undefined) return undefined;
  const { mesh } = law;
  const { first, second, weight, count } = mesh.pairs;
  const { kappa, mobilityExponent } = term;
  const steps = new Float64Array(count);
  const laplacian = new Float64Array(mesh.nodes);
  return {
    read(density: Float64Array, base: number): void {
      mesh.gradient(density, base, steps, 0);
      // A flux down the gradient brings the Laplacian.
      for (let p = 0; p < count; p++) steps[p] *= -weight[p];
      mesh.inflow(steps, 0, laplacian, 0);
    },
    addTo(force: Float64Array): void {
      mesh.gradient(laplacian, 0, steps, 0);
      for (let p = 0; p < count; p++) force[p] -= kappa * steps[p];
    },
    scale(flux: Float64Array): void {
      if (mobilityExponent === 0) return;
      for (let p = 0; p < count; p++) {
        const mean = 0.5 * (laplacian[first[p]] + laplacian[second[p]]);
        flux[p] *= Math.exp(-mobilityExponent * mean);
      }
    },
  };
}

/** What a uniform force does over every pair, `[fields][pairs]`; undefined where no term has one. */
function driftForces({ mesh, fields, terms }: Law): Float64Array[] | undefined {
  const drifts = terms.flatMap((term) => term.kind === "drift" ? [term.strength] : []);
  if (drifts.length === 0) return undefined;
  return fields.map((_, b) =>
    new Float64Array(mesh.pairs.count).map((_, p) =>
      drifts.reduce(
        (sum, strength) =>
          strength[b].reduce((own, E, axis) => own + E * mesh.pairs.displacement[axis][p], sum),
        0,
      )
    )
  );
}

/** Place of the entry (a, b) in a lower triangle. */
function entryOf(a: number, b: number): number {
  const [row, column] = a >= b ? [a, b] : [b, a];
  return row * (row + 1) / 2 + column;
}
