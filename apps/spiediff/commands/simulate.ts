import { buildCommand } from "@stricli/core";
import { textParser } from "@spiediff/command-line";
import { overwriteFlag } from "@spiediff/train/flags";
import { type ExecutorFlags, executorFlags } from "../executor_flags.ts";
import { type RunFlags, runFlags, runFolder } from "../run_flags.ts";

const processFlag = {
  process: {
    kind: "parsed",
    parse: textParser,
    brief: "TypeScript module of a process of one's own",
    optional: true,
  },
} as const;

/** `simulate RUN`: particles to records. */
export const simulateCommand = buildCommand<
  RunFlags & ExecutorFlags & { readonly overwrite: boolean; readonly process?: string },
  [string]
>({
  docs: {
    brief: "Simulate short particle runs; keep their moments in a run folder",
    fullDescription: [
      "Simulates every profile of an experiment and keeps its moments in RUN/records, one file a",
      "profile. A run that was cut off goes on where it was; a folder that has an experiment needs no",
      "flag. With --executor slurm a job array makes the shards and a job behind it merges; Ctrl-C",
      "leaves, and the work goes on (docs/many-machines.md).",
      "",
      "EXAMPLES",
      "  spiediff simulate runs/first --preset quick",
      "  spiediff simulate runs/mine --experiment my-experiment.json --seed 7",
      "  spiediff simulate runs/mine --json",
      "  spiediff simulate runs/own --process my_process.ts    # docs/own-process.md",
      "  spiediff simulate runs/big --preset lrm --executor slurm --shards 200 --time 30 --memory 1G",
    ].join("\n"),
  },
  parameters: {
    positional: runFolder,
    flags: { ...runFlags, ...overwriteFlag, ...processFlag, ...executorFlags },
  },
  loader: async () => (await import("../implementations/simulate.ts")).runSimulate,
});
