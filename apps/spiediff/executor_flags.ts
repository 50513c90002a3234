import { numberParser, textParser, UserError } from "@spiediff/command-line";
import {
  type Executor,
  localExecutor,
  type SlurmExecutor,
  slurmExecutor,
  type SlurmOptions,
} from "@spiediff/executor";

/** Where work in shards is done, and what is asked of Slurm. */
export interface SlurmFlags {
  readonly partition?: string;
  readonly time?: string;
  readonly memory?: string;
  readonly throttle?: number;
  readonly sbatch?: readonly string[];
  readonly detach: boolean;
}

export interface ExecutorFlags extends SlurmFlags {
  readonly executor: "local" | "slurm";
  readonly shards?: number;
}

const text = (brief: string, placeholder?: string) =>
  ({ kind: "parsed", parse: textParser, brief, placeholder, optional: true }) as const;
const number = (brief: string) =>
  ({ kind: "parsed", parse: numberParser, brief, optional: true }) as const;

/** Flags that are asked of Slurm. */
export const slurmFlags = {
  partition: text("Slurm: partition"),
  time: text("Slurm: time limit of a task and of the merge, such as 30 or 2:00:00"),
  memory: text("Slurm: memory of a task and of the merge, such as 500M or 4G"),
  throttle: number("Slurm: most tasks that run at a time"),
  sbatch: {
    kind: "parsed",
    parse: textParser,
    variadic: true,
    brief: "Slurm: a further argument of sbatch, such as --sbatch=--account=physics",
    optional: true,
  },
  detach: { kind: "boolean", brief: "Slurm: submit and return at once", default: false },
} as const;

/** The number of shards that a command line may ask for. */
export const shardsFlag = number("Shards that the work is cut into; never changes a result");

/** Flags of every command that may work in shards. */
export const executorFlags = {
  executor: {
    kind: "enum",
    values: ["local", "slurm"],
    brief: "Where to work: threads of this machine, or a Slurm cluster",
    default: "local",
  },
  shards: shardsFlag,
  ...slurmFlags,
} as const;

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
