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

/** Densities closer than this have no quotient of differences; the mean over two points is as good. */
const SMALLEST_DIFFERENCE = 1e-5;

/** Rounding of what a network gives, relative to its typical size. */
const NETWORK_ROUNDING = 1e-6;

/**
 * The law of all members on a mesh of `elements`, read from tables where they reach and inferred
 * directly elsewhere: one batch for the mobility and one for f', whatever the number of rows.
 *
 * @param direct Infer the mobility and f' always; tables then only give f and f''.
 * @param members How many of the ensemble's members, from the first on.
 */
export function learnedMacroscopicLaw(
  ensemble: Ensemble,
  tables: Tables,
  elements: number,
  direct: boolean,
  members = ensemble.count,
): LearnedMacroscopicLaw {
  const size = members * elements;
  const { drivingForce: force, mobility, pressure: tabulated } = tables;
  const pressures = new Float64Array(size);
  const misses = missBuffers(size);
  const breathe = pacemaker();
  let fallbackRows = 0;
  let sawDistant = false;

  /** f'' of the table, at its nearest end where it does not reach. */
  const curvature = (m: number, rho: number) =>
    force.curvature(m, Math.min(force.high, Math.max(force.low, rho)));

  function lookUp(density: Float64Array, out: LawValues): void {
    misses.nodes.count = misses.entries.count = 0;
    for (let m = 0, base = 0; m < members; m++, base += elements) {
      for (let n = base; n < base + elements; n++) {
        const own = density[n];
        out.curvature[n] = curvature(m, own);
        if (!direct && force.covers(own)) {
          out.drivingForce[n] = force.drivingForce(m, own);
          if (tabulated) pressures[n] = tabulated.pressure(m, own);
        } else misses.nodes.add(n, m, own, own);
      }
      for (let n = base; n < base + elements; n++) {
        const right = n + 1 === base + elements ? base : n + 1;
        const a = density[n], b = density[right];
        if (!direct && mobility?.covers(a, b)) {
          out.K1[n] = operatorEntry(tabulatedMobility(density, out, m, n, right), elements);
        } else misses.entries.add(n, m, a, b);
      }
    }
  }

  /** The quotient of P and f' where the member's f is convex, else the mean of two points. */
  function tabulatedMobility(
    density: Float64Array,
    out: LawValues,
    m: number,
    n: number,
    right: number,
  ): number {
    const [a, b] = [density[n], density[right]];
    // Where f is not convex different densities may have the same f'.
    if (tabulated && force.isConvex(m) && Math.abs(b - a) > SMALLEST_DIFFERENCE) {
      const quotient = (pressures[right] - pressures[n]) /
        (out.drivingForce[right] - out.drivingForce[n]);
      if (quotient >= 0) return quotient;
    }
    return mobility!.mean(m, a, b, curvature);
  }

  async function inferMisses(out: LawValues): Promise<void> {
    const { nodes, entries, values } = misses;
    fallbackRows += nodes.count + entries.count;
    if (entries.count > 0) {
      const { first, second, member, count } = entries;
      const inferred = await inferMobility(ensemble, first, second, member, count, curvature);
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
  }

  /** Adds f of averages beyond the table: f at its end plus the integral of the inferred f' over the rest. */
  async function addDistant(averages: Float64Array, far: number[], out: Float64Array) {
    sawDistant = true;
    const q = GAUSS.x.length;
    const owner = (n: number) => Math.floor(n / elements);
    const end = (rho: number) => rho < force.low ? force.low : force.high;
    const points = new Float64Array(far.length * q);
    const member = new Int32Array(far.length * q);
    far.forEach((n, k) => {
      const from = end(averages[n]);
      for (let g = 0; g < q; g++) {
        points[k * q + g] = from + (averages[n] - from) * GAUSS.x[g];
        member[k * q + g] = owner(n);
      }
    });
    const values = new Float64Array(points.length);
    fallbackRows += points.length;
    await ensemble.drivingForce([points], member, points.length, values);
    far.forEach((n, k) => {
      const m = owner(n);
      const from = end(averages[n]);
      let sum = 0;
      for (let g = 0; g < q; g++) sum += GAUSS.w[g] * (values[k * q + g] - force.offset[m]);
      out[m] += (force.freeEnergy(m, from) + (averages[n] - from) * sum) / elements;
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
      if (misses.nodes.count + misses.entries.count > 0) return inferMisses(out);
      return breathe();
    },
    freeEnergy(averages, out) {
      const far: number[] = [];
      for (let m = 0, base = 0; m < members; m++, base += elements) {
        let sum = 0;
        for (let n = base; n < base + elements; n++) {
          if (force.covers(averages[n])) sum += force.freeEnergy(m, averages[n]);
          else far.push(n);
        }
        out[m] = sum / elements;
      }
      if (far.length > 0) return addDistant(averages, far, out);
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
