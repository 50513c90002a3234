import { UserError } from "@spiediff/command-line";
import {
  type Executor,
  localExecutor,
  type SlurmExecutor,
  slurmExecutor,
  type SlurmOptions,
} from "@spiediff/executor";
import type { ExecutorFlags, SlurmFlags } from "./executor_flags.ts";

const SLURM_ONLY = ["partition", "time", "memory", "throttle", "sbatch"] as const;

/** What the flags ask of Slurm. */
export function slurmOptions(flags: SlurmFlags): SlurmOptions {
  const { partition, time, memory, throttle, sbatch } = flags;
  const given = Object.entries({ partition, time, memory, throttle, sbatch })
    .filter(([, value]) => value !== undefined && (value as string[]).length !== 0);
  return Object.fromEntries(given);
}

/** The executor that the flags name. @throws {UserError} if a flag is out of its range, or needs Slurm. */
export function executorOf(flags: ExecutorFlags, workers: number): Executor | SlurmExecutor {
  const { shards } = flags;
  if (shards !== undefined && !(Number.isInteger(shards) && shards >= 1)) {
    throw new UserError(`--shards must be a whole number of at least 1, not ${shards}.`);
  }
  const options = slurmOptions(flags);
  if (flags.executor === "slurm") return slurmExecutor(options);
  const idle = SLURM_ONLY.find((name) => options[name] !== undefined) ??
    (flags.detach ? "detach" : undefined);
  if (idle !== undefined) throw new UserError(`--${idle} needs --executor slurm.`);
  return localExecutor({ workers });
}

/** What to do about work that goes on without us. */
export const afterwards = (folder: string): string =>
  `See it by \`spiediff status ${folder}\`, follow or mend it by \`spiediff resume ${folder}\`, ` +
  `stop it by \`spiediff cancel ${folder}\`.`;
