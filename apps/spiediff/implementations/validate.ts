import type { CommandContext, StricliProcess } from "@stricli/core";
import { stageRunner, UserError } from "@spiediff/command-line";
import { formatNumber, formatPercent } from "@spiediff/report/text";
import { textTable } from "../text_table.ts";
import { validateStage, type Validation } from "../validate/validate_run.ts";

export interface ValidateFlags {
  readonly members: number;
  readonly level: number;
  readonly seed?: number;
  readonly workers: number;
  readonly json: boolean;
}

/** Does what `validate` asks for. */
export async function runValidate(
  this: CommandContext,
  { json, ...flags }: ValidateFlags,
  folder: string,
  path: string,
): Promise<void> {
  // The members' covariance is a part of the errors.
  if (!(flags.members >= 30)) {
    throw new UserError(`--members must be at least 30, not ${flags.members}.`);
  }
  const run = stageRunner({ silent: json });
  const result = await run(validateStage(folder, path, flags));
  this.process.stdout.write(
    json ? JSON.stringify({ run: folder, ...result }) + "\n" : validationText(result),
  );
  if (result.verdict === "refused") (this.process as StricliProcess).exitCode = 1;
}

function validationText(result: Validation): string {
  const { profiles, times, test, waves, coverage, verdict, fluctuationRatio } = result;
  const rows = profiles.flatMap((profile, p) =>
    times.map((time, t) => {
      const { residual } = profile.times[t];
      const square = residual.reduce((sum, z) => sum + z * z / residual.length, 0);
      const ratio = fluctuationRatio[p]?.[t];
      return [
        profile.profileName,
        formatNumber(time),
        formatNumber(Math.sqrt(square)),
        formatNumber(residual.reduce((most, z) => Math.abs(z) > Math.abs(most) ? z : most, 0)),
        ratio === undefined ? "-" : formatNumber(ratio),
        t === 0 ? formatNumber(profile.test.pValue) : "",
      ];
    })
  );
  const header = [
    ...["profile", "time", "rms residual", "largest", "fluctuations", "p of the profile"],
  ];
  return textTable(header, rows) +
    "Residuals in standard errors of snapshots and model; fluctuations: measured over predicted.\n" +
    `Band: ${formatPercent(coverage.plain)} of the means inside, ` +
    `${formatPercent(coverage.withErrors)} with the snapshots' errors.\n` +
    `${test.dimension} numbers (${waves} ${waves === 1 ? "wave" : "waves"} at each time), ` +
    `chi-square ${formatNumber(test.square)}.\n` +
    (verdict === "refused" ? "refused" : "consistent") + ` (p = ${formatNumber(test.pValue)})\n`;
}
