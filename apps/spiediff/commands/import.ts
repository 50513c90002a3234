import { join } from "node:path";
import { buildCommand } from "@stricli/core";
import { stageRunner, textParser } from "@spiediff/command-line";
import {
  checkImportStage,
  importStage,
  overwriteFlag,
  summaryText,
  withRunLock,
} from "@spiediff/train";

interface ImportFlags {
  readonly check: boolean;
  readonly overwrite: boolean;
  readonly json: boolean;
}

const text = (placeholder: string, brief: string) => ({ brief, placeholder, parse: textParser });

/** `import RUN SNAPSHOTS`: another code's snapshots to records. */
export const importCommand = buildCommand<ImportFlags, [string, string]>({
  docs: {
    brief: "Bring snapshots of another particle code into a run folder, in place of simulating",
    fullDescription: [
      "SNAPSHOTS is a JSON file that says what your data are and where: occupations or fields z over",
      "realizations and times, as NPY or CSV (docs/bring-your-own-data.md), or particles' positions in",
      "trajectories of LAMMPS, HOOMD and others (docs/lammps.md). Then go on by estimate, train and",
      "report. --check reads everything, says what it found, and writes nothing.",
      "",
      "EXAMPLES",
      "  spiediff import runs/mine my-snapshots.json",
      "  spiediff import runs/mine my-snapshots.json --check",
      "  spiediff import runs/example test-data/foreign-ssep/snapshots.json --json",
    ].join("\n"),
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [text("RUN", "Run folder"), text("SNAPSHOTS", "Description of the snapshots")],
    },
    flags: {
      ...overwriteFlag,
      check: {
        kind: "boolean",
        brief: "Read and check everything, print what was found, write nothing",
        default: false,
      },
      json: { kind: "boolean", brief: "Print the result as JSON and nothing else", default: false },
    },
  },
  async func({ json, overwrite, check }, folder, path) {
    const run = stageRunner({ silent: json });
    const { experiment, warnings, summary } = check
      ? await run(checkImportStage(path))
      : await withRunLock(folder, "import", () => run(importStage(path, folder, overwrite)));
    const { profiles, sampling: { realizations } } = experiment;
    const names = profiles.map(({ name }) => name);
    const { seconds } = run;
    for (const warning of warnings) this.process.stderr.write(`warning: ${warning}\n`);
    if (json) {
      const result = { run: folder, profiles: names, realizations, seconds, warnings };
      this.process.stdout.write(JSON.stringify({ ...result, ...summary && { summary } }) + "\n");
      return;
    }
    if (summary) this.process.stdout.write(summaryText(summary));
    this.process.stdout.write(
      check
        ? `${names.length} profile${names.length === 1 ? "" : "s"} can be imported.\n` +
          `Next: spiediff import ${folder} ${path}\n`
        : `Records of ${names.length} profile${names.length === 1 ? "" : "s"}: ${
          join(folder, "records")
        }\n` +
          `Next: spiediff estimate ${folder}\n`,
    );
  },
});
