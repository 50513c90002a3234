import { type Application, buildRouteMap, type CommandContext } from "@stricli/core";
import { application, type CommandProcess, runApplication } from "@spiediff/command-line";
import { demoCommand } from "@spiediff/demo/command";
import { predictorCommands } from "@spiediff/predictor/commands";
import { VERSION } from "@spiediff/train/version";
import { cancelCommand } from "./commands/cancel.ts";
import { compareCommand } from "./commands/compare.ts";
import { completionCommand } from "./commands/completion.ts";
import { convertCommand } from "./commands/convert.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { engineCommand } from "./commands/engine.ts";
import { estimateCommand } from "./commands/estimate.ts";
import { importCommand } from "./commands/import.ts";
import { learnCommand } from "./commands/learn.ts";
import { mergeCommand } from "./commands/merge.ts";
import { planCommand } from "./commands/plan.ts";
import { reportCommand } from "./commands/report.ts";
import { resumeCommand } from "./commands/resume.ts";
import { schemaCommand } from "./commands/schema.ts";
import { shardCommand } from "./commands/shard.ts";
import { simulateCommand } from "./commands/simulate.ts";
import { statusCommand } from "./commands/status.ts";
import { trainCommand } from "./commands/train.ts";
import { validateCommand } from "./commands/validate.ts";
import { watchCommand } from "./commands/watch.ts";

const PROGRAM = "spiediff";

/** The `spiediff` command. */
export const spiediffApplication: Application<CommandContext> = application(
  PROGRAM,
  VERSION,
  buildRouteMap({
    routes: {
      demo: demoCommand(`${PROGRAM} demo`),
      plan: planCommand,
      learn: learnCommand,
      simulate: simulateCommand,
      import: importCommand,
      estimate: estimateCommand,
      train: trainCommand,
      report: reportCommand,
      validate: validateCommand,
      ...predictorCommands(PROGRAM),
      status: statusCommand,
      resume: resumeCommand,
      cancel: cancelCommand,
      shard: shardCommand,
      merge: mergeCommand,
      compare: compareCommand,
      convert: convertCommand,
      watch: watchCommand,
      doctor: doctorCommand,
      engine: engineCommand,
      schema: schemaCommand,
      completion: completionCommand(PROGRAM, () => spiediffApplication),
    },
    docs: {
      brief: "Learn a macroscopic law from short particle simulations, and predict with bands",
      fullDescription: [
        "Every stage works alone, on the files of a run folder, and goes on where it was cut off:",
        "simulate, estimate, train, report. `demo` does them all. `COMMAND --help` has examples.",
        "",
        "EXAMPLES",
        "  spiediff demo --quick",
        "  spiediff simulate runs/first --preset quick && spiediff estimate runs/first",
        "",
        "EXIT CODES",
        "  0 fine, 2 a mistake that you can mend (the message says how), 130 stopped by Ctrl-C,",
        "  1 anything else",
      ].join("\n"),
    },
  }),
);

/**
 * Runs the command line.
 *
 * @returns The exit code: 0 for success, 2 for the user's mistake, 1 for anything else.
 */
export function runSpiediff(args: readonly string[], process: CommandProcess): Promise<number> {
  // Nothing at all asks for help.
  return runApplication(spiediffApplication, args.length === 0 ? ["--help"] : args, process);
}
