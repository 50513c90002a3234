/**
 * Many replicas of one system side by side: bits of a word or bytes of a vector.
 *
 * All replicas attempt the same bonds at the same times; acceptance is drawn for each on its own. Each
 * replica is exact in law. Two are independent only given the attempts, so every replica starts from a
 * state of its own and has its lattice shifted cyclically at random: an attempted bond is then another
 * bond, uniform and independent, to each. What correlation is left is measured in replicas.test.ts.
 */
import { makeInOrder } from "./attempt_order.ts";
import type { Engine } from "./engine.ts";
import { createRecord, type HopRecord, type HopSink, type RecordedAttempts } from "./hop_record.ts";
import { type LoopsChoice, loopsFromEnvironment } from "./loops.ts";
import type { OrderPlan } from "./order_plan.ts";
import { attemptBits } from "./bit_sliced.ts";
import { attemptLanes, DIGIT_BYTES, fillDigits } from "./byte_lanes.ts";
import { isConstant } from "./kernel.ts";
import { chunks } from "../chunks.ts";
import { checkSystem } from "./rates.ts";
import { createReadings, type Readings } from "./readings.ts";
import {
  BYTE_HALF_WIDTH,
  createMemory,
  type ReplicaArrays,
  type ReplicaMemory,
  rowLength,
  TWO_DIGITS_HALF_WIDTH,
  type WordRoom,
} from "./replica_memory.ts";
import { createRowMoves } from "./row_moves.ts";
import type { ArrheniusSystem, HeatBath, ReplicaEngine } from "./types.ts";

/** Largest half-width that counts reach to. */
const REPLICA_HALF_WIDTH = 16383;

/** Replicas of one system. */
export interface Replicas extends ReplicaArrays {
  readonly engine: ReplicaEngine;
  /** Attempts per bond and macroscopic time: bounds every hop rate exactly. */
  readonly attemptRate: number;
  /** Makes so many attempts on all replicas; returns the accepted hops over all of them. */
  readonly attempt: (attempts: number) => number;
  /** Replica `k`'s configuration `[N]` as it is now; valid until the next attempt. */
  readonly rowOf: (k: number) => Uint8Array;
  /** Takes over the rows, all of which the caller has written, and forgets hops. */
  readonly loadRows: () => void;
  /**
   * Rows of independent sites with the given densities `[N]`, each shifted, as {@link Replicas.loadRows} takes them.
   * Densities that are given again must not have changed meanwhile.
   */
  readonly drawRows: (density: Float64Array) => void;
  /** Heat-bath sweeps over the rows, of which none may be shifted, as {@link Replicas.loadRows} takes them. */
  readonly sweepRows: (heatBath: HeatBath) => void;
  /** What is read of all replicas; `null` without room for it. */
  readonly readings: Readings | null;
  /** Attempts with a record; `null` without room for it. */
  readonly record: HopRecord | null;
}

/** Whether an engine takes a system: bits need `L = 1`, lanes `L <= 16383`, both the constant kernel. */
export function replicasFit(system: ArrheniusSystem, engine: ReplicaEngine): boolean {
  const largest = engine === "bits" ? 1 : REPLICA_HALF_WIDTH;
  return isConstant(system) && system.halfWidth <= largest;
}

/**
 * Replicas without particles.
 *
 * @param loops Which build of the loops; the bits are the same in all.
 * @param plan In which order attempts are made (attempt_order.ts): by the lattice's size when absent, and `null` for
 * as they are drawn. Acceptance is drawn in the order in which they are made: another plan gives other bits, of the
 * same law.
 * @param room For readings and a record; none when absent.
 * @throws {RangeError} naming the system's field at fault, or the engine if it does not fit.
 */
export function createReplicas(
  system: ArrheniusSystem,
  engine: ReplicaEngine,
  loops: LoopsChoice = loopsFromEnvironment(),
  plan?: OrderPlan | null,
  room?: WordRoom,
): Replicas {
  const { sites, halfWidth, betaJ0, drive = 1 } = checkSystem(system);
  if (!replicasFit(system, engine)) {
    throw new RangeError(
      `engine "${engine}" takes the constant kernel and a halfWidth of at most ${
        engine === "bits" ? 1 : REPLICA_HALF_WIDTH
      }, not the "${system.kernel?.name ?? "constant"}" kernel with ${halfWidth}.`,
    );
  }
  const b = betaJ0 / (2 * halfWidth + 1);
  // The rate's bound is taken at the count that favours hopping most, as in rates.ts.
  const attemptRate = drive * sites * sites * Math.exp(-b * (b >= 0 ? 0 : 2 * halfWidth - 1));
  const memoryOf = (tableBytes: number) =>
    createMemory(system, engine, tableBytes, loops, plan, room);
  return engine === "bits"
    ? bitSliced(memoryOf(0), b, attemptRate)
    : byteLanes(memoryOf, system, b, attemptRate);
}

/** Bonds drawn beforehand, or none. */
type Draws = Uint32Array | null;
/** Makes attempts at bonds of `draws` or of the stream, of which a record may be left; returns the accepted hops. */
type MakeAttempts = (attempts: number, draws: Draws, record: RecordedAttempts | null) => number;

function bitSliced(memory: ReplicaMemory, b: number, attemptRate: number): Replicas {
  const { arrays, engine } = memory;
  // One neighbour at most beside the vacant target: two classes, one always accepted.
  const slow = Math.round(2 ** 32 * Math.exp(-Math.abs(b)));
  const allFree = slow >= 2 ** 32;
  const attempt: MakeAttempts = engine === null
    ? (n, draws, record) =>
      attemptBits(arrays, n, draws, record, allFree ? 0 : slow, b < 0, allFree)
    : (n, draws, record) =>
      Number(engine.attempt_bits(
        arrays.sites,
        n,
        ...[engine.addressOf(arrays.eta), engine.addressOf(arrays.stream)] as const,
        engine.addressOf(arrays.lanes),
        allFree ? 0 : slow,
        b < 0 ? 1 : 0,
        allFree ? 1 : 0,
        engine.addressOf(arrays.through),
        addressOf(engine, draws),
        ...recordAt(engine, record),
      ));
  return { ...arrays, engine: "bits", attemptRate, ...withRows(memory, attempt) };
}

function byteLanes(
  memoryOf: (tableBytes: number) => ReplicaMemory,
  { halfWidth }: ArrheniusSystem,
  b: number,
  attemptRate: number,
): Replicas {
  const narrow = halfWidth <= BYTE_HALF_WIDTH;
  const digits = halfWidth <= TWO_DIGITS_HALF_WIDTH ? 2 : 3;
  const memory = memoryOf(digits * DIGIT_BYTES);
  const { arrays, engine, table } = memory;
  const test = {
    digits,
    bits: narrow ? 4 : 5,
    table,
  };
  fillDigits(test, Math.exp(-Math.abs(b)));
  const attempt: MakeAttempts = engine === null
    ? (n, draws, record) => attemptLanes(arrays, test, n, draws, record)
    : compiledLanes(arrays, engine, table, narrow);
  return { ...arrays, engine: "lanes", attemptRate, ...withRows(memory, attempt) };
}

const addressOf = (engine: Engine, array: ArrayBufferView | null) =>
  array === null || array.byteLength === 0 ? 0 : engine.addressOf(array);

const recordAt = (engine: Engine, record: RecordedAttempts | null): [number, number] =>
  record === null
    ? [0, 0]
    : [engine.addressOf(record.attempted), engine.addressOf(record.accepted)];

function compiledLanes(
  { sites, halfWidth, eta, count, reference, mirror, stream, lanes, through }: ReplicaArrays,
  engine: Engine,
  table: DataView,
  narrow: boolean,
): MakeAttempts {
  const at = (array: ArrayBufferView) => engine.addressOf(array);
  const state = [at(eta), at(count)] as const;
  const rest = [at(stream), at(lanes), at(table), mirror ? -1 : 0, at(through)] as const;
  const references = addressOf(engine, reference);
  return (n, draws, record) => {
    const first = [sites, halfWidth, n, ...state] as const;
    const last = [addressOf(engine, draws), ...recordAt(engine, record)] as const;
    return Number(
      narrow
        ? engine.attempt_bytes(...first, ...rest, ...last)
        : engine.attempt_wide(...first, references, ...rest, ...last),
    );
  };
}

/** Attempts and rows: the rows are brought up to date when they are asked for. */
function withRows(
  memory: ReplicaMemory,
  attempt: MakeAttempts,
): Omit<Replicas, keyof ReplicaArrays | "engine" | "attemptRate"> {
  const { arrays, engine, order, readings, record } = memory, { rows, width, sites } = arrays;
  const moves = createRowMoves(memory), length = rowLength(sites);
  let stale = false;
  const bringUpToDate = () => {
    if (stale) moves.unpack();
    stale = false;
  };
  const rowOf = (k: number) => {
    bringUpToDate();
    return rows.subarray(k * length, k * length + sites);
  };
  const asDrawn = (attempts: number, sink: HopSink | null) => {
    let hops = 0, done = 0;
    for (const part of chunks(attempts)) {
      hops += attempt(part, null, sink && sink(done));
      done += part;
    }
    return hops;
  };
  return {
    attempt(attempts) {
      stale = true;
      if (order === null) return asDrawn(attempts, null);
      return makeInOrder(order, attempts, (part, draws) => attempt(part, draws, null));
    },
    record: record && createRecord(record, width, engine, (attempts, sink) => {
      stale = true;
      asDrawn(attempts, sink);
    }),
    rowOf,
    drawRows: moves.draw,
    sweepRows(heatBath) {
      moves.pack();
      moves.sweep(heatBath);
      moves.unpack();
      stale = false;
    },
    loadRows() {
      stale = false;
      arrays.through.fill(0);
      moves.pack();
      moves.count();
    },
    readings: readings && createReadings(readings, arrays, engine, bringUpToDate),
  };
}
