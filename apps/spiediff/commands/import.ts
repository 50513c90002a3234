import { join } from "node:path";
import { buildCommand } from "@stricli/core";
import { stageRunner, textParser } from "@spiediff/command-line";
import { importStage, overwriteFlag, withRunLock } from "@spiediff/train";

interface ImportFlags {
  readonly overwrite: boolean;
  readonly json: boolean;
}

const text = (placeholder: string, brief: string) => ({ brief, placeholder, parse: textParser });

/** `import RUN SNAPSHOTS`: another code's snapshots to records. */
export const importCommand = buildCommand<ImportFlags, [string, string]>({
  docs: {
    brief: "Bring snapshots of another particle code into a run folder, in place of simulating",
    fullDescription: [
      "SNAPSHOTS is a JSON file that says what your arrays are and where: occupations or fields z,",
      "over realizations and times, as NPY or CSV (docs/bring-your-own-data.md). Then go on by",
      "estimate, train and report.",
      "",
      "EXAMPLES",
      "  spiediff import runs/mine my-snapshots.json",
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
      json: { kind: "boolean", brief: "Print the result as JSON and nothing else", default: false },
    },
  },
  async func({ json, overwrite }, folder, path) {
    const run = stageRunner({ silent: json });
    const { experiment, warnings } = await withRunLock(
      folder,
      "import",
      () => run(importStage(path, folder, overwrite)),
    );
    const { profiles, sampling: { realizations } } = experiment;
    const names = profiles.map(({ name }) => name);
    const { seconds } = run;
    for (const warning of warnings) this.process.stderr.write(`warning: ${warning}\n`);
    this.process.stdout.write(
      json
        ? JSON.stringify({ run: folder, profiles: names, realizations, seconds, warnings }) + "\n"
        : `Records of ${names.length} profile${names.length === 1 ? "" : "s"}: ${
          join(folder, "records")
        }\n` +
          `Next: spiediff estimate ${folder}\n`,
    );
  },
});
