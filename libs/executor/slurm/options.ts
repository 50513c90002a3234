import { ShardError } from "../types.ts";

/** What a user asks of Slurm; the cluster's defaults where absent. */
export interface SlurmOptions {
  readonly partition?: string;
  /** Time limit of each task and of the merge, in Slurm's notation (`30`, `2:00:00`, `1-12`). */
  readonly time?: string;
  /** Memory of each task and of the merge (`500M`, `4G`). */
  readonly memory?: string;
  /** Most tasks of the array that run at a time. */
  readonly throttle?: number;
  /** Further arguments of sbatch, such as `--account=physics`. */
  readonly sbatch?: readonly string[];
}

const TIME = /^(\d+|\d+:\d\d|\d+:\d\d:\d\d|\d+-\d+(:\d\d){0,2}|UNLIMITED|INFINITE)$/i;
const MEMORY = /^\d+[KMGT]?$/i;

/** @throws {ShardError} naming the option that Slurm would not take. */
export function checkSlurmOptions(options: SlurmOptions): void {
  const { time, memory, throttle, partition, sbatch = [] } = options;
  const refuse = (text: string): never => {
    throw new ShardError(text);
  };
  if (time !== undefined && !TIME.test(time)) {
    refuse(`--time must be minutes, H:MM:SS or D-HH:MM, such as 30 or 2:00:00, not "${time}".`);
  }
  if (memory !== undefined && !MEMORY.test(memory)) {
    refuse(`--memory must be a size such as 500M or 4G, not "${memory}".`);
  }
  if (throttle !== undefined && !(Number.isInteger(throttle) && throttle >= 1)) {
    refuse(`--throttle must be a whole number of at least 1, not ${throttle}.`);
  }
  if (partition !== undefined && !/^[\w.,-]+$/.test(partition)) {
    refuse(`--partition must be a partition's name, not "${partition}".`);
  }
  for (const argument of sbatch) {
    if (!/^--[a-z][\w-]*(=.*)?$/.test(argument)) {
      refuse(`--sbatch takes arguments such as --account=physics, not "${argument}".`);
    }
  }
}

/** The options as arguments of sbatch, but for the throttle, which belongs to the array. */
export function sbatchArguments(options: SlurmOptions): string[] {
  const { partition, time, memory, sbatch = [] } = options;
  return [
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(time === undefined ? [] : [`--time=${time}`]),
    ...(memory === undefined ? [] : [`--mem=${memory}`]),
    ...sbatch,
  ];
}
