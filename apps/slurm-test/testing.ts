import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type ExperimentInput, preset } from "@spiediff/experiment";
import { runSpiediff } from "@spiediff/spiediff";

const small = preset("quick", 5);

/** Everything that a real run has, and far too little data to be good: shards take no time. */
export const QUICK: ExperimentInput = {
  ...small,
  particles: { ...small.particles, sites: 200, halfWidth: 4 },
  elements: 10,
  profiles: small.profiles.slice(0, 2),
  sampling: { realizations: 200, burnIn: 1e-5, h: [1e-4, 2e-4] },
  training: { hidden: [8, 8], batch: 40, steps: { k1: 200, freeEnergy: 200 } },
  prediction: { ...small.prediction, times: [0, 0.001], members: 20 },
};

/** The same with so many realizations that each of four shards takes seconds: time to be killed in. */
export const SLOW: ExperimentInput = {
  ...QUICK,
  name: "slow",
  particles: small.particles,
  elements: 25,
  profiles: small.profiles.slice(0, 1),
  sampling: { realizations: 24_000, burnIn: 1e-5, h: [1e-6] },
};

export function experimentFile(folder: string, experiment: ExperimentInput): string {
  const path = join(folder, `${experiment.name}.json`);
  writeFileSync(path, JSON.stringify(experiment));
  return path;
}

/** Runs the command line and keeps what it prints. */
export async function spiediff(...args: string[]) {
  let stdout = "", stderr = "";
  const code = await runSpiediff(args, {
    stdout: { write: (text: string) => void (stdout += text) },
    stderr: { write: (text: string) => void (stderr += text) },
    env: {},
  });
  return { code, stdout, stderr };
}

/** The same in a process of its own. */
export function spiediffProcess(...args: string[]) {
  const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
  const child = spawn(process.execPath, [
    ...[
      "run",
      "-A",
      "--node-modules-dir=manual",
      "--config",
      root("deno.json"),
      root("apps/spiediff/main.ts"),
    ],
    ...args,
  ]);
  let stderr = "";
  child.stderr.on("data", (text) => stderr += text);
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, stderr }))
  );
  return { child, ended };
}

/** SHA-256 of every file below a folder, by path: two results are the same bits if these are equal. */
export async function hashes(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries.filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name)).sort();
  const found: Record<string, string> = {};
  for (const path of paths) {
    const hash = createHash("sha256").update(await readFile(path)).digest("hex");
    found[path.slice(folder.length + 1)] = hash;
  }
  return found;
}

/** Waits for something, at most a minute and a half. */
export async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (let looks = 0; looks < 900; looks++) {
    const found = await look();
    if (found) return found;
    await pause(100);
  }
  throw new Error(`Waited for ${what} in vain.`);
}

/** Process that makes a shard of a run; undefined if none does. */
export function taskOf(runFolder: string, shard: number): number | undefined {
  const folder = join(runFolder, "shards", "simulate");
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      if (words.includes(folder) && words.includes(String(shard))) return Number(pid);
    } catch { /* It has just ended. */ }
  }
  return undefined;
}

/** Runs a program of the system. @returns whether it ended well. */
export const succeeds = (program: string, ...args: string[]): Promise<boolean> =>
  new Promise((resolve) => execFile(program, args, (error) => resolve(error === null)));
