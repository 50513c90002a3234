import type { Manifest } from "@spiediff/model-artifact/portable";
import { samplerWarning } from "./sampler.ts";
import type { Prediction, PredictOptions } from "./types.ts";

/** Work of a field over one bond, in k_B T, up to which currents go with it to 0.2 %. */
const WEAK = 0.2;

/** What a user must know before believing a prediction; each one sentence. */
export function warningsOf(
  prediction: Omit<Prediction, "warnings">,
  options: PredictOptions,
  manifest: Manifest,
): string[] {
  const { invariants, coverage, table, level, memberCount } = prediction;
  const warnings: string[] = [];
  const sampler = samplerWarning(manifest, options.sampler ?? manifest.sampler);
  if (sampler) warnings.push(sampler);
  if (invariants.projections > 0) {
    warnings.push(
      `${invariants.projections} operator entries were positive and were set to zero ` +
        "to keep K positive semi-definite.",
    );
  }
  if (coverage.firstTimeOutside !== null) {
    const [low, high] = coverage.trained;
    const [least, most] = coverage.visited;
    warnings.push(
      `Densities from ${short(least)} to ${short(most)} occur, and the model was trained from ` +
        `${short(low)} to ${short(high)}; it extrapolates from time ` +
        `${short(coverage.firstTimeOutside)} on.`,
    );
  }
  warnings.push(...fieldWarnings(prediction.externalField, manifest));
  if (prediction.nonConvexMembers > 0) {
    warnings.push(
      `${prediction.nonConvexMembers} of ${memberCount} members have a free energy that is not ` +
        "convex over these densities; they separate into phases, and widen the band.",
    );
  }
  if (!table.used && (options.tabulate ?? "auto") === "auto") {
    warnings.push(
      "Tables of K1 and f' were not accurate enough for this model; it was evaluated directly, " +
        "which takes longer.",
    );
  }
  const worst = Math.max(table.k1Error, table.drivingForceError);
  if (options.tabulate === "always" && worst > (options.tableTolerance ?? 1e-3)) {
    warnings.push(`The tables' error is ${short(worst)}, more than was asked for.`);
  }
  const needed = Math.ceil(2 / (1 - level));
  if (memberCount < needed) {
    warnings.push(
      `${memberCount} members are too few for a band of level ${level}; use at least ${needed}.`,
    );
  }
  return warnings;
}

function fieldWarnings(field: number, { system }: Pick<Manifest, "system">): string[] {
  if (!field) return [];
  const { sites, beta } = system, work = Math.abs(beta * field) / sites;
  return work <= WEAK ? [] : [
    `The field of ${short(field)} is not weak: over one of ${sites} bonds it does a work of ${
      short(work)
    } k_B T, where currents are no longer m E.`,
  ];
}

const short = (value: number): string => String(Number(value.toPrecision(4)));
