/**
 * Many replicas of one system side by side: bits of a word or bytes of a vector.
 *
 * All replicas attempt the same bonds at the same times; acceptance is drawn for each on its own. Each
 * replica is exact in law. Two are independent only given the attempts, so every replica starts from a
 * state of its own and has its lattice shifted cyclically at random: an attempted bond is then another
 * bond, uniform and independent, to each. What correlation is left is measured in replicas.test.ts.
 */
import { attemptBits } from "./bit_sliced.ts";
import { attemptLanes, DIGIT_BYTES, fillDigits } from "./byte_lanes.ts";
import { createArena } from "./engine.ts";
import { isConstant } from "./kernel.ts";
import { checkSystem } from "./rates.ts";
import { CHUNK } from "./rejection.ts";
import type { ArrheniusSystem, ReplicaEngine } from "./types.ts";

/** Largest half-widths with window counts of 8 bits, and with two and three digits of 5 bits. */
const BYTE_HALF_WIDTH = 127;
const TWO_DIGITS_HALF_WIDTH = 511;
const REPLICA_HALF_WIDTH = 16383;

/** What the loops work on. */
export interface ReplicaArrays {
  readonly sites: number;
  readonly halfWidth: number;
  /** Bits: `[N * 32]`, bit `k` of a site's 256 = replica `k`. Lanes: `[N * 16]`, 0 or 255. */
  readonly eta: Uint8Array;
  /** `[N * 16]` window counts of lanes; empty for bits. */
  readonly count: Uint8Array | Uint16Array;
  /** `[4]`, xoshiro128** state: attempted bonds. */
  readonly stream: Uint32Array;
  /** `[16]`, four xoshiro128++ states: acceptance. */
  readonly lanes: Uint32Array;
  /** `[width]`, net hops through the last bond, `N-1 -> 0`. */
  readonly through: Int32Array;
}

/** Replicas of one system. */
export interface Replicas extends ReplicaArrays {
  readonly engine: ReplicaEngine;
  /** Number of replicas. */
  readonly width: number;
  /** Attempts per bond and macroscopic time: bounds every hop rate exactly. */
  readonly attemptRate: number;
  /** Makes so many attempts on all replicas; returns the accepted hops over all of them. */
  readonly attempt: (attempts: number) => number;
}

/** Replicas in a word. */
export const REPLICAS = { bits: 256, lanes: 16 } as const;

/** Whether an engine takes a system: bits need `L = 1`, lanes `L <= 16383`, both the constant kernel. */
export function replicasFit(system: ArrheniusSystem, engine: ReplicaEngine): boolean {
  const largest = engine === "bits" ? 1 : REPLICA_HALF_WIDTH;
  return isConstant(system) && system.halfWidth <= largest;
}

/**
 * Replicas without particles.
 *
 * @param wasm Whether to use the compiled loops where they run; the bits are the same without.
 * @throws {RangeError} naming the system's field at fault, or the engine if it does not fit.
 */
export function createReplicas(
  system: ArrheniusSystem,
  engine: ReplicaEngine,
  wasm = true,
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
  return engine === "bits"
    ? bitSliced(sites, b, attemptRate, wasm)
    : byteLanes(sites, halfWidth, b, attemptRate, wasm);
}

function bitSliced(sites: number, b: number, attemptRate: number, wasm: boolean): Replicas {
  const width = REPLICAS.bits;
  const arena = createArena(32 * sites + 16 + 64 + 4 * width, wasm);
  const eta = arena.reserve(32 * sites);
  const stream = arena.reserve(16), lanes = arena.reserve(64), through = arena.reserve(4 * width);
  const arrays = {
    sites,
    halfWidth: 1,
    eta: new Uint8Array(eta.buffer, eta.address, 32 * sites),
    count: new Uint8Array(0),
    stream: new Uint32Array(stream.buffer, stream.address, 4),
    lanes: new Uint32Array(lanes.buffer, lanes.address, 16),
    through: new Int32Array(through.buffer, through.address, width),
  };
  // One neighbour at most beside the vacant target: two classes, one always accepted.
  const slow = Math.round(2 ** 32 * Math.exp(-Math.abs(b)));
  const allFree = slow >= 2 ** 32;
  const { engine } = arena;
  const attempt = engine === null
    ? (n: number) => attemptBits(arrays, n, allFree ? 0 : slow, b < 0, allFree)
    : (n: number) =>
      Number(engine.attempt_bits(
        sites,
        n,
        eta.address,
        stream.address,
        lanes.address,
        allFree ? 0 : slow | 0,
        b < 0 ? 1 : 0,
        allFree ? 1 : 0,
        through.address,
      ));
  return { ...arrays, engine: "bits", width, attemptRate, attempt: inChunks(attempt) };
}

function byteLanes(
  sites: number,
  halfWidth: number,
  b: number,
  attemptRate: number,
  wasm: boolean,
): Replicas {
  const width = REPLICAS.lanes;
  const narrow = halfWidth <= BYTE_HALF_WIDTH;
  const digits = halfWidth <= TWO_DIGITS_HALF_WIDTH ? 2 : 3;
  const countBytes = (narrow ? 1 : 2) * width * sites;
  const size = width * sites + countBytes + 16 + 64 + 4 * width + digits * DIGIT_BYTES;
  const arena = createArena(size, wasm);
  const eta = arena.reserve(width * sites), count = arena.reserve(countBytes);
  const stream = arena.reserve(16), lanes = arena.reserve(64), through = arena.reserve(4 * width);
  const table = arena.reserve(digits * DIGIT_BYTES);
  const arrays = {
    sites,
    halfWidth,
    eta: new Uint8Array(eta.buffer, eta.address, width * sites),
    count: new (narrow ? Uint8Array : Uint16Array)(count.buffer, count.address, width * sites),
    stream: new Uint32Array(stream.buffer, stream.address, 4),
    lanes: new Uint32Array(lanes.buffer, lanes.address, 16),
    through: new Int32Array(through.buffer, through.address, width),
  };
  const test = {
    digits,
    bits: narrow ? 4 : 5,
    table: new DataView(table.buffer, table.address, digits * DIGIT_BYTES),
    bias: b >= 0 ? 1 : 2 * halfWidth + 1,
    mirror: b >= 0 ? 0 : -1,
  };
  fillDigits(test, Math.exp(-Math.abs(b)));
  const { engine } = arena;
  const attempt = engine === null
    ? (n: number) => attemptLanes(arrays, test, n)
    : (n: number) =>
      Number((narrow ? engine.attempt_bytes : engine.attempt_shorts)(
        sites,
        halfWidth,
        n,
        eta.address,
        count.address,
        stream.address,
        lanes.address,
        table.address,
        test.bias,
        test.mirror,
        through.address,
      ));
  return { ...arrays, engine: "lanes", width, attemptRate, attempt: inChunks(attempt) };
}

/** Short calls let the runtime enter its optimised code promptly. */
function inChunks(attempt: (attempts: number) => number): (attempts: number) => number {
  return (attempts) => {
    let hops = 0;
    for (let done = 0; done < attempts; done += CHUNK) {
      hops += attempt(Math.min(CHUNK, attempts - done));
    }
    return hops;
  };
}
