import { join } from "node:path";
import { buildCommand } from "@stricli/core";
import { runStages } from "@spiediff/command-line";
import { simulateStage } from "@spiediff/train";
import { experimentFor, type RunFlags, runFlags, runFolder } from "../run_experiment.ts";

/** `simulate RUN`: particles to records. */
export const simulateCommand = buildCommand<RunFlags, [string]>({
  docs: {
    brief: "Simulate short particle runs; keep their moments in a run folder",
    fullDescription: [
      "Simulates every profile of an experiment and keeps its moments in RUN/records, one file a",
      "profile. A run that was cut off goes on at the profile where it was; a folder that has an",
      "experiment needs no flag.",
      "",
      "EXAMPLES",
      "  spiediff simulate runs/first --preset quick",
      "  spiediff simulate runs/mine --experiment my-experiment.json --seed 7",
      "  spiediff simulate runs/mine --json",
    ].join("\n"),
  },
  parameters: { positional: runFolder, flags: runFlags },
  async func(flags, folder) {
    const experiment = experimentFor(folder, flags);
    const seconds = await runStages([simulateStage(experiment, folder, flags.workers)], {
      silent: flags.json,
    });
    const profiles = experiment.profiles.map(({ name }) => name);
    this.process.stdout.write(
      flags.json
        ? JSON.stringify({ run: folder, profiles, seconds }) + "\n"
        : `Records of ${profiles.length} profiles: ${join(folder, "records")}\n` +
          `Next: spiediff estimate ${folder}\n`,
    );
  },
});
