import { buildCommand } from "@stricli/core";
import { numberParser, textParser } from "@spiediff/command-line";
import { runFolder } from "../run_flags.ts";
import type { WatchFlags } from "../implementations/watch.ts";

/** `watch RUN`: a live view of a run. */
export const watchCommand = buildCommand<WatchFlags, [string]>({
  docs: {
    brief: "Show a run while it runs: losses, K1 and f with bands, in the browser",
    fullDescription: [
      "Serves a page on this machine only (127.0.0.1) that follows the files of the run folder; the",
      "run itself is another command, in another terminal. Stop it by Ctrl-C.",
      "",
      "EXAMPLES",
      "  spiediff watch runs/first",
      "  spiediff watch runs/first --port 0 --json",
      "  spiediff watch runs/first --page now.html",
    ].join("\n"),
  },
  parameters: {
    positional: runFolder,
    flags: {
      port: {
        kind: "parsed",
        parse: numberParser,
        brief: "Port; 0 takes a free one",
        default: "8770",
      },
      page: {
        kind: "parsed",
        parse: textParser,
        brief: "Write the page of this moment to a file and exit",
        optional: true,
      },
      json: { kind: "boolean", brief: "Print the address as JSON", default: false },
    },
  },
  loader: async () => (await import("../implementations/watch.ts")).runWatch,
});
