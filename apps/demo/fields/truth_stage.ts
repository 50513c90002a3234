/** Direct simulation of the predicted profile of several fields. */
import { join } from "node:path";
import { type Stage, writeDurably } from "@spiediff/command-line";
import { type FieldsExperiment, startOf } from "@spiediff/experiment";
import { pointsOfHats } from "@spiediff/fdt-operators";
import { fieldsProcessOf } from "@spiediff/kmc";
import { randomStream } from "@spiediff/random";
import { fingerprint, readJson } from "@spiediff/train";

/** Point values `[times][fields, M]` with their standard errors. */
export interface FieldsTruth {
  readonly realizations: number;
  readonly mean: readonly Float64Array[];
  readonly standardError: readonly Float64Array[];
}

interface Kept {
  readonly of: string;
  /** Of the realizations done, `[times * fields * M]`. */
  readonly rows: number[][];
}

const FILE = "kmc-realizations.json";
/** Milliseconds between two writes of what is done. */
const KEEP_EVERY = 5000;

const hashOf = ({ particles, elements, seed, prediction, groundTruth }: FieldsExperiment) =>
  fingerprint({ particles, elements, seed, prediction, groundTruth });

/** Simulates the predicted profile, or reads and completes the simulation that the folder holds. */
export function fieldsTruthStage(experiment: FieldsExperiment, folder: string): Stage<FieldsTruth> {
  return {
    title: "Simulate the predicted profile directly",
    async run(progress) {
      const { particles, elements, seed, prediction, groundTruth } = experiment;
      const path = join(folder, FILE), of = await hashOf(experiment);
      const found = readJson(path) as Partial<Kept> | undefined;
      const rows = found?.of === of ? found.rows! : [];
      const run = fieldsProcessOf(particles)
        .trajectories(startOf(prediction.profile), elements, prediction.times);
      let kept = performance.now();
      while (rows.length < groundTruth.realizations) {
        rows.push([...run(randomStream(seed, "direct", rows.length))]);
        progress(rows.length, groundTruth.realizations);
        if (performance.now() - kept < KEEP_EVERY && rows.length < groundTruth.realizations) {
          continue;
        }
        await writeDurably(path, JSON.stringify({ of, rows }) + "\n");
        kept = performance.now();
      }
      return statisticsOf(rows, prediction.times.length, elements);
    },
  };
}

/** The complete direct simulation that a folder holds; undefined if it has none. */
export async function keptTruth(
  experiment: FieldsExperiment,
  folder: string,
): Promise<FieldsTruth | undefined> {
  const found = readJson(join(folder, FILE)) as Partial<Kept> | undefined;
  const { elements, prediction, groundTruth } = experiment;
  if (found?.of !== await hashOf(experiment)) return undefined;
  if (found.rows!.length < groundTruth.realizations) return undefined;
  return statisticsOf(found.rows!, prediction.times.length, elements);
}

function statisticsOf(rows: readonly number[][], times: number, elements: number): FieldsTruth {
  const size = rows[0].length / times, R = rows.length;
  const points = rows.map((row) => pointsOfHats(Float64Array.from(row), elements));
  const mean = new Float64Array(rows[0].length), square = new Float64Array(rows[0].length);
  for (const row of points) row.forEach((v, k) => mean[k] += v / R);
  for (const row of points) row.forEach((v, k) => square[k] += (v - mean[k]) ** 2);
  const error = square.map((v) => Math.sqrt(v / (R * (R - 1))));
  const cut = (values: Float64Array) =>
    Array.from({ length: times }, (_, t) => values.slice(t * size, (t + 1) * size));
  return { realizations: R, mean: cut(mean), standardError: cut(error) };
}
