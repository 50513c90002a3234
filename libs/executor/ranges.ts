import { ShardError } from "./types.ts";

/** `"1-3,7"` from ascending whole numbers: Slurm's notation of array indices, and ours. */
export function formatRanges(numbers: Iterable<number>): string {
  const ranges: [first: number, last: number][] = [];
  for (const n of numbers) {
    const last = ranges.at(-1);
    if (last && n === last[1] + 1) last[1] = n;
    else ranges.push([n, n]);
  }
  return ranges.map(([a, b]) => a === b ? `${a}` : `${a}-${b}`).join(",");
}

/**
 * Ascending whole numbers, each once, from `"1-3,7"` or `"1..3,7"`.
 *
 * @param what Names the value in messages, such as `--seeds`.
 * @throws {ShardError} if the text is anything else.
 */
export function parseRanges(text: string, what: string): number[] {
  const numbers = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^\s*(\d{1,15})\s*(?:(?:-|\.\.)\s*(\d{1,15}))?\s*$/.exec(part);
    const first = Number(match?.[1]), last = Number(match?.[2] ?? match?.[1]);
    if (!match || last < first || last - first >= 1e6) {
      throw new ShardError(
        `${what} must be whole numbers and ascending ranges such as 1..8 or 1-3,7, not "${text}".`,
      );
    }
    for (let n = first; n <= last; n++) numbers.add(n);
  }
  return [...numbers].sort((a, b) => a - b);
}

/** Shard and number of shards from `"3/8"`. @throws {ShardError} if the text is anything else. */
export function parseShard(text: string): { shard: number; shards: number } {
  const match = /^(\d{1,9})\/(\d{1,9})$/.exec(text);
  const shard = Number(match?.[1]), shards = Number(match?.[2]);
  if (!match || shard < 1 || shard > shards) {
    throw new ShardError(
      `K/N must be a shard and the number of all, such as 3/8 with K from 1 to N, not "${text}".`,
    );
  }
  return { shard, shards };
}

/** The units `[from, to)` of shard `shard` when `units` are cut into `shards` of nearly equal size. */
export function unitsOf(shard: number, shards: number, units: number): [from: number, to: number] {
  const cut = (k: number) => Math.floor(k * units / shards);
  return [cut(shard - 1), cut(shard)];
}
