import { buildCommand } from "@stricli/core";
import { numberParser, textParser } from "@spiediff/command-line";
import { LEAST_P_VALUE } from "@spiediff/fdt-operators/least-p-value";
import { experimentFlags } from "@spiediff/train/flags";
import type { ValidateFlags } from "../implementations/validate.ts";

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
  loader: async () => (await import("../implementations/validate.ts")).runValidate,
});
