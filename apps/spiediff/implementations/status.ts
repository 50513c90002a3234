import type { CommandContext } from "@stricli/core";
import { plannedJobs } from "../planned_jobs.ts";
import { runState, runStateText } from "../run_state.ts";
import { type JobStatus, statusOf, statusText } from "../job_status.ts";

export interface StatusFlags {
  readonly check: boolean;
  readonly json: boolean;
}

/** Does what `status` asks for. */
export async function runStatus(
  this: CommandContext,
  { check, json }: StatusFlags,
  folder: string,
): Promise<void> {
  const works: JobStatus[] = [];
  for (const job of await plannedJobs(folder)) works.push(await statusOf(job, check));
  const state = await runState(folder);
  this.process.stdout.write(
    json
      ? JSON.stringify({ run: folder, works, state }) + "\n"
      : (works.length === 0
        ? `${folder} has no work in shards.\n`
        : works.map(statusText).join("")) +
        (state === null ? "" : `Results: ${runStateText(state)}.\n`),
  );
}
