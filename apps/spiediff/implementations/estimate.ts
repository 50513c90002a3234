import type { CommandContext } from "@stricli/core";
import { isOfFields, isSimulated } from "@spiediff/experiment";
import { stageRunner } from "@spiediff/command-line";
import type { RingEstimate } from "@spiediff/fdt-operators";
import {
  byProfile,
  estimateStage,
  readAnyRunExperiment,
  runClock,
  startText,
  withRunLock,
} from "@spiediff/train/stages";
import { textTable } from "../text_table.ts";

export interface EstimateFlags {
  readonly json: boolean;
}

/** Does what `estimate` asks for. */
export async function runEstimate(
  this: CommandContext,
  flags: EstimateFlags,
  folder: string,
): Promise<void> {
  const experiment = readAnyRunExperiment(folder);
  if (isOfFields(experiment)) {
    const { estimateFields } = await import("./fields_stages.ts");
    this.process.stdout.write(await estimateFields(experiment, folder, flags));
    return;
  }
  const { estimates, seconds } = await withRunLock(folder, "estimate", async () => {
    const run = stageRunner({ silent: flags.json, clock: await runClock(folder, experiment) });
    const estimates = await run(estimateStage(experiment, folder, { again: true }));
    return { estimates, seconds: run.seconds };
  });
  const warnings = estimates.flatMap((e) => e.warnings.map((t) => `${e.profileName}: ${t}`));
  const { stdout, stderr } = this.process;
  // Of particles of another code nobody knows.
  const start = isSimulated(experiment) ? startText(experiment) : null;
  if (flags.json) {
    const profiles = [...byProfile(estimates)]
      .map(([profile, own]) => ({ profile, ...errorsOf(own) }));
    stdout.write(JSON.stringify({ run: folder, start, profiles, warnings, seconds }) + "\n");
    return;
  }
  for (const warning of warnings) stderr.write(`warning: ${warning}\n`);
  stdout.write(
    summary(estimates) + (start === null ? "" : `${start}\n`) +
      `Next: spiediff train ${folder}\n`,
  );
}

/** Root mean square of the errors over that of the values, over all rings of nodes of a profile. */
function errorsOf(estimates: readonly RingEstimate[]) {
  const norm = (of: (one: RingEstimate) => readonly number[]) =>
    Math.hypot(...estimates.flatMap((one) => [...of(one)]));
  return {
    realizations: estimates[0].realizations,
    K1RelativeError: norm((one) => one.K1StandardError) / norm((one) => one.K1),
    fluxRelativeError: norm((one) => one.fluxStandardError) / norm((one) => one.flux),
  };
}

function summary(estimates: readonly RingEstimate[]): string {
  const percent = (value: number) => `${(100 * value).toPrecision(2)} %`;
  return textTable(
    ["profile", "realizations", "error of K1", "error of the flux"],
    [...byProfile(estimates)].map(([profile, own]) => {
      const { realizations, K1RelativeError, fluxRelativeError } = errorsOf(own);
      return [
        profile,
        String(realizations),
        percent(K1RelativeError),
        percent(fluxRelativeError),
      ];
    }),
  );
}
