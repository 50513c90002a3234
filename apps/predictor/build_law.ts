import type { Mesh } from "@spiediff/mesh";
import type { createEnsemble } from "./ensemble.ts";
import { type LearnedMacroscopicLaw, learnedMacroscopicLaw } from "./learned_macroscopic_law.ts";
import type { Manifest } from "@spiediff/model-artifact/portable";
import { checkedTables, makeTables, readsTables, type Tables } from "./tables.ts";
import type { Model, PredictOptions, TableReport } from "./types.ts";

/** The law of an ensemble on a mesh, and how it was tabulated. */
export interface BuiltLaw {
  readonly law: LearnedMacroscopicLaw;
  readonly table: Omit<TableReport, "fallbackRows">;
  readonly nonConvexMembers: number;
  /** The same law on another mesh, of the first members only. */
  readonly lawOn: (mesh: Mesh, members: number) => LearnedMacroscopicLaw;
}

/** The field that a prediction is made under: the one asked for, or that of the training. */
export const fieldOfPrediction = (
  { externalField = 0 }: Pick<Manifest, "externalField">,
  options: Pick<PredictOptions, "externalField">,
): number => options.externalField ?? externalField;

/**
 * Tabulates the laws of an ensemble over the densities of a start.
 *
 * @param density `[nodes]` averages of the start.
 * @throws {RangeError} if the tables' tolerance is not allowed.
 */
export async function buildLaw(
  model: Model,
  ensemble: ReturnType<typeof createEnsemble>,
  mesh: Mesh,
  density: Float64Array,
  options: PredictOptions,
): Promise<BuiltLaw> {
  const choice = checkedTables(options);
  const nodes = new Float64Array(mesh.nodes), differences = new Float64Array(mesh.pairs.count);
  mesh.pointValues(density, 0, ensemble.field, nodes);
  mesh.gradient(nodes, 0, differences, 0);
  const tables: Tables = await makeTables(
    ensemble,
    Math.min(...nodes),
    Math.max(...nodes),
    Math.max(...differences.map(Math.abs)),
    model.manifest.gauge.referenceDensity,
    choice.tableTolerance,
    choice.tabulate !== "never",
    options.signal,
  );
  const used = readsTables(tables, choice);
  const lawOn = (mesh: Mesh, members: number) =>
    learnedMacroscopicLaw(ensemble, tables, mesh, {
      direct: !used,
      members,
      gradientEnergy: model.manifest.gradientEnergy,
      externalField: fieldOfPrediction(model.manifest, options),
    });
  return {
    law: lawOn(mesh, ensemble.count),
    lawOn,
    nonConvexMembers: tables.drivingForce.nonConvexMembers,
    table: {
      used,
      k1Error: tables.mobility ? tables.mobilityError : 0,
      drivingForceError: tables.drivingForceError,
      k1Points: tables.mobility?.points ?? 0,
      drivingForcePoints: tables.drivingForce.points,
      range: [tables.drivingForce.low, tables.drivingForce.high],
    },
  };
}
