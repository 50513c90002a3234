import { buildCommand } from "@stricli/core";
import { UserError } from "@spiediff/command-line";
import type { EngineFlags } from "../implementations/engine.ts";

const ACTIONS = ["build"] as const;

function parseAction(text: string): typeof ACTIONS[number] {
  if (text === "build") return text;
  throw new UserError(`ACTION must be build, not "${text}".`);
}

/** `engine build`: the particle loops as native code for this machine. */
export const engineCommand = buildCommand<EngineFlags, ["build"]>({
  docs: {
    brief: "Build the particle loops as native code for this machine, where a C compiler is",
    fullDescription: [
      "Compiles the loops for this very processor, tests that their bits are WebAssembly's, and keeps",
      "them in the user's cache, by source, processor and compiler: the nodes of a cluster each need",
      "their own build. Nothing else is changed, and nothing needs it; `doctor` says what it gains.",
      "",
      "EXAMPLES",
      "  spiediff engine build",
      "  spiediff engine build && spiediff simulate runs/first --preset quick --engine native",
      "  srun --ntasks-per-node=1 --nodes=8 spiediff engine build",
    ].join("\n"),
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{
        brief: ACTIONS.join(", "),
        placeholder: "ACTION",
        parse: parseAction,
        proposeCompletions: () => ACTIONS,
      }],
    },
    flags: {
      json: { kind: "boolean", brief: "Print the result as JSON and nothing else", default: false },
    },
  },
  loader: async () => (await import("../implementations/engine.ts")).runEngine,
});
