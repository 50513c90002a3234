/** Simulation in shards: blocks of realizations, merged into the run folder's records. */
import { type Experiment, parseExperiment } from "@spiediff/experiment";
import { type ComputeShard, type KeptPlan, mergeShards, unitsOf } from "@spiediff/executor";
import { requireOwnParticles } from "../estimate.ts";
import { type RecordFile, recordFile } from "../record_file.ts";
import { recordingOf } from "../recording/recording_of.ts";
import type { BlockSum, RecordedBlocks } from "../recording/types.ts";

/** What the shards are of: some profiles of an experiment. */
export interface SimulateArgument {
  readonly experiment: Experiment;
  /** Names of the profiles, in the experiment's order. */
  readonly profiles: readonly string[];
}

/** The ensembles of the profiles; a unit of work is a block, profile after profile. */
interface Ensembles {
  readonly experiment: Experiment;
  readonly ensembles: readonly RecordedBlocks[];
  /** The ensemble and the block of each unit, `[units]`. */
  readonly units: readonly (readonly [ensemble: number, block: number])[];
}

/** Shards of one argument follow one another in a thread: prepared once. */
const prepared = new WeakMap<object, Ensembles>();

function ensemblesOf(argument: unknown): Ensembles {
  const known = prepared.get(argument as object);
  if (known) return known;
  const { experiment: input, profiles } = argument as SimulateArgument;
  const experiment = parseExperiment(input);
  requireOwnParticles(experiment);
  const recording = recordingOf(experiment);
  const ensembles = experiment.profiles.filter(({ name }) => profiles.includes(name))
    .map((profile) => recording.blocks(experiment, profile));
  const units = ensembles.flatMap(({ count }, e) =>
    Array.from({ length: count }, (_, block) => [e, block] as const)
  );
  const made = { experiment, ensembles, units };
  prepared.set(argument as object, made);
  return made;
}

/** Number of units: into no more shards can the work be cut. */
export const simulateUnits = (argument: SimulateArgument): number =>
  ensemblesOf(argument).units.length;

/** The shard's blocks, one after another, float64 in little-endian order. */
export const computeShard: ComputeShard = async (argument, shard, shards) => {
  const { ensembles, units } = ensemblesOf(argument);
  const [from, to] = unitsOf(shard, shards, units.length);
  const { packedLength } = ensembles[0];
  const payload = new Float64Array((to - from) * packedLength);
  for (let unit = from; unit < to; unit++) {
    const [ensemble, block] = units[unit];
    const packed = await ensembles[ensemble].run(block);
    payload.set(packed, (unit - from) * packedLength);
  }
  return new Uint8Array(payload.buffer);
};

/**
 * Merges the shards of a plan into records, in block order, as one machine would have made them. Memory is
 * that of one shard, one block and the total. Records appear only when every shard was found whole.
 */
export async function mergeSimulation(
  runFolder: string,
  folder: string,
  { plan, argument }: KeptPlan,
): Promise<void> {
  const { experiment, ensembles, units } = ensemblesOf(argument);
  const { packedLength } = ensembles[0];
  const finished: { file: RecordFile; sum: BlockSum }[] = [];
  let open: RecordFile | undefined;
  let sum: BlockSum | undefined;
  try {
    await mergeShards(folder, plan, async (shard, payload) => {
      const [from, to] = unitsOf(shard, plan.shards, units.length);
      if (payload.length !== 8 * (to - from) * packedLength) {
        throw new RangeError(`Shard ${shard} holds ${payload.length} bytes, which no blocks have.`);
      }
      const values = new Float64Array(payload.buffer, payload.byteOffset, payload.length / 8);
      for (let unit = from; unit < to; unit++) {
        const [e, own] = units[unit], ensemble = ensembles[e];
        open ??= await recordFile(runFolder, experiment, ensemble.head, packedLength);
        sum ??= ensemble.summed();
        const at = (unit - from) * packedLength;
        const block = values.subarray(at, at + packedLength);
        await open.block(block);
        sum.add(block);
        if (own + 1 < ensemble.count) continue;
        finished.push({ file: open, sum });
        open = sum = undefined;
      }
    });
    for (const { file, sum } of finished) await file.commit(sum.total());
  } catch (error) {
    for (const file of [open, ...finished.map(({ file }) => file)]) await file?.discard();
    throw error;
  }
}
