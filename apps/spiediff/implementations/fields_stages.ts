/** The stages of an experiment of several fields, as their commands run them; each gives the text to print. */
import { join } from "node:path";
import { type StageRunner, stageRunner } from "@spiediff/command-line";
import type { FieldsExperiment } from "@spiediff/experiment";
import type { FieldsEstimate } from "@spiediff/fdt-operators";
import { fieldsProcessOf } from "@spiediff/kmc";
import {
  claimRunFolder,
  estimateFieldsStage,
  readFieldsEstimates,
  RUN_FILES,
  runClock,
  simulateFieldsStage,
  trainFieldsStage,
  withRunLock,
} from "@spiediff/train/stages";
import { afterwards } from "../chosen_executor.ts";
import { runShards, type WorkFlags } from "../run_shards.ts";
import { textTable } from "../text_table.ts";

interface Flags {
  readonly json: boolean;
}

export async function simulateFields(
  experiment: FieldsExperiment,
  folder: string,
  flags: WorkFlags & { readonly overwrite: boolean },
): Promise<string> {
  const { seconds, detached } = await runShards(
    experiment,
    folder,
    "simulate",
    flags,
    (options) => simulateFieldsStage(experiment, folder, options),
    () => claimRunFolder(folder, experiment, flags.overwrite),
  );
  const profiles = experiment.profiles.map(({ name }) => name);
  if (flags.json) return JSON.stringify({ run: folder, profiles, seconds, detached }) + "\n";
  if (detached) return `Submitted. ${afterwards(folder)}\n`;
  return `Records of ${profiles.length} profiles: ${join(folder, "records")}\n` +
    `Next: spiediff estimate ${folder}\n`;
}

/** Work under a run folder's lock, with its stages. */
const inFolder = <T>(
  experiment: FieldsExperiment,
  folder: string,
  command: string,
  { json }: Flags,
  work: (run: StageRunner) => Promise<T>,
): Promise<{ readonly result: T; readonly seconds: StageRunner["seconds"] }> =>
  withRunLock(folder, command, async () => {
    const run = stageRunner({ silent: json, clock: await runClock(folder, experiment) });
    return { result: await work(run), seconds: run.seconds };
  });

export async function estimateFields(
  experiment: FieldsExperiment,
  folder: string,
  flags: Flags,
): Promise<string> {
  const stage = estimateFieldsStage(experiment, folder, { again: true });
  const { result, seconds } = await inFolder(
    experiment,
    folder,
    "estimate",
    flags,
    (run) => run(stage),
  );
  const { fields } = fieldsProcessOf(experiment.particles);
  const rows = result.map((estimate) => ({
    profile: estimate.profileName,
    realizations: estimate.realizations,
    fluxErrors: fields.map((_, f) => fluxError(estimate, f)),
  }));
  if (flags.json) return JSON.stringify({ run: folder, profiles: rows, seconds }) + "\n";
  return textTable(
    ["profile", "realizations", ...fields.map(({ name }) => `error of the flux of ${name}`)],
    rows.map(({ profile, realizations, fluxErrors }) => [
      profile,
      String(realizations),
      ...fluxErrors.map((error) => error.toExponential(1)),
    ]),
  ) + `Next: spiediff train ${folder}\n`;
}

/** Root mean square of the standard errors of one field's flux. */
function fluxError({ fluxCovariance, elements }: FieldsEstimate, field: number): number {
  let sum = 0;
  for (let e = 0; e < elements; e++) {
    const k = field * elements + e;
    sum += fluxCovariance.get(k, k) / elements;
  }
  return Math.sqrt(sum);
}

export async function trainFields(
  experiment: FieldsExperiment,
  folder: string,
  flags: Flags,
): Promise<string> {
  const { seconds } = await inFolder(experiment, folder, "train", flags, async (run) => {
    const estimates = await readFieldsEstimates(folder, experiment);
    return await run(trainFieldsStage(experiment, folder, estimates));
  });
  const model = join(folder, RUN_FILES.model);
  if (flags.json) return JSON.stringify({ run: folder, model, seconds }) + "\n";
  const { fields } = fieldsProcessOf(experiment.particles);
  const profile = fields.map(({ name }) => `${name}=...`).join("; ");
  return `Model: ${model}\nNext: spiediff report ${folder}\n` +
    `  or: spiediff predict ${model} --profile "${profile}"\n`;
}

export async function reportFields(
  experiment: FieldsExperiment,
  folder: string,
  flags: Flags & { readonly workers: number },
): Promise<string> {
  const { fieldsRunText, reportFieldsRun } = await import("@spiediff/demo");
  const run = await withRunLock(folder, "report", () =>
    reportFieldsRun(experiment, {
      folder,
      workers: flags.workers,
      silent: flags.json,
      command: `deno task spiediff report ${folder}`,
    }));
  return fieldsRunText(run, folder, flags.json);
}
