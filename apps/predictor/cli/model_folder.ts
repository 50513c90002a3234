import { textParser } from "@spiediff/command-line";

/** The one positional argument of the commands that read a model. */
export const MODEL_FOLDER = {
  kind: "tuple",
  parameters: [{ brief: "Model folder", placeholder: "MODEL", parse: textParser }],
} as const;
