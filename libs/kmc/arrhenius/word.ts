/** One word of replicas, from its own stream: independent starts, random shifts, common attempts. */
import type { RandomStream } from "@spiediff/random";
import { LANE_STREAMS } from "./lane_random.ts";
import type { LoopsChoice } from "./loops.ts";
import type { OrderPlan } from "./order_plan.ts";
import type { WordRoom } from "./replica_memory.ts";
import { createReplicas, type Replicas } from "./replicas.ts";
import type { ArrheniusSystem, IndependentSites, ReplicaEngine, WordStart } from "./types.ts";

/** A word of replicas and where it stands. */
export interface Word {
  readonly replicas: Replicas;
  /** Site `x` of replica `k` is site `x + shifts[k]` (modulo `N`) of its lattice. */
  readonly shifts: Int32Array;
  /** Accepted hops of all replicas since the start. */
  hops: number;
  /** Draws the numbers of attempts; `null` before the start. */
  stream: RandomStream | null;
}

/** Room for a word; its stream is set by {@link startWord}. See {@link createReplicas} for what follows the engine. */
export function createWord(
  system: ArrheniusSystem,
  engine: ReplicaEngine,
  loops?: LoopsChoice,
  plan?: OrderPlan | null,
  room?: WordRoom,
): Word {
  const replicas = createReplicas(system, engine, loops, plan, room);
  return { replicas, shifts: replicas.shifts, hops: 0, stream: null };
}

/** Starts all replicas anew; everything is drawn from `stream` and those split off it. */
export function startWord(word: Word, start: WordStart, stream: RandomStream): void {
  const { replicas, shifts } = word;
  word.stream = stream;
  word.hops = 0;
  replicas.stream.set(stream.split("bonds").state);
  for (let i = 0; i < LANE_STREAMS; i++) {
    const { state } = stream.split(`acceptance-${i}`);
    for (let w = 0; w < 4; w++) replicas.lanes[LANE_STREAMS * w + i] = state[w];
  }
  const starts = stream.split("starts");
  if (typeof start !== "function") {
    startIndependent(word, start, starts);
    return;
  }
  const { sites } = replicas;
  const configuration = new Uint8Array(sites);
  for (let k = 0; k < replicas.width; k++) {
    const row = replicas.rowOf(k);
    const shift = shifts[k] = starts.integer(sites);
    start(configuration, starts);
    row.set(configuration.subarray(0, sites - shift), shift);
    row.set(configuration.subarray(sites - shift));
  }
  replicas.loadRows();
}

function startIndependent(
  { replicas, shifts }: Word,
  { density, heatBath }: IndependentSites,
  stream: RandomStream,
): void {
  const { sites, width } = replicas;
  const draw = () => {
    for (let k = 0; k < width; k++) shifts[k] = stream.integer(sites);
  };
  if (heatBath === undefined) draw();
  else shifts.fill(0);
  replicas.drawRows(density);
  if (heatBath !== undefined) {
    replicas.sweepRows(heatBath);
    // Sweeps take the field at one place for all: replicas are shifted after them.
    draw();
    const end = new Uint8Array(sites);
    for (let k = 0; k < width; k++) {
      const row = replicas.rowOf(k), shift = shifts[k];
      end.set(row.subarray(sites - shift));
      row.copyWithin(shift, 0, sites - shift);
      row.set(end.subarray(0, shift));
    }
  }
  replicas.loadRows();
}

/** Evolves the replicas of a started word by a macroscopic time; their number of attempts is Poisson. */
export function advanceWord(word: Word, time: number): void {
  const { replicas, stream } = word;
  word.hops += replicas.attempt(stream!.poisson(replicas.sites * replicas.attemptRate * time));
}

/** Configuration `[N]` of replica `k`. */
export function readWord({ replicas, shifts }: Word, k: number, out: Uint8Array): void {
  const row = replicas.rowOf(k);
  out.set(row.subarray(shifts[k]));
  out.set(row.subarray(0, shifts[k]), row.length - shifts[k]);
}
