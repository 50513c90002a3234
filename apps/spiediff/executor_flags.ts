import { numberParser, textParser } from "@spiediff/command-line";

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
