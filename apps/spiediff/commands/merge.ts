import { buildCommand } from "@stricli/core";
import { UserError } from "@spiediff/command-line";
import { type Job, packShards, parseRanges } from "@spiediff/executor";
import {
  experimentFlags,
  readRunExperiment,
  SHARD_PATIENCE,
  withRunLock,
  type WorkName,
  WORKS,
} from "@spiediff/train";
import { nothingPlanned, plannedJobs } from "../planned_jobs.ts";
import { runFolder } from "../run_experiment.ts";

interface MergeFlags {
  readonly work?: WorkName;
  readonly pack?: readonly number[];
  readonly json: boolean;
}

/** `merge RUN`: shards to results. */
export const mergeCommand = buildCommand<MergeFlags, [string]>({
  docs: {
    brief: "Merge the shards of a run folder, however they were made",
    fullDescription: [
      "Checks that every shard is there once, whole and of this very work, and writes what one machine",
      "would have written, bit for bit. Says which shards are missing or cannot be used, and why.",
      "Merging again, or twice at once, changes nothing; RUN/shards can be deleted afterwards.",
      "--pack puts neighbouring shards into one file, where there are too many files for one merge.",
      "",
      "EXAMPLES",
      "  spiediff merge runs/a",
      "  spiediff merge runs/a --pack 1-100",
      "  spiediff merge runs/a --work train --json",
    ].join("\n"),
  },
  parameters: {
    positional: runFolder,
    flags: {
      json: experimentFlags.json,
      work: { kind: "enum", values: WORKS, brief: "Which work, if not all", optional: true },
      pack: {
        kind: "parsed",
        parse: (text: string) => parseRanges(text, "--pack"),
        brief: "Only put these neighbouring shards into one file, such as 1-100",
        optional: true,
      },
    },
  },
  async func({ work, pack, json }, folder) {
    readRunExperiment(folder);
    const works = await withRunLock(folder, "merge", async () => {
      const jobs = await plannedJobs(folder, work);
      if (jobs.length === 0) throw new UserError(nothingPlanned(folder));
      if (pack !== undefined) {
        if (jobs.length > 1) throw new UserError(`${folder} has several works; add --work.`);
        await packRange(jobs[0], pack);
      } else for (const job of jobs) await job.merge();
      return jobs.map(({ plan }) => plan.work);
    }, SHARD_PATIENCE);
    const done = pack === undefined ? "Merged" : "Packed shards of";
    this.process.stdout.write(
      json
        ? JSON.stringify({ run: folder, works, packed: pack ?? null }) + "\n"
        : `${done} ${works.join(", ")}: ${folder}\n`,
    );
  },
});

async function packRange({ folder, plan }: Job, shards: readonly number[]): Promise<void> {
  const from = shards[0], to = shards.at(-1)!;
  if (to - from + 1 !== shards.length || from < 1 || to > plan.shards) {
    throw new UserError(
      `--pack must be one range within 1-${plan.shards}, not ${shards.length} shards from ${from} to ${to}.`,
    );
  }
  await packShards(folder, plan, from, to);
}
