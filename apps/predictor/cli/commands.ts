import { buildCommand, buildRouteMap } from "@stricli/core";
import { application, numberParser, textParser, UserError } from "@spiediff/command-line";
import { MODEL_FOLDER } from "./model_folder.ts";
import { VERSION } from "../version.ts";
import { exportCommand } from "../export/command.ts";
import { lawCommand } from "../law/command.ts";
import { dimensionless } from "./dimensionless.ts";
import { seedText } from "./seed.ts";
import { serveCommand } from "./serve_command.ts";
import type { PredictFlags } from "./predict_and_print.ts";

const parsed = { kind: "parsed", parse: numberParser } as const;

/** A list of times, `0,0.01,0.02`. */
export function parseTimes(text: string): number[] {
  return text.split(",").map((item) => {
    try {
      // Of `0,05` nobody can say whether it is two times or one in another language.
      if (/^\s*[+-]?0\d/.test(item)) throw new SyntaxError("It begins with 0.");
      return numberParser(item);
    } catch {
      throw new UserError(
        `--times must be numbers with commas between and decimal points, and has "${item}".`,
      );
    }
  });
}

const predictDocs = (program: string) => ({
  brief: "Predict a profile over time, with bands",
  fullDescription: [
    "Evolves an initial density profile by the law that the model has learned, for an ensemble of",
    "members, and gives mean and band. Densities are averages over the mesh's hat functions.",
    "A model of particles of LAMMPS, HOOMD and others (docs/lammps.md) speaks of lengths, times and",
    "densities as their files do, in an expression L is the box; --dimensionless of the law's own.",
    "",
    "EXAMPLES",
    `  ${program} predict model --profile "0.5+0.3*cos(2*pi*x)" --times 0,0.01,0.05`,
    `  ${program} predict model --profile start.csv --times 0.02 --members 500 --json`,
    `  ${program} predict model --profile "0.5+0.2*sin(4*pi*x)" --times 0,0.02 --out result`,
    `  ${program} predict model --profile "0.5+0.3*cos(2*pi*x)" --times 0.02 --field 5`,
  ].join("\n"),
});

const predictCommand = (program: string) =>
  buildCommand<PredictFlags, [string]>({
    docs: predictDocs(program),
    parameters: {
      positional: MODEL_FOLDER,
      flags: {
        profile: {
          kind: "parsed",
          parse: textParser,
          brief:
            "Expression of x in [0,1), or a .csv or .json file of nodal densities; of models in 2 or 3 " +
            "dimensions of x, y, z, or an .npy file, in 2 also a square .png picture; of several fields " +
            '"NAME=EXPRESSION; ..."',
        },
        times: {
          kind: "parsed",
          parse: parseTimes,
          brief: "Output times, rising, with commas between, in the model's unit",
          default: "0,0.005,0.01,0.02,0.05",
        },
        members: { ...parsed, brief: "Ensemble members", default: "2000" },
        ddimSteps: { ...parsed, brief: "Reverse steps of the DDIM sampler", default: "2" },
        ddpm: { kind: "boolean", brief: "Sample by DDPM, all steps, instead", default: false },
        seed: { kind: "parsed", parse: seedText, brief: "Seed of the members", default: "1" },
        level: { ...parsed, brief: "Probability inside of the band", default: "0.95" },
        threads: { ...parsed, brief: "Threads of one inference", default: "2" },
        elements: {
          ...parsed,
          brief: "Elements (nodes) of the mesh, if not the model's",
          optional: true,
        },
        tabulate: {
          kind: "enum",
          values: ["auto", "always", "never"],
          brief: "Whether K1 and f' are read from tables",
          default: "auto",
        },
        tolerance: { ...parsed, brief: "Local error of a density in one step", optional: true },
        fixedStep: { ...parsed, brief: "Fixed time step instead of step control", optional: true },
        field: {
          ...parsed,
          brief: "Uniform external field E, energy over the domain's length, if not the training's",
          optional: true,
        },
        json: { kind: "boolean", brief: "Print the whole prediction as JSON", default: false },
        dimensionless,
        out: {
          kind: "parsed",
          parse: textParser,
          brief: "Folder for prediction.csv, prediction.json, report.html",
          optional: true,
        },
      },
    },
    async func(flags, folder) {
      const { predictAndPrint } = await import("./predict_and_print.ts");
      await predictAndPrint(program, flags, folder, this.process);
    },
  });

const explainCommand = (program: string) =>
  buildCommand<{ readonly json: boolean }, [string]>({
    docs: {
      brief: "Say what a model was trained on, its ranges and hashes",
      fullDescription: `EXAMPLES\n  ${program} explain model\n  ${program} explain model --json`,
    },
    parameters: {
      positional: MODEL_FOLDER,
      flags: { json: { kind: "boolean", brief: "Print the manifest as JSON", default: false } },
    },
    loader: async () => (await import("./explain.ts")).explain,
  });

/**
 * The predictor's commands, for a program that has others beside them.
 *
 * @param program The program's name, for the examples.
 */
export const predictorCommands = (program: string) => ({
  predict: predictCommand(program),
  law: lawCommand(program),
  export: exportCommand(program),
  explain: explainCommand(program),
  serve: serveCommand(program),
});

/** The `predictor` command. */
export const predictorApplication = application(
  "predictor",
  VERSION,
  buildRouteMap({
    routes: predictorCommands("predictor"),
    docs: { brief: "Predict macroscopic densities with bands from a trained model" },
  }),
);
