import type { LawValues } from "@spiediff/law";
import { pairQuotient } from "@spiediff/macro-solver";
import type { Mesh } from "@spiediff/mesh";
import type { Tables } from "./tables.ts";

/** Fills a law's values from tables and notes what these do not have. */
export interface TableReader {
  /** Overwrites `out` and {@link misses}. */
  lookUp(density: Float64Array, out: LawValues): void;
  readonly misses: { readonly nodes: MissBuffer; readonly pairs: MissBuffer };
  /** f'' of the table, at its nearest end where it does not reach. */
  curvature(member: number, density: number): number;
}

/**
 * @param direct Whether the mobility and f' are missed everywhere; tables then only give f''.
 */
export function tableReader(
  { drivingForce: force, mobility, pressure: tabulated }: Tables,
  { nodes, pairs }: Mesh,
  members: number,
  direct: boolean,
): TableReader {
  const size = members * nodes;
  const pressures = new Float64Array(size);
  const misses = { nodes: missBuffer(size), pairs: missBuffer(members * pairs.count) };
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

  return { lookUp, misses, curvature };
}

/** Rows that tables do not have. */
export type MissBuffer = ReturnType<typeof missBuffer>;

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
