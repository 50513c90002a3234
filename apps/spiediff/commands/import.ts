import { buildCommand } from "@stricli/core";
import { textParser } from "@spiediff/command-line";
import { overwriteFlag } from "@spiediff/train/flags";
import type { ImportFlags } from "../implementations/import.ts";

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
  loader: async () => (await import("../implementations/import.ts")).runImport,
});
