/**
 * `shard_worker.ts FOLDER K` makes shard K of the plan that a folder keeps, `shard_worker.ts FOLDER merge`
 * merges all: what tasks of a batch system run. Starts fast, since a task may be short.
 */
import process from "node:process";
import { exitCodeOf, failureText } from "@spiediff/command-line";
import { makePlannedShard } from "@spiediff/executor";
import { codeText, computeOf, mergePlanned } from "./planned.ts";

const [folder, what] = process.argv.slice(2);

try {
  if (what === "merge") await mergePlanned(folder);
  else await makePlannedShard(folder, codeText(), computeOf, Number(what));
  process.exit(0);
} catch (error) {
  console.error(failureText("spiediff", error));
  process.exit(exitCodeOf(error));
}
