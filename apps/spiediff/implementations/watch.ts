import type { CommandContext } from "@stricli/core";
import process from "node:process";
import { UserError, writeAllDurably } from "@spiediff/command-line";
import { watchPage } from "../watch/page.ts";
import { runProgress } from "../watch/progress.ts";
import { watchRun } from "../watch/server.ts";

export interface WatchFlags {
  readonly port: number;
  readonly page?: string;
  readonly json: boolean;
}

/** Does what `watch` asks for. */
export async function runWatch(
  this: CommandContext,
  { port, page, json }: WatchFlags,
  folder: string,
): Promise<void> {
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
}
