import { freeEnergyOf, type Invariant } from "@spiediff/law";
import { gaussPoints } from "@spiediff/numerics";
import { RULE } from "./driving_force_table.ts";
import type { Ensemble } from "./ensemble.ts";
import type { Tables } from "./tables.ts";

/** What was inferred outside of tables. */
export interface Fallbacks {
  rows: number;
  /** Whether a density was beyond the table of f. */
  distant: boolean;
}

/**
 * F of the averages' f, member by member; falls, but for what f' and the slope of the tabulated f differ by.
 *
 * @param direct Whether f' is inferred always.
 */
export function learnedFreeEnergy(
  ensemble: Ensemble,
  { drivingForce: force, absoluteDrivingForceError }: Tables,
  { members, nodes }: { readonly members: number; readonly nodes: number },
  direct: boolean,
  counter: Fallbacks,
): Invariant {
  /** Adds f of averages beyond the table: f at its end plus the integral of the inferred f' over the rest. */
  async function addDistant(averages: Float64Array, far: number[], out: Float64Array) {
    counter.distant = true;
    const q = RULE.points.length;
    const owner = (n: number) => Math.floor(n / nodes);
    const end = (rho: number) => rho < force.low ? force.low : force.high;
    const points = new Float64Array(far.length * q);
    const member = new Int32Array(far.length * q);
    far.forEach((n, k) => {
      points.set(gaussPoints(end(averages[n]), averages[n], RULE), k * q);
      member.fill(owner(n), k * q, (k + 1) * q);
    });
    const values = new Float64Array(points.length);
    counter.rows += points.length;
    await ensemble.drivingForce([points], member, points.length, values);
    far.forEach((n, k) => {
      const m = owner(n);
      const from = end(averages[n]);
      let sum = 0;
      for (let g = 0; g < q; g++) sum += RULE.weights[g] * (values[k * q + g] - force.offset[m]);
      out[m] += (force.freeEnergy(m, from) + (averages[n] - from) * sum) / nodes;
    });
  }

  const value: Invariant["value"] = (averages, out) => {
    const far: number[] = [];
    for (let m = 0, base = 0; m < members; m++, base += nodes) {
      let sum = 0;
      for (let n = base; n < base + nodes; n++) {
        if (force.covers(averages[n])) sum += force.freeEnergy(m, averages[n]);
        else far.push(n);
      }
      out[m] = sum / nodes;
    }
    if (far.length > 0) return addDistant(averages, far, out);
  };
  return {
    ...freeEnergyOf(value),
    get accuracy() {
      const span = force.high - force.low;
      if (direct) return absoluteDrivingForceError * span;
      return counter.distant ? Math.max(absoluteDrivingForceError, 1e-6) * span : 0;
    },
  };
}
