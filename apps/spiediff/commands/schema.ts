import { buildCommand } from "@stricli/core";

/** `schema`: what editors need to complete and check experiment files. */
export const schemaCommand = buildCommand<Record<never, never>, []>({
  docs: {
    brief: "Print the JSON schema of experiment files, for editors",
    fullDescription: [
      'Name the schema in the file\'s first field, {"$schema": "./experiment.schema.json", ...}, and',
      "an editor completes fields, shows what they mean and marks mistakes.",
      "",
      "EXAMPLES",
      "  spiediff schema > experiment.schema.json",
    ].join("\n"),
  },
  parameters: {},
  loader: async () => (await import("../implementations/schema.ts")).runSchema,
});
