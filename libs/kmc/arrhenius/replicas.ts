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
import { type LoopsChoice, loopsFromEnvironment } from "./loops.ts";
import type { OrderPlan } from "./order_plan.ts";
import { attemptBits } from "./bit_sliced.ts";
import { attemptLanes, DIGIT_BYTES, fillDigits } from "./byte_lanes.ts";
import { drawRows, fillPlanes } from "./independent_rows.ts";
import { isConstant } from "./kernel.ts";
import { chunks } from "../chunks.ts";
import { checkSystem } from "./rates.ts";
import { createReadings, type Readings } from "./readings.ts";
import type { ReadingsShape } from "./readings_memory.ts";
import { countLanes, packRows, unpackRows } from "./replica_configuration.ts";
import {
  BYTE_HALF_WIDTH,
  createMemory,
  type ReplicaArrays,
  type ReplicaMemory,
  rowLength,
  TWO_DIGITS_HALF_WIDTH,
} from "./replica_memory.ts";
import type { ArrheniusSystem, ReplicaEngine } from "./types.ts";

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
  /** What is read of all replicas; `null` without room for it. */
  readonly readings: Readings | null;
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
 * @param readings What there is room to read; nothing when absent.
 * @throws {RangeError} naming the system's field at fault, or the engine if it does not fit.
 */
export function createReplicas(
  system: ArrheniusSystem,
  engine: ReplicaEngine,
  loops: LoopsChoice = loopsFromEnvironment(),
  plan?: OrderPlan | null,
  readings: ReadingsShape | null = null,
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
    createMemory(system, engine, tableBytes, loops, plan, readings);
  return engine === "bits"
    ? bitSliced(memoryOf(0), b, attemptRate)
    : byteLanes(memoryOf, system, b, attemptRate);
}

/** Bonds drawn beforehand, or none. */
type Draws = Uint32Array | null;

function bitSliced(memory: ReplicaMemory, b: number, attemptRate: number): Replicas {
  const { arrays, engine } = memory;
  // One neighbour at most beside the vacant target: two classes, one always accepted.
  const slow = Math.round(2 ** 32 * Math.exp(-Math.abs(b)));
  const allFree = slow >= 2 ** 32;
  const attempt = engine === null
    ? (n: number, draws: Draws) => attemptBits(arrays, n, draws, allFree ? 0 : slow, b < 0, allFree)
    : (n: number, draws: Draws) =>
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
  const attempt = engine === null
    ? (n: number, draws: Draws) => attemptLanes(arrays, test, n, draws)
    : compiledLanes(arrays, engine, table, narrow);
  return { ...arrays, engine: "lanes", attemptRate, ...withRows(memory, attempt) };
}

const addressOf = (engine: Engine, array: ArrayBufferView | null) =>
  array === null || array.byteLength === 0 ? 0 : engine.addressOf(array);

function compiledLanes(
  { sites, halfWidth, eta, count, reference, mirror, stream, lanes, through }: ReplicaArrays,
  engine: Engine,
  table: DataView,
  narrow: boolean,
): (attempts: number, draws: Draws) => number {
  const at = (array: ArrayBufferView) => engine.addressOf(array);
  const state = [at(eta), at(count)] as const;
  const rest = [at(stream), at(lanes), at(table), mirror ? -1 : 0, at(through)] as const;
  const references = addressOf(engine, reference);
  return (n, draws) => {
    const first = [sites, halfWidth, n, ...state] as const, list = addressOf(engine, draws);
    return Number(
      narrow
        ? engine.attempt_bytes(...first, ...rest, list)
        : engine.attempt_wide(...first, references, ...rest, list),
    );
  };
}

/** Attempts and rows: the rows are brought up to date when they are asked for. */
function withRows(
  { arrays, engine, order, readings }: ReplicaMemory,
  attempt: (attempts: number, draws: Draws) => number,
): Pick<Replicas, "attempt" | "rowOf" | "drawRows" | "loadRows" | "readings"> {
  const { sites, halfWidth, mirror, eta, count, reference, rows, through, width } = arrays;
  const length = rowLength(sites), vectors = eta.length / sites / 16;
  const shape = [sites, vectors, width / (16 * vectors), length] as const;
  let stale = false, planned: Float64Array | null = null;
  const bringUpToDate = () => {
    if (!stale) return;
    if (engine === null) unpackRows(arrays);
    else engine.unpack_rows(...shape, engine.addressOf(rows), engine.addressOf(eta));
    stale = false;
  };
  const rowOf = (k: number) => {
    bringUpToDate();
    return rows.subarray(k * length, k * length + sites);
  };
  return {
    attempt(attempts) {
      stale = true;
      if (order !== null) return makeInOrder(order, attempts, attempt);
      let hops = 0;
      for (const part of chunks(attempts)) hops += attempt(part, null);
      return hops;
    },
    rowOf,
    drawRows(density) {
      // One profile starts all words of a run.
      if (density !== planned) fillPlanes(arrays.planes, density);
      planned = density;
      if (engine === null) drawRows(arrays);
      else drawRowsCompiled(engine, arrays);
    },
    loadRows() {
      stale = false;
      through.fill(0);
      if (engine === null) packRows(arrays);
      else engine.pack_rows(...shape, engine.addressOf(rows), engine.addressOf(eta));
      if (count.length === 0) return;
      if (engine === null) return countLanes(arrays);
      engine.count_lanes(
        sites,
        halfWidth,
        engine.addressOf(eta),
        engine.addressOf(count),
        addressOf(engine, reference),
        mirror ? -1 : 0,
      );
    },
    readings: readings && createReadings(readings, arrays, engine, bringUpToDate),
  };
}

function drawRowsCompiled(
  engine: NonNullable<ReplicaMemory["engine"]>,
  { sites, width, planes, shifts, lanes, rows }: ReplicaMemory["arrays"],
): void {
  const [from, by, random, to] = [planes, shifts, lanes, rows].map((array) =>
    engine.addressOf(array)
  );
  engine.draw_rows(sites, width, rowLength(sites), from, by, random, to);
}
