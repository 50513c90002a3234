import { buildCommand, type StricliProcess } from "@stricli/core";
import { numberParser, stageRunner, textParser, UserError } from "@spiediff/command-line";
import { LEAST_P_VALUE } from "@spiediff/fdt-operators";
import { formatNumber, formatPercent } from "@spiediff/report";
import { experimentFlags } from "@spiediff/train";
import { textTable } from "../text_table.ts";
import { validateStage, type Validation } from "../validate/validate_run.ts";

interface ValidateFlags {
  readonly members: number;
  readonly level: number;
  readonly seed?: number;
  readonly workers: number;
  readonly json: boolean;
}

const text = (placeholder: string, brief: string) => ({ brief, placeholder, parse: textParser });
const parsed = { kind: "parsed", parse: numberParser } as const;

/** `validate RUN SNAPSHOTS`: a model against snapshots at later times. */
export const validateCommand = buildCommand<ValidateFlags, [string, string]>({
  docs: {
    brief: "Hold a model against snapshots at later times: coverage, residuals, verdict",
    fullDescription: [
      "SNAPSHOTS is a description as `spiediff import` takes it (docs/bring-your-own-data.md), of",
      "realizations that the model was not trained on; its times h may be long. Each profile is",
      "predicted by RUN/model from its own mean at the first snapshot. The p-value is the probability",
      `of larger differences if the model holds; below ${LEAST_P_VALUE} it is refused.`,
      "",
      "EXAMPLES",
      "  spiediff validate runs/mine later.json",
      "  spiediff validate runs/mine later.json --json",
      "  spiediff validate runs/mine later.json --members 500 --level 0.9",
      "",
      "EXIT CODES",
      "  0 consistent, 1 refused (and anything else), 2 a mistake that you can mend",
    ].join("\n"),
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        text("RUN", "Run folder with a model"),
        text("SNAPSHOTS", "Description of the snapshots"),
      ],
    },
    flags: {
      members: { ...parsed, brief: "Ensemble members", default: "200" },
      level: { ...parsed, brief: "Probability inside of the band", default: "0.95" },
      seed: { ...parsed, brief: "Seed of the members, if not the model's", optional: true },
      workers: { ...experimentFlags.workers, brief: "Threads of one inference", default: "2" },
      json: { kind: "boolean", brief: "Print the result as JSON and nothing else", default: false },
    },
  },
  async func({ json, ...flags }, folder, path) {
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
  },
});

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
