import type { BenchLine } from "./types.ts";
import { overhead } from "./executor/overhead.ts";

/** What shards cost beside their work where each is a process of its own, 1,000 of 1 s each. */
export default async function processes(): Promise<BenchLine[]> {
  return [await overhead("8 processes at a time", 8, true)];
}
