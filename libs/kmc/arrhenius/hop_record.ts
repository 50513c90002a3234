/**
 * Which attempts the replicas of a word accepted: from it the hops of each can be told again, one replica after the
 * other. The loop of compiled/hop_record.c in TypeScript, equal bit for bit.
 */
import type { Engine } from "./engine.ts";
import { planOrder } from "./order_plan.ts";
import { uniformise } from "./rates.ts";
import type { RecordArrays } from "./record_memory.ts";
import { REPLICA_ATTEMPTS } from "./replica_memory.ts";
import type { ArrheniusSystem, ReplicaEngine } from "./types.ts";

/** Attempts recorded at a time at most: of longer windows nothing is recorded. */
const MOST_ATTEMPTS = 2 ** 18;

/**
 * Attempts to leave room for, where replicas are recorded for so long a macroscopic time: as many as come up but one
 * time in 10^30. 0 where nothing is recorded: in longer times, and where attempts are not made in the order in which
 * they are drawn.
 */
export function recordCapacity(
  system: ArrheniusSystem,
  engine: ReplicaEngine,
  time: number,
): number {
  const { sites, halfWidth } = system;
  if (planOrder(sites, halfWidth, REPLICA_ATTEMPTS[engine]) !== null) return 0;
  const mean = sites * uniformise(system).attemptRate * time;
  const room = 64 * Math.ceil((mean + 12 * Math.sqrt(mean) + 64) / 64);
  return room <= MOST_ATTEMPTS ? room : 0;
}

/** Recorded attempts, and what they are to each replica. */
export interface HopRecord {
  readonly capacity: number;
  /** Records so many attempts on all replicas, at most {@link HopRecord.capacity}, and forgets those before. */
  record(attempts: number): void;
  /** `[capacity]`, the attempted bonds, of the word's lattice. */
  readonly attempted: Uint32Array;
  /** `[capacity / 32]`, a bit for each attempt: whether replica `k` hopped. Valid until the next call. */
  hopsOf(k: number): Uint32Array;
}

/** A record in its arrays; `attempt` makes attempts that leave themselves in the given parts of them. */
export function createRecord(
  arrays: RecordArrays,
  width: number,
  engine: Engine | null,
  attempt: (attempts: number, sink: HopSink) => void,
): HopRecord {
  const { capacity, attempted, accepted, hops } = arrays, words = width / 32;
  let recorded = 0, square = -1;
  return {
    capacity,
    attempted,
    record(attempts) {
      attempt(attempts, (done) => ({
        attempted: attempted.subarray(done),
        accepted: accepted.subarray(words * done),
      }));
      recorded = attempts;
      square = -1;
    },
    hopsOf(k) {
      if (square !== k >> 6) {
        square = k >> 6;
        if (engine === null) hopsHere(recorded, words, square, arrays);
        else {
          const [from, to] = [engine.addressOf(accepted), engine.addressOf(hops)];
          engine.hops_of(recorded, words / 2, square, from, to, capacity / 64);
        }
      }
      const length = capacity / 32, row = k & 63;
      return hops.subarray(row * length, (row + 1) * length);
    },
  };
}

/** Where the attempts after so many are left. */
export type HopSink = (done: number) => RecordedAttempts;

/** Attempts one after the other: bonds, and the replicas that hopped, a bit for each. */
export type RecordedAttempts = Pick<RecordArrays, "attempted" | "accepted">;

function hopsHere(
  recorded: number,
  words: number,
  square: number,
  { capacity, accepted, hops }: RecordArrays,
): void {
  const length = capacity / 32;
  for (let row = 0; row < 64; row++) {
    const word = 2 * square + (row >> 5), from = row * length;
    for (let i = 0; i < 2 * Math.ceil(recorded / 64); i++) {
      let bits = 0;
      for (let j = 0; j < 32 && 32 * i + j < recorded; j++) {
        bits |= (accepted[words * (32 * i + j) + word] >>> (row & 31) & 1) << j;
      }
      hops[from + i] = bits;
    }
  }
}
