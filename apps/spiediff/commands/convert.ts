import { existsSync } from "node:fs";
import { buildCommand } from "@stricli/core";
import { clearLeftoversOf, textParser, UserError } from "@spiediff/command-line";
import { convertModel } from "@spiediff/model-artifact";

interface ConvertFlags {
  readonly overwrite: boolean;
  readonly json: boolean;
}

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
  async func({ overwrite, json }, from, to) {
    clearLeftoversOf(to);
    if (!overwrite && existsSync(to)) {
      throw new UserError(
        `${to} exists. Choose another folder, or add --overwrite, which replaces a model there.`,
      );
    }
    const manifest = await convertModel(from, to);
    this.process.stdout.write(
      json
        ? JSON.stringify(manifest) + "\n"
        : `${from} is converted to version ${manifest.version}: ${to}\n`,
    );
  },
});
