import type { LawValues, MacroscopicLaw } from "@spiediff/macro-solver";
import { GAUSS } from "./driving_force_table.ts";
import { inferMobility, operatorEntry } from "./mobility_table.ts";
import { pacemaker } from "./pacemaker.ts";
import type { Ensemble } from "./ensemble.ts";
import type { Tables } from "./tables.ts";

/** The learned law of an ensemble, with a count of what was inferred outside of the tables. */
export interface LearnedMacroscopicLaw extends MacroscopicLaw {
  readonly fallbackRows: () => number;
}

/** Rounding of what a network gives, relative to its typical size. */
const NETWORK_ROUNDING = 1e-6;

/**
 * The law of all members on a mesh of `elements`, read from tables where they reach and inferred
 * directly elsewhere: one batch for the mobility and one for f', whatever the number of rows.
 *
 * @param direct Infer the mobility and f' always; tables then only give f and f''.
 */
export function learnedMacroscopicLaw(
  ensemble: Ensemble,
  tables: Tables,
  elements: number,
  direct: boolean,
): LearnedMacroscopicLaw {
  const members = ensemble.count;
  const size = members * elements;
  const { drivingForce: force, mobility } = tables;
  const misses = missBuffers(size);
  const breathe = pacemaker();
  let fallbackRows = 0;
  /** f at nodes beyond the table, set by the evaluation of the same density; NaN elsewhere. */
  const distantFreeEnergy = new Float64Array(size).fill(NaN);
  let distant = false;
  let sawDistant = false;

  function lookUp(density: Float64Array, out: LawValues): void {
    misses.nodes.count = misses.entries.count = 0;
    if (distant) distantFreeEnergy.fill(NaN);
    distant = false;
    for (let m = 0, base = 0; m < members; m++, base += elements) {
      for (let i = 0; i < elements; i++) {
        const n = base + i;
        const own = density[n];
        const right = density[i + 1 === elements ? base : n + 1];
        const covered = force.covers(own);
        const near = Math.min(force.high, Math.max(force.low, own));
        out.curvature[n] = force.curvature(m, near);
        if (covered && !direct) out.drivingForce[n] = force.drivingForce(m, own);
        else misses.nodes.add(n, m, own, own);
        if (!covered) distant = true;
        if (!direct && mobility !== undefined && mobility.covers(own, right)) {
          out.K1[n] = operatorEntry(mobility.mean(m, own, right), elements);
        } else misses.entries.add(n, m, own, right);
      }
    }
  }

  async function inferMisses(density: Float64Array, out: LawValues): Promise<void> {
    const { nodes, entries, values } = misses;
    fallbackRows += nodes.count + entries.count;
    if (entries.count > 0) {
      const { first, second, member, count } = entries;
      const inferred = await inferMobility(ensemble, first, second, member, count);
      for (let r = 0; r < count; r++) {
        out.K1[entries.place[r]] = operatorEntry(inferred[r], elements);
      }
    }
    if (nodes.count > 0) {
      await ensemble.drivingForce([nodes.first], nodes.member, nodes.count, values);
      for (let r = 0; r < nodes.count; r++) {
        out.drivingForce[nodes.place[r]] = values[r] - force.offset[nodes.member[r]];
      }
    }
    if (distant) await inferDistantFreeEnergy(density);
  }

  /** f beyond the table: f at its end plus the integral of the inferred f' over the rest. */
  async function inferDistantFreeEnergy(density: Float64Array): Promise<void> {
    sawDistant = true;
    const { nodes } = misses;
    const q = GAUSS.x.length;
    const end = (rho: number) => rho < force.low ? force.low : force.high;
    const far: number[] = [];
    for (let r = 0; r < nodes.count; r++) if (!force.covers(nodes.first[r])) far.push(r);
    const points = new Float64Array(far.length * q);
    const member = new Int32Array(far.length * q);
    far.forEach((r, k) => {
      const from = end(nodes.first[r]);
      for (let g = 0; g < q; g++) {
        points[k * q + g] = from + (nodes.first[r] - from) * GAUSS.x[g];
        member[k * q + g] = nodes.member[r];
      }
    });
    const values = new Float64Array(points.length);
    await ensemble.drivingForce([points], member, points.length, values);
    far.forEach((r, k) => {
      const m = nodes.member[r];
      const from = end(nodes.first[r]);
      let sum = 0;
      for (let g = 0; g < q; g++) sum += GAUSS.w[g] * (values[k * q + g] - force.offset[m]);
      const place = nodes.place[r];
      distantFreeEnergy[place] = force.freeEnergy(m, from) + (density[place] - from) * sum;
    });
  }

  return {
    members,
    elements,
    fillsCurvature: true,
    // Networks compute in single precision; cubics of their values do not.
    drivingForceRounding: direct ? NETWORK_ROUNDING * ensemble.drivingForceScale : 0,
    fallbackRows: () => fallbackRows,
    /** Where f' is not the slope of the tabulated f, F may seem to rise by the difference. */
    get freeEnergyAccuracy() {
      const span = force.high - force.low;
      if (direct) return tables.absoluteDrivingForceError * span;
      return sawDistant ? Math.max(tables.absoluteDrivingForceError, 1e-6) * span : 0;
    },
    evaluate(density, _time, out) {
      lookUp(density, out);
      if (misses.nodes.count + misses.entries.count > 0) return inferMisses(density, out);
      return breathe();
    },
    freeEnergy(density, out) {
      for (let m = 0, base = 0; m < members; m++, base += elements) {
        let sum = 0;
        for (let n = base; n < base + elements; n++) {
          sum += force.covers(density[n]) ? force.freeEnergy(m, density[n]) : distantFreeEnergy[n];
        }
        out[m] = sum / elements;
      }
    },
  };
}

function missBuffers(size: number) {
  const list = () => {
    const place = new Int32Array(size);
    const member = new Int32Array(size);
    const first = new Float64Array(size);
    const second = new Float64Array(size);
    const self = {
      count: 0,
      place,
      member,
      first,
      second,
      add(n: number, m: number, a: number, b: number) {
        const r = self.count++;
        place[r] = n;
        member[r] = m;
        first[r] = a;
        second[r] = b;
      },
    };
    return self;
  };
  return { nodes: list(), entries: list(), values: new Float64Array(size) };
}
