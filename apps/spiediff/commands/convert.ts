import { buildCommand } from "@stricli/core";
import { textParser } from "@spiediff/command-line";
import type { ConvertFlags } from "../implementations/convert.ts";

/** `convert OLD NEW`: a model folder of an earlier version in today's. */
export const convertCommand = buildCommand<ConvertFlags, [string, string]>({
  docs: {
    brief: "Bring a model folder of version 2 to today's version; its law stays the same",
    fullDescription: [
      "Version 2 had learned K1 = -m/Delta of its own mesh, this one the mobility m. The networks are",
      "copied as they are, and every member is the member that it was.",
      "",
      "EXAMPLES",
      "  spiediff convert old-model model",
      "  spiediff convert runs/first/model model --json",
      "  spiediff convert model model --overwrite",
    ].join("\n"),
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        { brief: "Model folder of version 2", placeholder: "OLD", parse: textParser },
        { brief: "Model folder to write", placeholder: "NEW", parse: textParser },
      ],
    },
    flags: {
      overwrite: { kind: "boolean", brief: "Replace the model that NEW holds", default: false },
      json: {
        kind: "boolean",
        brief: "Print the new manifest as JSON and nothing else",
        default: false,
      },
    },
  },
  loader: async () => (await import("../implementations/convert.ts")).runConvert,
});
