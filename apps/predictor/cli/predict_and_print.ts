import process from "node:process";
import type { CommandContext } from "@stricli/core";
import { UserError } from "@spiediff/command-line";
import { isFieldsModel, modelFolder } from "@spiediff/model-artifact";
import { loadModel } from "../load_model.ts";
import { predictionJson } from "../output.ts";
import { predictField } from "../space/command.ts";
import { predictInUnits } from "../units/predict_in_units.ts";
import { unitsFor } from "../units/units_for.ts";
import type { Model, Prediction, PredictOptions, Sampler } from "../types.ts";
import { VERSION } from "../version.ts";
import { summaryText } from "./summary.ts";
import { readProfile } from "./read_profile.ts";
import { parseSeed } from "./seed.ts";
import { predictionProgress } from "./progress.ts";
import { checkFolder, writeOutputs } from "./write_outputs.ts";

export interface PredictFlags {
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
  readonly dimensionless: boolean;
  readonly out?: string;
}

/** Predicts as the flags say, writes the files that are asked for, and prints. */
export async function predictAndPrint(
  program: string,
  flags: PredictFlags,
  folder: string,
  { stdout, stderr }: CommandContext["process"],
): Promise<void> {
  if (flags.out !== undefined) await checkFolder(flags.out);
  if (await isFieldsModel(await modelFolder(folder))) {
    return await predictSeveralAndPrint(program, flags, folder, { stdout, stderr });
  }
  const model = await loadModel(folder, { threads: flags.threads });
  try {
    if (model.manifest.system.dimension > 1) {
      return await predictFieldAndPrint(program, flags, folder, model, { stdout, stderr });
    }
    const units = unitsFor(model.manifest, flags.dimensionless);
    const profile = await readProfile(flags.profile, units);
    const progress = predictionProgress(process.stderr);
    const options = { ...optionsOf(flags), onProgress: progress.onProgress };
    const prediction: Prediction = await predictInUnits(
      ...[model, profile, flags.times, options, units] as const,
    ).finally(progress.clear);
    for (const warning of prediction.warnings) stderr.write(`warning: ${warning}\n`);
    const written = flags.out === undefined
      ? []
      : await writeOutputs(flags.out, prediction, contextOf(program, flags, folder, model));
    stdout.write(
      flags.json
        ? JSON.stringify(predictionJson(prediction, model.manifest, units)) + "\n"
        : summaryText(prediction, written, units),
    );
  } finally {
    await model.close();
  }
}

/** For a model of several fields. */
async function predictSeveralAndPrint(
  program: string,
  flags: PredictFlags,
  folder: string,
  { stdout, stderr }: Pick<CommandContext["process"], "stdout" | "stderr">,
): Promise<void> {
  const { profile, times, level, elements, fixedStep, out, json } = flags;
  const { predictFieldsFor } = await import("../fields/command.ts");
  const { text, warnings } = await predictFieldsFor({
    ...{ folder, profile, times, out, json, nodes: elements },
    options: { level, step: fixedStep },
    command: `${program} predict ${folder} --profile ${JSON.stringify(profile)} ` +
      `--times ${times.join(",")}`,
    version: VERSION,
  });
  for (const warning of warnings) stderr.write(`warning: ${warning}\n`);
  stdout.write(text);
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
    (flags.field === undefined ? "" : ` --field ${flags.field}`) +
    (flags.dimensionless ? " --dimensionless" : ""),
  seed: parseSeed(flags.seed),
  version: VERSION,
  units: unitsFor(manifest, flags.dimensionless),
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
