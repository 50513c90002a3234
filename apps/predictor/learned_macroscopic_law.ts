import { freeEnergyOf, type Law, type LawValues, massOf } from "@spiediff/law";
import { pairQuotient } from "@spiediff/macro-solver";
import type { Mesh } from "@spiediff/mesh";
import { gaussPoints } from "@spiediff/numerics";
import { RULE } from "./driving_force_table.ts";
import { FIELD } from "./field.ts";
import { inferMobility } from "./mobility_table.ts";
import { pacemaker } from "./pacemaker.ts";
import type { Ensemble } from "./ensemble.ts";
import type { Tables } from "./tables.ts";

/** The learned law of an ensemble, with a count of what was inferred outside of the tables. */
export interface LearnedMacroscopicLaw extends Law {
  readonly fallbackRows: () => number;
}

/** Rounding of what a network gives, relative to its typical size. */
const NETWORK_ROUNDING = 1e-6;

/**
 * The law of all members on a mesh, read from tables where they reach and inferred
 * directly elsewhere: one batch for the mobility and one for f', whatever the number of rows.
 *
 * @param direct Infer the mobility and f' always; tables then only give f and f''.
 * @param members How many of the ensemble's members, from the first on.
 */
export function learnedMacroscopicLaw(
  ensemble: Ensemble,
  tables: Tables,
  mesh: Mesh,
  direct: boolean,
  members = ensemble.count,
): LearnedMacroscopicLaw {
  const { nodes, pairs } = mesh;
  const size = members * nodes;
  const { drivingForce: force, mobility, pressure: tabulated } = tables;
  const pressures = new Float64Array(size);
  const misses = { nodes: missBuffer(size), pairs: missBuffer(members * pairs.count) };
  const inferredForce = new Float64Array(size);
  const breathe = pacemaker();
  let fallbackRows = 0;
  let sawDistant = false;

  /** f'' of the table, at its nearest end where it does not reach. */
  const curvature = (m: number, rho: number) =>
    force.curvature(m, Math.min(force.high, Math.max(force.low, rho)));

  function lookUp(density: Float64Array, out: LawValues): void {
    misses.nodes.count = misses.pairs.count = 0;
    for (let n = 0; n < size; n++) {
      const m = Math.floor(n / nodes), own = density[n];
      out.curvature[n] = curvature(m, own);
      if (!direct && force.covers(own)) {
        out.drivingForce[n] = force.drivingForce(m, own);
        if (tabulated) pressures[n] = tabulated.pressure(m, own);
      } else misses.nodes.add(n, m, own, own);
    }
    for (let m = 0; m < members; m++) {
      for (let p = 0; p < pairs.count; p++) {
        const i = m * nodes + pairs.first[p], j = m * nodes + pairs.second[p];
        if (!direct && mobility?.covers(density[i], density[j])) {
          out.mobility[m * pairs.count + p] = tabulatedMobility(density, out, m, i, j);
        } else misses.pairs.add(m * pairs.count + p, m, density[i], density[j]);
      }
    }
  }

  /** The quotient of P and f' where the member's f is convex, else the mean of two points. */
  function tabulatedMobility(
    density: Float64Array,
    { drivingForce }: LawValues,
    m: number,
    i: number,
    j: number,
  ): number {
    const [a, b] = [density[i], density[j]];
    // Where f is not convex different densities may have the same f'.
    const quotient = tabulated && force.isConvex(m)
      ? pairQuotient(b - a, pressures[j] - pressures[i], drivingForce[j] - drivingForce[i])
      : undefined;
    return quotient !== undefined && quotient >= 0 ? quotient : mobility!.mean(m, a, b, curvature);
  }

  async function inferMisses(out: LawValues): Promise<void> {
    fallbackRows += misses.nodes.count + misses.pairs.count;
    if (misses.pairs.count > 0) {
      const { first, second, member, place, count } = misses.pairs;
      const inferred = await inferMobility(ensemble, first, second, member, count, curvature);
      for (let r = 0; r < count; r++) out.mobility[place[r]] = inferred[r];
    }
    if (misses.nodes.count > 0) {
      const { first, member, place, count } = misses.nodes;
      await ensemble.drivingForce([first], member, count, inferredForce);
      for (let r = 0; r < count; r++) {
        out.drivingForce[place[r]] = inferredForce[r] - force.offset[member[r]];
      }
    }
  }

  /** Adds f of averages beyond the table: f at its end plus the integral of the inferred f' over the rest. */
  async function addDistant(averages: Float64Array, far: number[], out: Float64Array) {
    sawDistant = true;
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
    fallbackRows += points.length;
    await ensemble.drivingForce([points], member, points.length, values);
    far.forEach((n, k) => {
      const m = owner(n);
      const from = end(averages[n]);
      let sum = 0;
      for (let g = 0; g < q; g++) sum += RULE.weights[g] * (values[k * q + g] - force.offset[m]);
      out[m] += (force.freeEnergy(m, from) + (averages[n] - from) * sum) / nodes;
    });
  }

  /** F of the averages' f; falls, but for what f' and the slope of the tabulated f differ by. */
  const freeEnergy = freeEnergyOf((averages, out) => {
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
  });
  const fields = [FIELD];
  return {
    members,
    mesh,
    fields,
    terms: [{ kind: "dissipation" }],
    invariants: [massOf({ mesh, fields }), {
      ...freeEnergy,
      get accuracy() {
        const span = force.high - force.low;
        if (direct) return tables.absoluteDrivingForceError * span;
        return sawDistant ? Math.max(tables.absoluteDrivingForceError, 1e-6) * span : 0;
      },
    }],
    fillsCurvature: true,
    // Networks compute in single precision; cubics of their values do not.
    drivingForceRounding: direct ? NETWORK_ROUNDING * ensemble.drivingForceScale : 0,
    fallbackRows: () => fallbackRows,
    evaluate(density, _time, out) {
      lookUp(density, out);
      if (misses.nodes.count + misses.pairs.count > 0) return inferMisses(out);
      return breathe();
    },
  };
}

/** Rows that tables do not have. */
function missBuffer(size: number) {
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
}
