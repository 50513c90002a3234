import {
  type GradientEnergy,
  type Law,
  type LawValues,
  massOf,
  watchedOnly,
  withGradientEnergy,
} from "@spiediff/law";
import type { Mesh } from "@spiediff/mesh";
import { type Fallbacks, learnedFreeEnergy } from "./learned_free_energy.ts";
import { inferMobility } from "./mobility_table.ts";
import { pacemaker } from "./pacemaker.ts";
import type { Ensemble } from "./ensemble.ts";
import { tableReader } from "./table_reader.ts";
import type { Tables } from "./tables.ts";

/** The learned law of an ensemble, with a count of what was inferred outside of the tables. */
export interface LearnedMacroscopicLaw extends Law {
  readonly fallbackRows: () => number;
}

export interface LawOptions {
  /** Infer the mobility and f' always; tables then only give f and f''. */
  readonly direct: boolean;
  /** How many of the ensemble's members, from the first on; all when absent. */
  readonly members?: number;
  /** What the manifest says of it. */
  readonly gradientEnergy?: GradientEnergy;
  /** Uniform field along the ring, energy over its length; none when absent. */
  readonly externalField?: number;
}

/** Rounding of what a network gives, relative to its typical size. */
const NETWORK_ROUNDING = 1e-6;

/**
 * The law of all members on a mesh, read from tables where they reach and inferred
 * directly elsewhere: one batch for the mobility and one for f', whatever the number of rows.
 */
export function learnedMacroscopicLaw(
  ensemble: Ensemble,
  tables: Tables,
  mesh: Mesh,
  { direct, members = ensemble.count, gradientEnergy, externalField = 0 }: LawOptions,
): LearnedMacroscopicLaw {
  const { drivingForce: force } = tables;
  const { lookUp, misses, curvature } = tableReader(tables, mesh, members, direct);
  const inferredForce = new Float64Array(members * mesh.nodes);
  const counter: Fallbacks = { rows: 0, distant: false };
  const breathe = pacemaker();

  async function inferMisses(out: LawValues): Promise<void> {
    counter.rows += misses.nodes.count + misses.pairs.count;
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

  const size = { members, nodes: mesh.nodes };
  const local = learnedFreeEnergy(ensemble, tables, size, direct, counter);
  const falling = gradientEnergy ? withGradientEnergy(local, mesh, gradientEnergy.kappa) : local;
  const fields = [ensemble.field];
  return {
    members,
    mesh,
    fields,
    terms: [
      { kind: "dissipation" },
      ...(gradientEnergy ? [{ kind: "gradient energy", ...gradientEnergy } as const] : []),
      ...(externalField ? [{ kind: "drift", strength: [[externalField]] } as const] : []),
    ],
    invariants: [
      massOf({ mesh, fields }),
      externalField ? watchedOnly(falling) : falling,
    ],
    fillsCurvature: true,
    // Networks compute in single precision; cubics of their values do not.
    drivingForceRounding: direct ? NETWORK_ROUNDING * ensemble.drivingForceScale : 0,
    fallbackRows: () => counter.rows,
    evaluate(density, _time, out) {
      lookUp(density, out);
      if (misses.nodes.count + misses.pairs.count > 0) return inferMisses(out);
      return breathe();
    },
  };
}
