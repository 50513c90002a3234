/**
 * A study in shards: one unit of it (a data set, a seed) is a process of this machine or a task of Slurm.
 *
 * Options of every study that uses this: `--workers N`; `--executor slurm`, with `--partition`, `--time`,
 * `--memory`, `--throttle` and `--sbatch`; `--shard K/N` makes one unit and exits, `--merge` goes on from the
 * shards that are there.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { secondsText } from "@spiediff/command-line";
import {
  type Executor,
  isMerged,
  type Job,
  localExecutor,
  makePlannedShard,
  markMerged,
  mergeShards,
  openPlan,
  parseShard,
  planOf,
  ShardError,
  slurmExecutor,
  type SlurmOptions,
} from "@spiediff/executor";
import { codeText, DENO_AS_INSTALLED } from "@spiediff/train";
import { ROOT } from "../root.ts";
import { progress, workersOption } from "./_study.ts";

/** Options that take a value and are ours: tasks are not given them. */
const OWN = [
  ...["--workers", "--executor", "--partition", "--time", "--memory", "--throttle", "--sbatch"],
  "--shard",
];

/** Value of an option of the command line. */
function option(name: string): string | undefined {
  const at = Deno.args.indexOf(name);
  return at < 0 ? undefined : Deno.args[at + 1];
}

/** The command line without what is ours: what decides the study's numbers. */
function rest(): string[] {
  return Deno.args.filter((word, i) =>
    !OWN.includes(word) && !OWN.includes(Deno.args[i - 1]) && word !== "--merge"
  );
}

/**
 * Computes all units, each in its own process, wherever the command line says.
 *
 * @param program URL of the study's file (`import.meta.url`): tasks start it again.
 * @param units All that decides a unit's numbers; JSON.
 * @param compute One unit's result; JSON.
 * @param workers Processes at a time where the command line does not say; 1 for a study that takes times.
 * @returns The results in the units' order. In a task of one shard it never returns.
 */
export async function inShards<Unit, Result>(
  name: string,
  program: string,
  units: readonly Unit[],
  compute: (unit: Unit) => Promise<Result>,
  workers = 2,
): Promise<Result[]> {
  try {
    return await results(name, program, units, compute, workers);
  } catch (error) {
    // One sentence with what to do; a failure of ours still shows where it comes from.
    if ((error as Error).name !== "ShardError") throw error;
    console.error((error as Error).message);
    Deno.exit(2);
  }
}

async function results<Unit, Result>(
  name: string,
  program: string,
  units: readonly Unit[],
  compute: (unit: Unit) => Promise<Result>,
  workers: number,
): Promise<Result[]> {
  const folder = `${ROOT}/runs/studies/${name}`;
  const argument = JSON.parse(JSON.stringify({ units, options: rest() }));
  const plan = planOf(name, argument, units.length, codeText());
  const computeShard = async (_argument: unknown, shard: number) =>
    new TextEncoder().encode(JSON.stringify(await compute(units[shard - 1])));
  await openPlan(folder, { plan, argument });
  const one = option("--shard");
  if (one !== undefined) {
    // By hand as K/N, by executors as K.
    const { shard, shards } = parseShard(one.includes("/") ? one : `${one}/${units.length}`);
    if (shards !== units.length) {
      throw new ShardError(`${name} has ${units.length} shards, not ${shards}.`);
    }
    await makePlannedShard(folder, plan.code, () => Promise.resolve(computeShard), shard);
    Deno.exit(0);
  }
  const collect = async () => {
    const found: Result[] = [];
    await mergeShards(folder, plan, (_, payload) => {
      found.push(JSON.parse(new TextDecoder().decode(payload)));
    });
    await markMerged(folder, plan);
    return found;
  };
  if (Deno.args.includes("--merge")) return await collect();
  const command = [Deno.execPath(), "run", "-A", ...DENO_AS_INSTALLED, "--config"];
  const file = [join(ROOT, "deno.json"), new URL(program).pathname, ...rest()];
  const job: Job = {
    ...{ plan, folder, argument, module: program, ownProcess: true },
    shardCommand: [...command, ...file, "--shard"],
    mergeCommand: [...command, ...file, "--merge"],
    merge: async () => void await collect(),
  };
  const { executor, isLocal } = chosenExecutor(workers);
  if (!await isMerged(folder, plan)) {
    await executor.run(job, { onProgress: withTimeLeft() });
  }
  const found = await collect();
  if (isLocal) rmSync(folder, { recursive: true });
  return found;
}

/** Shows an executor's notes, with the time left as the units of this run have taken. */
function withTimeLeft() {
  let first: { readonly done: number; readonly at: number } | undefined;
  return (done: number, total: number, note: string) => {
    const now = performance.now();
    first ??= { done, at: now };
    const left = (total - done) * (now - first.at) / (done - first.done) / 1000;
    progress(Number.isFinite(left) ? `${note}, about ${secondsText(left)} left` : note);
  };
}

function chosenExecutor(workers: number): { executor: Executor; isLocal: boolean } {
  const name = option("--executor") ?? "local";
  if (name === "local") {
    return { executor: localExecutor({ workers: workersOption(workers) }), isLocal: true };
  }
  if (name !== "slurm") {
    console.error(`--executor must be local or slurm, not "${name}".`);
    Deno.exit(2);
  }
  const throttle = option("--throttle");
  const sbatch = Deno.args.flatMap((word, i) => word === "--sbatch" ? [Deno.args[i + 1]] : []);
  const options: SlurmOptions = {
    ...{ partition: option("--partition"), time: option("--time"), memory: option("--memory") },
    ...{ throttle: throttle === undefined ? undefined : Number(throttle), sbatch },
  };
  return { executor: slurmExecutor(options), isLocal: false };
}
