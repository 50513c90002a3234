import { buildCommand } from "@stricli/core";
import { application, textParser } from "@spiediff/command-line";
import { experimentFlags, overwriteFlag } from "@spiediff/train/flags";
import { VERSION } from "@spiediff/train/version";
import type { DemoFlags } from "./run_command.ts";

/**
 * The `demo` command: the whole road, particles to a prediction with bands and a report.
 *
 * @param program How it is called, for the examples.
 */
export const demoCommand = (program: string) =>
  buildCommand<DemoFlags, []>({
    docs: {
      brief: "Particles to a prediction with bands and a report",
      fullDescription: [
        "Simulates short particle runs, learns the operator and the free energy with their",
        "uncertainty, predicts a profile far beyond the sampled time, simulates that directly to",
        "compare, and writes a report. A run that was cut off goes on when it is started again.",
        "",
        "EXAMPLES",
        `  ${program}`,
        `  ${program} --quick --seed 7 --out runs/first-look`,
        `  ${program} --preset zero-range --quick`,
        `  ${program} --preset thermo-elastic-chain --quick    # several fields, sound`,
        `  ${program} --experiment my-experiment.json --json`,
      ].join("\n"),
    },
    parameters: {
      flags: {
        ...experimentFlags,
        ...overwriteFlag,
        quick: {
          kind: "boolean",
          brief: "A small run of the preset, in a minute or so",
          default: false,
        },
        out: {
          kind: "parsed",
          parse: textParser,
          brief: "Run folder; runs/NAME-seed-SEED if left out",
          optional: true,
        },
      },
    },
    loader: async () => (await import("./run_command.ts")).runDemoCommand,
  });

/** The command as a program of its own. */
export const demoApplication = application("demo", VERSION, demoCommand("deno task demo"));
