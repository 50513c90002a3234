import { buildCommand } from "@stricli/core";
import type { DoctorFlags } from "../implementations/doctor.ts";

/** `doctor`: what is installed and how fast this machine is. */
export const doctorCommand = buildCommand<DoctorFlags, []>({
  docs: {
    brief: "Say what is installed, what runs the training, and how fast this machine is",
    fullDescription: [
      "Measures each stage for a moment on the real thing, a few seconds in all. Attach the output",
      "to a bug report.",
      "",
      "EXAMPLES",
      "  spiediff doctor",
      "  spiediff doctor --quick",
      "  spiediff doctor --json > machine.json",
    ].join("\n"),
  },
  parameters: {
    flags: {
      quick: { kind: "boolean", brief: "Look only, measure nothing", default: false },
      json: { kind: "boolean", brief: "Print the result as JSON and nothing else", default: false },
    },
  },
  loader: async () => (await import("../implementations/doctor.ts")).runDoctor,
});
