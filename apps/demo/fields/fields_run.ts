/** The whole road of several fields: particles, estimates, a model folder, a prediction, a report. */
import { join } from "node:path";
import { type Stage, stageRunner, UserError, writeDurably } from "@spiediff/command-line";
import { type FieldsExperiment, startOf } from "@spiediff/experiment";
import { fieldsProcessOf } from "@spiediff/kmc";
import { fieldsCsv, fieldsWarnings, loadFieldsModel, predictFields } from "@spiediff/predictor";
import {
  keptFieldsModel,
  readFieldsEstimates,
  RUN_FILES,
  runClock,
  runSeconds,
  trainFieldsRun,
  trainingHash,
} from "@spiediff/train";
import { exactFields, invariantClaims, lawClaims, predictionClaims } from "./figures_of_merit.ts";
import type { FieldsRun } from "./run_types.ts";
import { fieldsRunReport } from "./report.ts";
import { fieldsTruthStage, keptTruth } from "./truth_stage.ts";

/** How a run is asked for. */
export interface FieldsRunOptions {
  readonly folder: string;
  readonly workers: number;
  readonly silent: boolean;
  /** The command line that repeats this run, for the report. */
  readonly command: string;
}

/** Particles to a report. */
export async function runFieldsDemo(
  experiment: FieldsExperiment,
  options: FieldsRunOptions,
): Promise<FieldsRun> {
  const { folder, workers, silent } = options;
  const run = stageRunner({ silent, clock: await runClock(folder, experiment) });
  const { estimates } = await trainFieldsRun(experiment, folder, workers, run);
  const predicted = await run(predictionStage(experiment, folder));
  const truth = await run(fieldsTruthStage(experiment, folder));
  return await finished(experiment, options, { estimates, ...predicted, truth });
}

/**
 * The report of a run folder that has a model: predicts again, simulates nothing.
 *
 * @throws {UserError} naming what the folder lacks and the command that makes it.
 */
export async function reportFieldsRun(
  experiment: FieldsExperiment,
  options: FieldsRunOptions,
): Promise<FieldsRun> {
  const { folder, silent } = options;
  const estimates = await readFieldsEstimates(folder, experiment);
  if (await keptFieldsModel(folder, await trainingHash(experiment, estimates)) === undefined) {
    throw new UserError(
      `${folder} has no trained model of its experiment and estimates. ` +
        `Make it by \`spiediff train ${folder}\`.`,
    );
  }
  const run = stageRunner({ silent, clock: await runClock(folder, experiment) });
  const predicted = await run(predictionStage(experiment, folder));
  const truth = await keptTruth(experiment, folder);
  return await finished(experiment, options, { estimates, ...predicted, truth });
}

type Predicted = Pick<FieldsRun, "model" | "prediction" | "course" | "exact">;

/** Times of pictures over space and time. */
const COURSE = 60;

function predictionStage(experiment: FieldsExperiment, folder: string): Stage<Predicted> {
  return {
    title: "Predict with bands",
    async run(progress) {
      const model = await loadFieldsModel(join(folder, RUN_FILES.model));
      const { profile, times, nodes } = experiment.prediction;
      const start = fieldsProcessOf(experiment.particles).startFields(startOf(profile), nodes);
      const members = model.members.length;
      const prediction = predictFields(model, start, times, {
        onShare: (share) => progress(Math.round(share * members), members + 2, "members"),
      });
      const last = times.at(-1)!;
      const shares = Array.from({ length: COURSE + 1 }, (_, k) => last * k / COURSE);
      const course = predictFields(model, start, shares, { members: 2 });
      progress(members + 1, members + 2, "differential equation");
      return { model, prediction, course, exact: exactFields(experiment) };
    },
  };
}

async function finished(
  experiment: FieldsExperiment,
  options: FieldsRunOptions,
  run: Predicted & Pick<FieldsRun, "estimates" | "truth">,
): Promise<FieldsRun> {
  const { folder, command } = options;
  const { model, estimates, prediction, exact, truth } = run;
  const claims = [
    ...lawClaims(experiment, model, estimates),
    ...predictionClaims(prediction, exact, truth, experiment.elements),
    ...invariantClaims(prediction),
  ];
  const warnings = fieldsWarnings(prediction);
  const result: FieldsRun = { ...run, claims, warnings, seconds: runSeconds(folder) };
  const write = (name: string, text: string) => writeDurably(join(folder, name), text);
  await write("prediction.csv", fieldsCsv(prediction));
  await write("report.html", await fieldsRunReport(experiment, result, command));
  const metrics = { command, seed: experiment.seed, claims, warnings, seconds: result.seconds };
  await write("metrics.json", JSON.stringify(metrics, null, 2) + "\n");
  return result;
}
