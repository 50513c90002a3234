import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planOf } from "./plan_file.ts";
import type { SlurmClient } from "./slurm/client.ts";
import type { ComputeShard, Job } from "./types.ts";

/** A work for tests: bytes that depend on argument and shard only. */
export const computeShard: ComputeShard = (argument, shard, shards) => {
  const { size, fails } = argument as { size: number; fails?: number };
  if (shard === fails) throw new RangeError(`shard ${shard} of ${shards} is not allowed.`);
  return Promise.resolve(Uint8Array.from({ length: size }, (_, i) => (31 * shard + 7 * i) & 255));
};

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), "spiediff-shards-"));

/** A job of that work in a folder; its merge does nothing. */
export function testJob(folder: string, shards: number, argument: object = { size: 1000 }): Job {
  return {
    plan: planOf("test", argument, shards, "test 1"),
    folder,
    argument,
    module: import.meta.url,
    ownProcess: false,
    shardCommand: ["/bin/make it", folder],
    mergeCommand: ["/bin/make it", folder, "merge"],
    merge: () => Promise.resolve(),
  };
}

/** A Slurm that answers as told, to sbatch 101 and so on by itself, and keeps what it heard. */
export function slurm(answers: Partial<Record<string, () => string>> = {}) {
  const calls: string[][] = [];
  let id = 100;
  const client: SlurmClient = (command, args) => {
    calls.push([command, ...args]);
    const answer = answers[command] ??
      (command === "sbatch" ? () => `${++id};cluster\n` : () => "");
    return Promise.resolve().then(answer);
  };
  return { client, calls, of: (command: string) => calls.filter(([name]) => name === command) };
}
