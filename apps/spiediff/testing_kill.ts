/** Commands as processes of their own that are killed at a chosen moment. */
import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { DENO_AS_INSTALLED } from "@spiediff/train";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** When a command is killed, counted from the first change that it makes in its run folder. */
export type Moment = { readonly milliseconds: number } | { readonly changes: number };

/** How a process ended. */
export interface Ending {
  readonly killed: boolean;
  readonly code: number | null;
  readonly stderr: string;
}

/** Starts `spiediff` as a process of its own and kills it (SIGKILL) at a moment, or lets it end. */
export function runProcess(
  folder: string,
  args: readonly string[],
  moment?: Moment,
): Promise<Ending> {
  // As installed: runs at once would wait for one another to look after the packages, and say so.
  const deno = ["run", "-A", ...DENO_AS_INSTALLED, "--config", `${ROOT}deno.json`];
  const child = spawn(process.execPath, [...deno, `${ROOT}apps/spiediff/main.ts`, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (data) => stderr += data);
  const kill = () => child.kill("SIGKILL");
  let seen = 0;
  const release = moment && onChange(folder, () => {
    seen++;
    if ("changes" in moment) {
      if (seen === moment.changes) kill();
    } else if (seen === 1) setTimeout(kill, moment.milliseconds);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      release?.();
      resolve({ killed: signal === "SIGKILL", code, stderr });
    });
  });
}

/** Calls back for each change below a folder, until released. */
export function onChange(folder: string, callback: () => void): () => void {
  const watcher = watch(folder, { recursive: true }, callback);
  // A folder that goes while it is looked at is no failure.
  watcher.on("error", () => {});
  return () => watcher.close();
}

/** Seconds, times of day and the command line: what two runs of the same bits may differ in. */
const VARYING: Readonly<Record<string, readonly string[]>> = {
  "training.json": ["seconds"],
  "metrics.json": ["seconds", "wallClock", "command"],
};

/** Every file of a run folder by its path, without what may vary. */
export async function runContents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return Object.fromEntries(
    await Promise.all(files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [
        path.slice(folder.length + 1),
        fixedPart(folder, name, await readFile(path, "latin1")),
      ];
    })),
  );
}

function fixedPart(folder: string, name: string, text: string): string {
  if (name === "report.html") {
    const parts = text.replaceAll(folder, "RUN").replace(/Made [^.<]*\./, "").split("<figure");
    const isTimed = (part: string) => part.includes("wall-clock time");
    return parts.map((part) => isTimed(part) ? part.split("</figure>")[1] : part).join("<figure");
  }
  if (name === "seconds.json") return Object.keys(JSON.parse(text)).sort().join();
  if (VARYING[name] === undefined) return text;
  const fields = JSON.parse(text);
  for (const field of VARYING[name]) delete fields[field];
  return JSON.stringify(fields);
}
