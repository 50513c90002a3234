import { buildCommand } from "@stricli/core";
import { numberParser, textParser } from "@spiediff/command-line";
import { dimensionless } from "../cli/dimensionless.ts";
import { MODEL_FOLDER } from "../cli/model_folder.ts";
import { seedText } from "../cli/seed.ts";
import { parseDensities } from "./density_grid.ts";
import type { LawFlags } from "./print_law.ts";

const parsed = { kind: "parsed", parse: numberParser } as const;

const describe = (program: string) => ({
  brief: "Print the learned law over densities, with bands",
  fullDescription: [
    "Mobility m, diffusivity D = m f'', f'', driving force f', free energy f and the operator entry K1",
    "of an ensemble of members: mean, band of each point, band of whole curves. Without --densities",
    "over those of the training.",
    "",
    "EXAMPLES",
    `  ${program} law model`,
    `  ${program} law model --densities 0.2,0.5,0.8 --json`,
    `  ${program} law model --densities 0.1:0.9:161 --csv > law.csv`,
    `  ${program} law model --formula     # closed forms with errors, as text, LaTeX and code`,
    `  ${program} law model --out law        # law.csv, law.json and law.html with figures`,
  ].join("\n"),
});

/** The command `law`. @param program The program's name, for the examples. */
export const lawCommand = (program: string) =>
  buildCommand<LawFlags, [string]>({
    docs: describe(program),
    parameters: {
      positional: MODEL_FOLDER,
      flags: {
        densities: {
          kind: "parsed",
          parse: parseDensities,
          brief: "Densities with commas between, or LOW:HIGH:COUNT",
          optional: true,
        },
        members: { ...parsed, brief: "Ensemble members", default: "2000" },
        seed: { kind: "parsed", parse: seedText, brief: "Seed of the members", default: "1" },
        level: { ...parsed, brief: "Probability inside of the bands", default: "0.95" },
        threads: { ...parsed, brief: "Threads of one inference", default: "2" },
        formula: {
          kind: "boolean",
          brief: "Print the shortest closed forms inside of the bands",
          default: false,
        },
        csv: { kind: "boolean", brief: "Print the law as CSV", default: false },
        json: { kind: "boolean", brief: "Print the law as JSON", default: false },
        dimensionless,
        out: {
          kind: "parsed",
          parse: textParser,
          brief: "Folder for law.csv, law.json, law.html",
          optional: true,
        },
      },
    },
    async func(flags, folder) {
      const { printLaw } = await import("./print_law.ts");
      await printLaw(program, flags, folder, this.process);
    },
  });
