import { join } from "node:path";
import { type Stage, stageRunner, writeDurably } from "@spiediff/command-line";
import {
  dimensionOf,
  type Experiment,
  experimentUnits,
  type SimulatedExperiment,
} from "@spiediff/experiment";
import { LAW_UNITS, type UnitSystem } from "@spiediff/law";
import { loadModel } from "@spiediff/predictor";
import {
  type BandCoverage,
  bandCoverage,
  kmcCsv,
  lawTables,
  reportData,
  reportInUnits,
} from "@spiediff/run-report";
import { RUN_FILES, runClock, runSeconds, trainRun } from "@spiediff/train";
import { baselineStage } from "./baseline.ts";
import { type GroundTruth, groundTruthStage } from "./ground_truth.ts";
import { evaluateLaw } from "./learned_law.ts";
import { originOf } from "./origin.ts";
import { exactLaws } from "./reference.ts";
import { predictFieldOf } from "./predict_field.ts";
import { predictProfileOf } from "./predict_profile.ts";
import type { PredictedProfile, RunResult } from "./run_result.ts";
import { reportFingerprint } from "./report_fingerprint.ts";

export interface DemoOptions {
  readonly folder: string;
  readonly workers: number;
  readonly silent: boolean;
  /** The command line that repeats this run, for the report. */
  readonly command: string;
  /** Tell all in the law's own units, not in those of the particles' files. */
  readonly dimensionless?: boolean;
}

/** A run with its direct simulation. */
export interface DemoResult<Predicted = RunResult["prediction"]> extends RunResult<Predicted> {
  readonly truth: GroundTruth;
  readonly coverage: BandCoverage;
}

/**
 * The main job: particles, operators, training, prediction with bands, direct simulation beside it,
 * report. Files land in `options.folder` (docs/formats.md lists them).
 */
export async function runDemo(
  experiment: SimulatedExperiment,
  options: DemoOptions,
): Promise<DemoResult> {
  const { folder, workers, silent } = options;
  const run = stageRunner({ silent, clock: await runClock(folder, experiment) });
  const trained = await trainRun(experiment, folder, workers, run);
  const predicted = await run(predictionStage(experiment, folder, workers));
  const laws = exactLaws(experiment);
  const baseline = laws === null
    ? undefined
    : await run(baselineStage(experiment, folder, trained, laws));
  const truth = await run(groundTruthStage(experiment, folder, workers));
  const coverage = bandCoverage(predicted.prediction, truth.statistics);
  const seconds = runSeconds(folder);
  const result = { run: trained, ...predicted, baseline, truth, coverage, seconds };
  await writeResults(experiment, options, result);
  return result;
}

/** Least members behind bands of the law: of 60 the band of whole curves is uncertain to a fifth of its width. */
const LAW_MEMBERS = 400;

/** A prediction of a run's model, and what that model has learned. */
export type PredictedRun = PredictedProfile & Pick<RunResult, "predictionSeconds" | "law">;

/** Predicts the experiment's profile by the folder's model; evaluates what the model has learned. */
export function predictionStage(
  experiment: Experiment,
  folder: string,
  threads: number,
  units: UnitSystem = LAW_UNITS,
): Stage<PredictedRun> {
  return {
    title: "Predict with bands",
    async run(progress) {
      const start = performance.now();
      const model = await loadModel(join(folder, RUN_FILES.model), { threads });
      try {
        const laws = exactLaws(experiment), { prediction: { members }, seed } = experiment;
        let predictionSeconds = 0;
        const onPredicted = () => {
          predictionSeconds = (performance.now() - start) / 1000;
          progress(1, 3, "pictures");
        };
        const predicted = dimensionOf(experiment) === 1
          ? await predictProfileOf(model, experiment, onPredicted, units)
          : await predictFieldOf(model, experiment, laws, onPredicted);
        progress(2, 3, "bands of the law");
        const law = await evaluateLaw(model, laws, Math.max(members, LAW_MEMBERS), seed);
        return { ...predicted, predictionSeconds, law };
      } finally {
        await model.close();
      }
    },
  };
}

/** What a run's tables and report are told in. */
export const unitsOf = (
  experiment: Experiment,
  { dimensionless = false }: Pick<DemoOptions, "dimensionless">,
): UnitSystem => dimensionless ? LAW_UNITS : experimentUnits(experiment);

/** Writes tables, metrics and report. */
export async function writeResults(
  experiment: Experiment,
  options: Pick<DemoOptions, "folder" | "command" | "dimensionless">,
  result: RunResult,
): Promise<void> {
  const write = (name: string, content: string | Uint8Array) =>
    writeDurably(join(options.folder, name), content);
  // What draws is loaded at the end of a run, not at the start of every command.
  const { runReport } = await import("@spiediff/report");
  const origin = originOf(experiment, options.command, result.run.training.backend);
  const units = unitsOf(experiment, options);
  const report = reportInUnits(reportData(experiment, origin, result), units);
  for (const [name, text] of lawTables(result.law, units)) await write(name, text);
  for (const [name, content] of Object.entries(result.files)) await write(name, content);
  if (result.truth) {
    await write("kmc.csv", kmcCsv(result.truth.statistics, dimensionOf(experiment)));
  }
  await write("report.html", runReport(report));
  const { metrics: { reference, ...metrics }, start, warnings, wallClock } = report;
  const madeFrom = await reportFingerprint(experiment, result.run.training.fingerprint);
  const record = {
    ...{ command: options.command, seed: experiment.seed, madeFrom },
    ...{ start, reference, metrics, ...result.run.training.tests, wallClock, warnings },
  };
  await write(
    "metrics.json",
    JSON.stringify({ ...record, baseline: result.baseline, seconds: result.seconds }, null, 2) +
      "\n",
  );
}
