import type { CommandContext } from "@stricli/core";
import { join } from "node:path";
import { stageRunner, UserError } from "@spiediff/command-line";
import type { DesignName } from "@spiediff/design";
import type { Executor } from "@spiediff/executor";
import {
  type Experiment,
  isOfFields,
  parseExperiment,
  type SimulatedExperiment,
} from "@spiediff/experiment";
import {
  requireOwnParticles,
  RUN_FILES,
  runClock,
  SHARD_PATIENCE,
  simulateStage,
  trainStage,
  useEngine,
  withRunLock,
} from "@spiediff/train/stages";
import { executorOf } from "../chosen_executor.ts";
import type { ExecutorFlags } from "../executor_flags.ts";
import { experimentFor } from "../run_experiment.ts";
import type { RunFlags } from "../run_flags.ts";
import { withExecutor } from "../run_shards.ts";

export interface LearnFlags extends RunFlags, Omit<ExecutorFlags, "detach"> {
  readonly until: string;
  readonly design: DesignName;
  readonly budget?: string;
  readonly overwrite: boolean;
  readonly train: boolean;
}

/** Does what `learn` asks for. */
export async function runLearn(
  this: CommandContext,
  flags: LearnFlags,
  folder: string,
): Promise<void> {
  const { parseGoals } = await import("@spiediff/design");
  const goals = parseGoals(flags.until);
  const budget = flags.budget === undefined ? undefined : secondsIn(flags.budget) * flags.workers;
  const { claimDesign, designExperiment, learnPrecision } = await import(
    "@spiediff/train/precision"
  );
  const experiment = await chosenExperiment(folder, flags, () => designExperiment(folder));
  requireOwnParticles(experiment);
  const engine = useEngine(flags.engine, experiment.particles);
  const work = { ...flags, detach: false };
  const local = flags.executor === "local" ? executorOf(work, flags.workers) : undefined;
  const run = stageRunner({ silent: flags.json });
  const learn = async () => {
    await claimDesign(folder, experiment, flags.design, flags.overwrite);
    const learned = await learnPrecision({
      ...{ folder, experiment, goals, budget, run },
      design: flags.design,
      workers: flags.workers,
      simulate(own, title, note) {
        const simulateBy = async (executor: Executor, signal?: AbortSignal) => {
          const stage = simulateStage(own, folder, { executor, signal, shards: flags.shards });
          await run({
            title,
            run: (progress) => stage.run((done, total) => progress(done, total, note())),
          });
        };
        return local ? simulateBy(local) : withExecutor(folder, "learn", work, simulateBy);
      },
    });
    if (flags.train) {
      const clock = await runClock(folder, learned.experiment);
      const trained = stageRunner({ silent: flags.json, clock });
      await trained(trainStage(learned.experiment, folder, learned.estimates));
    }
    return learned;
  };
  // What Slurm works on is locked while it is planned and merged; the folder is free meanwhile.
  const { result, file } = local
    ? await withRunLock(folder, "learn", learn, SHARD_PATIENCE)
    : await learn();
  const model = flags.train ? join(folder, RUN_FILES.model) : null;
  this.process.stdout.write(
    flags.json
      ? JSON.stringify({ run: folder, engine, ...result, rounds: file.rounds.length, model }) + "\n"
      : `${result.text}\n${result.realizations} realizations in ${file.rounds.length} rounds: ${
        join(folder, RUN_FILES.design)
      } says which, and why.\n` +
        (model === null ? "" : `Model: ${model}\nNext: spiediff report ${folder}\n`),
  );
}

/** What the flags name, or what the folder's design is of, or the folder's own. */
async function chosenExperiment(
  folder: string,
  flags: LearnFlags,
  ofDesign: () => Promise<SimulatedExperiment | undefined>,
): Promise<Experiment> {
  const { experiment, preset, seed } = flags;
  const known = experiment === undefined && preset === undefined ? await ofDesign() : undefined;
  if (known === undefined) {
    const named = experimentFor(folder, flags);
    if (!isOfFields(named)) return named;
    throw new UserError(`Precision on demand is for one density, and "${named.name}" has more.`);
  }
  return seed === undefined ? known : parseExperiment({ ...known, seed });
}

/** @throws {UserError} if it is no time above 0. */
function secondsIn(text: string): number {
  const [, amount, unit = "s"] = /^(\d+\.?\d*|\.\d+)\s*(s|min|h)?$/.exec(text.trim()) ?? [];
  const seconds = Number(amount) * { s: 1, min: 60, h: 3600 }[unit as "s" | "min" | "h"];
  if (seconds > 0) return seconds;
  throw new UserError(`--budget must be a time such as 90s, 10min or 2h, not ${text}.`);
}
