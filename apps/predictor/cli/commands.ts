import process from "node:process";
import { buildCommand, buildRouteMap, type CommandContext } from "@stricli/core";
import { application, numberParser, textParser, UserError } from "@spiediff/command-line";
import { readModel } from "@spiediff/model-artifact";
import { MODEL_FOLDER } from "./model_folder.ts";
import { loadModel } from "../load_model.ts";
import { predictionJson } from "../output.ts";
import { predict } from "../predict.ts";
import { predictField } from "../space/command.ts";
import type { Model, Prediction, PredictOptions, Sampler } from "../types.ts";
import { VERSION } from "../version.ts";
import { explainText } from "./explain.ts";
import { summaryText } from "./summary.ts";
import { exportCommand } from "../export/command.ts";
import { lawCommand } from "../law/command.ts";
import { readProfile } from "./read_profile.ts";
import { parseSeed, seedText } from "./seed.ts";
import { serveCommand } from "./serve_command.ts";

import { predictionProgress } from "./progress.ts";
import { checkFolder, writeOutputs } from "./write_outputs.ts";

interface PredictFlags {
  readonly profile: string;
  readonly times: readonly number[];
  readonly members: number;
  readonly ddimSteps: number;
  readonly ddpm: boolean;
  readonly seed: string;
  readonly level: number;
  readonly threads: number;
  readonly elements?: number;
  readonly tabulate: "auto" | "always" | "never";
  readonly tolerance?: number;
  readonly fixedStep?: number;
  readonly field?: number;
  readonly json: boolean;
  readonly out?: string;
}

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
            "dimensions of x, y, z, or an .npy file",
        },
        times: {
          kind: "parsed",
          parse: parseTimes,
          brief: "Output times in the model's unit, rising, with commas between",
          default: "0,0.005,0.01,0.02,0.05",
        },
        members: { ...parsed, brief: "Ensemble members", default: "2000" },
        ddimSteps: { ...parsed, brief: "Reverse steps of the DDIM sampler", default: "2" },
        ddpm: { kind: "boolean", brief: "Sample by DDPM, all steps, instead", default: false },
        seed: { kind: "parsed", parse: seedText, brief: "Seed of the members", default: "1" },
        level: { ...parsed, brief: "Probability inside of the band", default: "0.95" },
        threads: { ...parsed, brief: "Threads of one inference", default: "2" },
        elements: { ...parsed, brief: "Elements of the mesh, if not the model's", optional: true },
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
        out: {
          kind: "parsed",
          parse: textParser,
          brief: "Folder for prediction.csv, prediction.json, report.html",
          optional: true,
        },
      },
    },
    async func(flags, folder) {
      await predictAndPrint(program, flags, folder, this.process);
    },
  });

async function predictAndPrint(
  program: string,
  flags: PredictFlags,
  folder: string,
  { stdout, stderr }: CommandContext["process"],
): Promise<void> {
  if (flags.out !== undefined) await checkFolder(flags.out);
  const model = await loadModel(folder, { threads: flags.threads });
  try {
    if (model.manifest.system.dimension > 1) {
      return await predictFieldAndPrint(program, flags, folder, model, { stdout, stderr });
    }
    const profile = await readProfile(flags.profile);
    const progress = predictionProgress(process.stderr);
    const options = { ...optionsOf(flags), onProgress: progress.onProgress };
    const prediction: Prediction = await predict(model, profile, flags.times, options)
      .finally(progress.clear);
    for (const warning of prediction.warnings) stderr.write(`warning: ${warning}\n`);
    const written = flags.out === undefined
      ? []
      : await writeOutputs(flags.out, prediction, contextOf(program, flags, folder, model));
    stdout.write(
      flags.json
        ? JSON.stringify(predictionJson(prediction, model.manifest)) + "\n"
        : summaryText(prediction, written),
    );
  } finally {
    await model.close();
  }
}

async function predictFieldAndPrint(
  program: string,
  flags: PredictFlags,
  folder: string,
  model: Model,
  { stdout, stderr }: Pick<CommandContext["process"], "stdout" | "stderr">,
): Promise<void> {
  if (flags.fixedStep !== undefined) {
    throw new UserError("--fixedStep is for profiles of one dimension; fields have step control.");
  }
  if (flags.field !== undefined) {
    throw new UserError("--field is for profiles of one dimension.");
  }
  const { text, warnings } = await predictField({
    model,
    profile: flags.profile,
    times: flags.times,
    options: optionsOf(flags),
    out: flags.out,
    json: flags.json,
    context: contextOf(program, flags, folder, model),
  });
  for (const warning of warnings) stderr.write(`warning: ${warning}\n`);
  stdout.write(text);
}

const contextOf = (program: string, flags: PredictFlags, folder: string, { manifest }: Model) => ({
  folder,
  manifest,
  command: `${program} predict ${folder} --profile ${JSON.stringify(flags.profile)} ` +
    `--times ${flags.times.join(",")} --members ${flags.members} --seed ${flags.seed}` +
    (flags.field === undefined ? "" : ` --field ${flags.field}`),
  seed: parseSeed(flags.seed),
  version: VERSION,
});

function optionsOf(flags: PredictFlags): PredictOptions {
  const sampler: Sampler = flags.ddpm ? { kind: "ddpm" } : { kind: "ddim", steps: flags.ddimSteps };
  const { members, level, tabulate, elements, tolerance, fixedStep, field } = flags;
  return {
    seed: parseSeed(flags.seed),
    members,
    level,
    tabulate,
    sampler,
    ...(elements === undefined ? {} : { elements }),
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(fixedStep === undefined ? {} : { fixedStep }),
    ...(field === undefined ? {} : { externalField: field }),
  };
}

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
    async func(flags, folder) {
      const { manifest } = await readModel(folder);
      this.process.stdout.write(
        flags.json ? JSON.stringify(manifest) + "\n" : explainText(folder, manifest),
      );
    },
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
