import process from "node:process";
import { buildCommand } from "@stricli/core";
import { numberParser, textParser, UserError, writeAllDurably } from "@spiediff/command-line";
import { watchPage } from "../watch/page.ts";
import { runProgress } from "../watch/progress.ts";
import { watchRun } from "../watch/server.ts";
import { runFolder } from "../run_experiment.ts";

interface WatchFlags {
  readonly port: number;
  readonly page?: string;
  readonly json: boolean;
}

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
  async func({ port, page, json }, folder) {
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
      throw new UserError(`--port must be a whole number from 0 to 65535, not ${port}.`);
    }
    const say = (text: string, object: object) =>
      this.process.stdout.write(json ? JSON.stringify(object) + "\n" : text + "\n");
    if (page !== undefined) {
      const progress = await runProgress(folder);
      await writeAllDurably(new Map([[page, watchPage(folder, progress, false)]]));
      say(`Page: ${page} (${progress.phase})`, { page, phase: progress.phase });
      return;
    }
    const watch = await watchRun(folder, port);
    say(`Watching ${folder} at ${watch.url}`, { url: watch.url });
    await new Promise<void>((resolve) => {
      for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => resolve());
    });
    await watch.close();
  },
});
