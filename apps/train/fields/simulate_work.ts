/** Simulation of several fields in shards: blocks of realizations, merged into the run folder's records. */
import { type ComputeShard, type KeptPlan, mergeShards, unitsOf } from "@spiediff/executor";
import { type FieldsExperiment, parseFieldsExperiment, startOf } from "@spiediff/experiment";
import { fieldsProcessOf } from "@spiediff/kmc";
import { randomStream } from "@spiediff/random";
import { rowLength, rowOf, writeFieldRecord } from "./field_records.ts";

/** What the shards are of: some profiles of an experiment. */
export interface SimulateFieldsArgument {
  readonly experiment: FieldsExperiment;
  readonly profiles: readonly string[];
}

/** Realizations of a unit of work, one profile after another. */
const BLOCK = 25;

const blocksOf = ({ sampling: { realizations } }: FieldsExperiment) =>
  Math.ceil(realizations / BLOCK);

/** Number of units: into no more shards can the work be cut. */
export const fieldsUnits = ({ experiment, profiles }: SimulateFieldsArgument): number =>
  blocksOf(experiment) * profiles.length;

/** Profile and realizations `[from, to)` of a unit. */
function blockOf({ experiment, profiles }: SimulateFieldsArgument, unit: number) {
  const blocks = blocksOf(experiment), from = unit % blocks * BLOCK;
  const to = Math.min(experiment.sampling.realizations, from + BLOCK);
  return { name: profiles[Math.floor(unit / blocks)], from, to };
}

/** The rows of the shard's blocks, one after another, float64 in little-endian order. */
export const computeShard: ComputeShard = (argument, shard, shards) => {
  const { experiment: input, profiles } = argument as SimulateFieldsArgument;
  const experiment = parseFieldsExperiment(input), work = { experiment, profiles };
  const process = fieldsProcessOf(experiment.particles);
  const { elements, sampling: { window }, seed } = experiment;
  const [first, end] = unitsOf(shard, shards, fieldsUnits(work));
  const rows: Float64Array[] = [];
  for (let unit = first; unit < end; unit++) {
    const { name, from, to } = blockOf(work, unit);
    const profile = experiment.profiles.find((own) => own.name === name)!;
    const run = process.windows(startOf(profile), elements, window);
    for (let n = from; n < to; n++) rows.push(rowOf(run(randomStream(seed, "fields", name, n))));
  }
  return Promise.resolve(new Uint8Array(joined(rows).buffer));
};

function joined(rows: readonly Float64Array[]): Float64Array<ArrayBuffer> {
  const out = new Float64Array(rows.reduce((sum, row) => sum + row.length, 0));
  let at = 0;
  for (const row of rows) {
    out.set(row, at);
    at += row.length;
  }
  return out;
}

/** Merges the shards of a plan into records; none appears before every shard was found whole. */
export async function mergeFieldsSimulation(
  runFolder: string,
  folder: string,
  { plan, argument }: KeptPlan,
): Promise<void> {
  const { experiment: input, profiles } = argument as SimulateFieldsArgument;
  const work = { experiment: parseFieldsExperiment(input), profiles };
  const parts: Float64Array[] = [];
  await mergeShards(folder, plan, (_, payload) => {
    parts.push(new Float64Array(payload.slice().buffer));
  });
  const all = joined(parts);
  const size = work.experiment.sampling.realizations * rowLength(work.experiment);
  if (all.length !== size * profiles.length) {
    throw new RangeError(`Shards hold ${all.length} numbers, not ${size * profiles.length}.`);
  }
  for (const [p, name] of profiles.entries()) {
    const rows = all.slice(p * size, (p + 1) * size);
    await writeFieldRecord(runFolder, work.experiment, name, rows);
  }
}
