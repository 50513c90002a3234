/** What a folder of shards has planned, for whoever makes or merges them. */
import { dirname } from "node:path";
import { UserError } from "@spiediff/command-line";
import { type ComputeShard, type KeptPlan, markMerged, readPlan } from "@spiediff/executor";
import { codeIdentity } from "../version.ts";

/** How a work is done; loaded when it is needed, since training brings the tensor library. */
interface Work {
  readonly computeShard: ComputeShard;
  readonly merge: (runFolder: string, folder: string, kept: KeptPlan) => Promise<void>;
}

async function workOf(name: string): Promise<Work> {
  switch (name) {
    case "simulate": {
      const { computeShard, mergeSimulation } = await import("./simulate_work.ts");
      return { computeShard, merge: mergeSimulation };
    }
    case "simulate-fields": {
      const { computeShard, mergeFieldsSimulation } = await import("../fields/simulate_work.ts");
      return { computeShard, merge: mergeFieldsSimulation };
    }
    case "train": {
      const { computeShard, mergeTraining } = await import("./train_work.ts");
      return { computeShard, merge: mergeTraining };
    }
    default:
      throw new UserError(`There is no work "${name}" whose shards could be made here.`);
  }
}

export const computeOf = async (work: string): Promise<ComputeShard> =>
  (await workOf(work)).computeShard;

/** Merges what a folder has planned and leaves word of it. Twice, or twice at once, changes nothing. */
export async function mergePlanned(folder: string): Promise<void> {
  const kept = await readPlan(folder);
  if (kept === undefined) throw new UserError(`${folder} holds no plan of shards.`);
  const { merge } = await workOf(kept.plan.work);
  await merge(dirname(dirname(folder)), folder, kept);
  await markMerged(folder, kept.plan);
}

let text: string | undefined;

/** The code as shards carry it. */
export function codeText(): string {
  if (text !== undefined) return text;
  const { name, version, commit } = codeIdentity();
  return text = `${name} ${version}${commit === null ? "" : ` (${commit.slice(0, 12)})`}`;
}
