/** Shards that take a given time and leave a given number of bytes: what is measured is all around them. */
import type { ComputeShard } from "@spiediff/executor";

export interface BenchArgument {
  readonly seconds: number;
  readonly bytes: number;
}

export const computeShard: ComputeShard = async (argument, shard) => {
  const { seconds, bytes } = argument as BenchArgument;
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  return new Uint8Array(bytes).fill(shard & 255);
};
