import { join } from "node:path";
import { runStages, type Stage, type StageSeconds, writeDurably } from "@spiediff/command-line";
import { longRangeLimit, referenceFor } from "@spiediff/exact-reference";
import { type Experiment, profileDensity } from "@spiediff/experiment";
import { loadModel, predict, type Prediction, predictionCsv } from "@spiediff/predictor";
import { runReport } from "@spiediff/report";
import { RUN_FILES, type TrainedRun, trainStages } from "@spiediff/train";
import { type BandCoverage, bandCoverage } from "./band_coverage.ts";
import { type GroundTruth, groundTruth } from "./ground_truth.ts";
import { type ComparedLaw, compareLaw } from "./learned_functions.ts";
import { reportData } from "./report_data.ts";
import { freeEnergyCsv, k1Csv, kmcCsv } from "./tables.ts";

export interface DemoOptions {
  readonly folder: string;
  readonly workers: number;
  readonly silent: boolean;
  /** The command line that repeats this run, for the report. */
  readonly command: string;
}

/** Everything that the report is made of. */
export interface DemoResult {
  readonly run: TrainedRun;
  readonly law: ComparedLaw;
  readonly prediction: Prediction;
  /** Wall-clock seconds from loading the model to the last band. */
  readonly predictionSeconds: number;
  readonly truth: GroundTruth;
  readonly coverage: BandCoverage;
  readonly seconds: StageSeconds;
}

/**
 * The main job: particles, operators, training, prediction with bands, direct simulation beside it,
 * report. Files land in `options.folder` (docs/formats.md lists them).
 */
export async function runDemo(experiment: Experiment, options: DemoOptions): Promise<DemoResult> {
  const { folder, workers } = options;
  const run: TrainedRun = { estimates: [] };
  const made: { -readonly [K in keyof DemoResult]?: DemoResult[K] } = {};
  const stages: Stage[] = [
    ...trainStages(experiment, { folder, workers }, run),
    {
      title: "Predict with bands",
      run: async (progress) => {
        const start = performance.now();
        const model = await loadModel(join(folder, RUN_FILES.model), { threads: workers });
        try {
          const { profile, times, members, ddimSteps } = experiment.prediction;
          made.prediction = await predict(model, (x) => profileDensity(profile, x), times, {
            seed: experiment.seed,
            members,
            sampler: { kind: "ddim", steps: ddimSteps },
          });
          made.predictionSeconds = (performance.now() - start) / 1000;
          progress(1, 2, "bands of the law");
          made.law = await compareLaw(
            model,
            referenceFor(experiment.particles),
            longRangeLimit(experiment.particles),
            members,
            experiment.seed,
          );
        } finally {
          await model.close();
        }
      },
    },
    {
      title: "Simulate the same times directly",
      run: async (progress) => {
        made.truth = await groundTruth(experiment, folder, workers, progress);
      },
    },
  ];
  const seconds = await runStages(stages, { silent: options.silent });
  const { prediction, law, truth, predictionSeconds } = made as DemoResult;
  const coverage = bandCoverage(prediction, truth.statistics);
  const result = { run, law, prediction, predictionSeconds, truth, coverage, seconds };
  await writeResults(experiment, options, result);
  return result;
}

async function writeResults(
  experiment: Experiment,
  options: DemoOptions,
  result: DemoResult,
): Promise<void> {
  const write = (name: string, text: string) => writeDurably(join(options.folder, name), text);
  const report = reportData(experiment, options.command, result);
  await write("k1.csv", k1Csv(result.law));
  await write("free-energy.csv", freeEnergyCsv(result.law));
  await write("prediction.csv", predictionCsv(result.prediction));
  await write("kmc.csv", kmcCsv(result.truth.statistics));
  await write("report.html", runReport(report));
  const { metrics, warnings, wallClock } = report;
  const record = { command: options.command, seed: experiment.seed, metrics, wallClock, warnings };
  await write(
    "metrics.json",
    JSON.stringify({ ...record, seconds: result.seconds }, null, 2) + "\n",
  );
}
