/**
 * `shard_worker.ts FOLDER K` makes shard K of the plan that a folder keeps, `shard_worker.ts FOLDER merge`
 * merges all: what tasks of a batch system run. Starts fast, since a task may be short.
 */
import { dirname } from "node:path";
import process from "node:process";
import { exitCodeOf, failureText } from "@spiediff/command-line";
import { makePlannedShard } from "@spiediff/executor";
import { withRunLock } from "../run_lock.ts";
import { codeText, computeOf, mergePlanned } from "./planned.ts";

/** A command that works in the run folder when the last shard is there is waited for. */
const MERGE_PATIENCE = { seconds: 600 };

const [folder, what] = process.argv.slice(2);

try {
  if (what === "merge") {
    const run = dirname(dirname(folder));
    await withRunLock(run, "merge", () => mergePlanned(folder), MERGE_PATIENCE);
  } else await makePlannedShard(folder, codeText(), computeOf, Number(what));
  process.exit(0);
} catch (error) {
  console.error(failureText("spiediff", error));
  process.exit(exitCodeOf(error));
}
