/** Flags that the commands share; apart from what they do, so that a command line is read before any of it loads. @module */
import { availableParallelism } from "node:os";
import { numberParser, textParser } from "@spiediff/command-line";
import { ALL_PRESET_NAMES } from "@spiediff/experiment/preset-names";
import type { LoopsChoice } from "@spiediff/kmc";

export { WORKS } from "./shards/works.ts";

/** The flag of the commands that move particles. */
export const engineFlag = {
  engine: {
    kind: "enum",
    values: ["auto", "native", "wasm", "typescript"] satisfies LoopsChoice[],
    brief: "Build of the particle loops, the fastest when absent; never changes a result",
    optional: true,
  },
} as const;

/** The flags by which every command of this project names an experiment and a run folder. */
export const experimentFlags = {
  experiment: {
    kind: "parsed",
    parse: textParser,
    brief: "Experiment file (JSON); instead of a preset",
    optional: true,
  },
  preset: {
    kind: "enum",
    values: ALL_PRESET_NAMES,
    brief: "Experiment that ships",
    default: "lrm",
  },
  seed: {
    kind: "parsed",
    parse: numberParser,
    brief: "Seed, a whole number; replaces the experiment's own",
    optional: true,
  },
  workers: {
    kind: "parsed",
    parse: numberParser,
    brief: "Threads of the particle simulation; never changes a result",
    default: String(availableParallelism()),
  },
  ...engineFlag,
  json: { kind: "boolean", brief: "Print the result as JSON and nothing else", default: false },
} as const;

/** The flag of the commands that begin a run. */
export const overwriteFlag = {
  overwrite: {
    kind: "boolean",
    brief: "Remove what another experiment has left in the run folder",
    default: false,
  },
} as const;
