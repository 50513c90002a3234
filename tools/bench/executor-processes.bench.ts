import type { BenchLine } from "./types.ts";
import { overhead } from "./executor/overhead.ts";

/** What shards cost beside their work where each is a process of its own, 100 of 1 s each. */
export default async function processes(): Promise<BenchLine[]> {
  return await overhead("2 processes at a time", 100, 2, true);
}
