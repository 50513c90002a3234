/** Work cut into shards, made by threads, processes, Slurm or hand, and merged to the same bits. @module */
export { localExecutor } from "./local_executor.ts";
export { makePlannedShard } from "./make_shard.ts";
export {
  type Faults,
  faultsText,
  findFaults,
  listFaults,
  mergeShards,
  packShards,
  toMake,
} from "./merge.ts";
export {
  isMerged,
  type KeptPlan,
  markMerged,
  openPlan,
  planOf,
  readPlan,
  unmarkMerged,
} from "./plan_file.ts";
export { formatRanges, parseRanges, parseShard, unitsOf } from "./ranges.ts";
export { type SlurmOptions } from "./slurm/options.ts";
export { type Queue, queueText } from "./slurm/queue.ts";
export {
  cancelSlurm,
  keptSlurm,
  type SlurmExecutor,
  slurmExecutor,
  slurmQueue,
} from "./slurm/slurm_executor.ts";
export {
  type ComputeShard,
  type Executor,
  type Job,
  type Plan,
  type RunHooks,
  ShardError,
} from "./types.ts";
