/** `task.ts FOLDER K` makes a shard of the bench, `task.ts FOLDER merge` merges and tells its memory. */
import { isMerged, makePlannedShard, markMerged, mergeShards, readPlan } from "@spiediff/executor";
import { CODE } from "./job.ts";
import { computeShard } from "./work.ts";

const [folder, what] = Deno.args;
if (what === "merge") {
  const { plan } = (await readPlan(folder))!;
  let sum = 0;
  const start = performance.now();
  await mergeShards(folder, plan, (_, payload) => void (sum += payload[0]));
  const seconds = (performance.now() - start) / 1000;
  if (!await isMerged(folder, plan)) await markMerged(folder, plan);
  const status = Deno.readTextFileSync("/proc/self/status");
  const peakKB = Number(/VmHWM:\s*(\d+)/.exec(status)![1]);
  console.log(JSON.stringify({ seconds, peakMB: peakKB / 1024, sum }));
} else await makePlannedShard(folder, CODE, () => Promise.resolve(computeShard), Number(what));
