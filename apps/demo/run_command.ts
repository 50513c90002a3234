import type { CommandContext } from "@stricli/core";
import { join } from "node:path";
import {
  claimHolds,
  formatNumber,
  formatPercent,
  formatSeconds,
  metricClaims,
} from "@spiediff/report/text";
import { isOfFields } from "@spiediff/experiment";
import type { LoopsChoice } from "@spiediff/kmc";
import { runMetrics, runWarnings } from "@spiediff/run-report";
import {
  claimRunFolder,
  defaultRunFolder,
  type ExperimentFlags,
  requireOwnParticles,
  selectExperiment,
  startText,
  useEngine,
  withRunLock,
} from "@spiediff/train";
import { type DemoResult, runDemo } from "./demo_run.ts";
import { fieldsDemo, fieldsRunText } from "./fields/command.ts";

export interface DemoFlags extends ExperimentFlags {
  readonly quick: boolean;
  readonly out?: string;
  readonly overwrite: boolean;
  readonly workers: number;
  readonly engine?: LoopsChoice;
  readonly json: boolean;
}

/** Does what the command asks for. */
export async function runDemoCommand(this: CommandContext, flags: DemoFlags): Promise<void> {
  const experiment = selectExperiment(asAsked(flags));
  if (isOfFields(experiment)) {
    const folder = flags.out ?? defaultRunFolder(experiment);
    const options = { folder, workers: flags.workers, silent: flags.json };
    const command = commandLine(flags, experiment.seed);
    const run = await fieldsDemo(experiment, { ...options, command }, flags.overwrite);
    for (const warning of flags.json ? [] : run.warnings) {
      this.process.stderr.write(`warning: ${warning}\n`);
    }
    this.process.stdout.write(fieldsRunText(run, folder, flags.json));
    return;
  }
  requireOwnParticles(experiment);
  // Also refuses starts that cannot be had, before anything is written.
  const start = startText(experiment);
  const engine = useEngine(flags.engine, experiment.particles);
  const folder = flags.out ?? defaultRunFolder(experiment);
  const result = await withRunLock(folder, "demo", async () => {
    await claimRunFolder(folder, experiment, flags.overwrite);
    return await runDemo(experiment, {
      folder,
      workers: flags.workers,
      silent: flags.json,
      command: commandLine(flags, experiment.seed),
    });
  });
  const { stdout, stderr } = this.process;
  const warnings = runWarnings(result);
  if (flags.json) {
    stdout.write(JSON.stringify({ folder, engine, warnings, ...figuresOf(result) }) + "\n");
  } else {
    for (const warning of warnings) stderr.write(`warning: ${warning}\n`);
    stdout.write(`  ${start}\n  Engine: ${engine}\n` + summary(result, folder));
  }
}

/** The small run of the preset that is taken unless another is named has a preset of its own. */
const asAsked = (flags: DemoFlags): DemoFlags =>
  flags.quick && flags.preset === "lrm" ? { ...flags, preset: "quick" } : flags;

/** The command that repeats a run. */
export function commandLine(
  flags: Pick<DemoFlags, "experiment" | "preset" | "quick">,
  seed: number,
): string {
  const source = flags.experiment
    ? ` --experiment ${flags.experiment}`
    : flags.preset === "lrm"
    ? ""
    : ` --preset ${flags.preset}`;
  return `deno task demo${source}${flags.quick ? " --quick" : ""} --seed ${seed}`;
}

const figuresOf = (result: DemoResult) => ({
  metrics: runMetrics(result),
  seconds: result.seconds,
  predictionSeconds: result.predictionSeconds,
});

function summary(result: DemoResult, folder: string): string {
  const lines = metricClaims(runMetrics(result)).map((claim) =>
    `  ${claimHolds(claim) ? "holds " : "MISSED"}  ${claim.name}: ${formatNumber(claim.value)}` +
    (claim.max === undefined ? "" : ` (bound ${formatNumber(claim.max)})`)
  );
  const { coverage, exact, truth, predictionSeconds } = result;
  const ratio = truth.seconds / predictionSeconds;
  return [
    ...lines,
    `  Inside the 95 % band: ${formatPercent(coverage.withKmcError)} of the simulated densities, ` +
    `their own error added (${formatPercent(coverage.plain)} without).`,
    ...(exact
      ? [
        `  Beside the exact law's equation: ${formatPercent(exact.inside)} inside of the band, ` +
        `${formatPercent(exact.deviation, 2)} off (relative L2).`,
      ]
      : []),
    `  Prediction ${formatSeconds(predictionSeconds)}, direct simulation ` +
    `${formatSeconds(truth.seconds)}: ${formatNumber(ratio)} times as long.`,
    `Report: ${join(folder, "report.html")}`,
    "",
  ].join("\n");
}
