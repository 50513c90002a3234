import { join } from "node:path";
import { type Stage, stageRunner, writeDurably } from "@spiediff/command-line";
import { type Experiment, profileDensity, type SimulatedExperiment } from "@spiediff/experiment";
import { loadModel, predict, predictionCsv } from "@spiediff/predictor";
import {
  type BandCoverage,
  bandCoverage,
  courseTimes,
  kmcCsv,
  lawTables,
  reportData,
} from "@spiediff/run-report";
import { RUN_FILES, runClock, runSeconds, trainRun } from "@spiediff/train";
import { baselineStage } from "./baseline.ts";
import { type GroundTruth, groundTruthStage } from "./ground_truth.ts";
import { evaluateLaw } from "./learned_law.ts";
import { originOf } from "./origin.ts";
import { exactLaws } from "./reference.ts";
import type { RunResult } from "./run_result.ts";
import { reportFingerprint } from "./report_fingerprint.ts";

export interface DemoOptions {
  readonly folder: string;
  readonly workers: number;
  readonly silent: boolean;
  /** The command line that repeats this run, for the report. */
  readonly command: string;
}

/** A run with its direct simulation. */
export interface DemoResult extends RunResult {
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

/** Members behind pictures over time. */
const COURSE_MEMBERS = 200;

/** A prediction of a run's model, and what that model has learned. */
export type PredictedRun = Pick<RunResult, "prediction" | "course" | "predictionSeconds" | "law">;

/** Predicts the experiment's profile by the folder's model; evaluates what the model has learned. */
export function predictionStage(
  experiment: Experiment,
  folder: string,
  threads: number,
): Stage<PredictedRun> {
  return {
    title: "Predict with bands",
    async run(progress) {
      const start = performance.now();
      const model = await loadModel(join(folder, RUN_FILES.model), { threads });
      try {
        const { profile, times, members, ddimSteps } = experiment.prediction;
        const begin = (x: number) => profileDensity(profile, x);
        const sampler = { kind: "ddim", steps: ddimSteps } as const;
        const options = { seed: experiment.seed, sampler };
        const prediction = await predict(model, begin, times, { ...options, members });
        const predictionSeconds = (performance.now() - start) / 1000;
        progress(1, 3, "pictures");
        const course = await predict(model, begin, courseTimes(times), {
          ...options,
          members: Math.min(members, COURSE_MEMBERS),
          fluctuation: false,
        });
        progress(2, 3, "bands of the law");
        const law = await evaluateLaw(model, exactLaws(experiment), members, experiment.seed);
        return { prediction, course, predictionSeconds, law };
      } finally {
        await model.close();
      }
    },
  };
}

/** Writes tables, metrics and report. */
export async function writeResults(
  experiment: Experiment,
  options: Pick<DemoOptions, "folder" | "command">,
  result: RunResult,
): Promise<void> {
  const write = (name: string, text: string) => writeDurably(join(options.folder, name), text);
  // What draws is loaded at the end of a run, not at the start of every command.
  const { runReport } = await import("@spiediff/report");
  const origin = originOf(experiment, options.command, result.run.training.backend);
  const report = reportData(experiment, origin, result);
  for (const [name, text] of lawTables(result.law)) await write(name, text);
  await write("prediction.csv", predictionCsv(result.prediction));
  if (result.truth) await write("kmc.csv", kmcCsv(result.truth.statistics));
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
