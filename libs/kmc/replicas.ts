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
import { type ElementSums, sumElements, sumElementsCompiled } from "./element_sums.ts";
import { type Arena, createArena, ELEMENT_BATCH, type EngineExports } from "./engine.ts";
import { isConstant } from "./kernel.ts";
import { checkSystem } from "./rates.ts";
import { CHUNK } from "./rejection.ts";
import {
  countLanes,
  packRows,
  REFERENCE_SITES,
  rowLength,
  unpackRows,
} from "./replica_configuration.ts";
import type { ArrheniusSystem, ReplicaEngine } from "./types.ts";

/** Largest half-widths with full window counts of 8 bits, and with two and three digits of 5 bits. */
const BYTE_HALF_WIDTH = 127;
const TWO_DIGITS_HALF_WIDTH = 511;
const REPLICA_HALF_WIDTH = 16383;

/** What the loops work on. */
export interface ReplicaArrays {
  readonly sites: number;
  readonly halfWidth: number;
  /** Bits: `[N * 32]`, bit `k` of a site's 256 = replica `k`. Lanes: `[N * 16]`, 0 or 255. */
  readonly eta: Uint8Array;
  /** Whether {@link ReplicaArrays.count} counts vacancies, as it does if `J` repels. */
  readonly mirror: boolean;
  /** `[N * 16]`, neighbours (or vacancies) of a particle there, modulo 256; empty for bits. */
  readonly count: Uint8Array;
  /** `[ceil(N / 64) * 16]`, full counts of every 64th site, for `L > 127`; empty otherwise. */
  readonly reference: Uint16Array;
  /** `[width, rowLength(N)]`, configurations; see {@link Replicas.rowOf}. */
  readonly rows: Uint8Array;
  /** `[4]`, xoshiro128** state: attempted bonds. */
  readonly stream: Uint32Array;
  /** `[16]`, four xoshiro128++ states: acceptance. */
  readonly lanes: Uint32Array;
  /** `[width]`, net hops through the last bond, `N-1 -> 0`. */
  readonly through: Int32Array;
  /** Number of replicas. */
  readonly width: number;
}

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
  /** Sums over elements of replica `k`, of which site 0 is at `shift`; the bond counted to is the last. */
  readonly sumsOf: (k: number, shift: number, into: ElementSums) => void;
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
    ? bitSliced(system, b, attemptRate, wasm)
    : byteLanes(system, b, attemptRate, wasm);
}

/** Arrays of replicas, `vectors` of 16 bytes a site, and the arena that they lie in. */
function createArrays(
  { sites, halfWidth, betaJ0 }: ArrheniusSystem,
  engine: ReplicaEngine,
  tableBytes: number,
  wasm: boolean,
): { arrays: ReplicaArrays; arena: Arena; table: DataView; sums: Float64Array } {
  const width = REPLICAS[engine], lanes = engine === "lanes";
  const siteBytes = lanes ? 16 : 32, length = rowLength(sites);
  const references = lanes && halfWidth > BYTE_HALF_WIDTH ? Math.ceil(sites / REFERENCE_SITES) : 0;
  const sizes = {
    // Sixteen sites are packed at a time; 64 bytes of a row are summed at a time.
    eta: siteBytes * length,
    count: lanes ? width * sites : 0,
    reference: 2 * width * references,
    rows: width * length + 64,
    stream: 16,
    lanes: 64,
    through: 4 * width,
    table: tableBytes,
    sums: 16 * ELEMENT_BATCH,
  };
  const arena = createArena(Object.values(sizes).reduce((a, b) => a + b + 16), wasm);
  const { buffer } = arena;
  const at = Object.fromEntries(
    Object.entries(sizes).map(([name, size]) => [name, arena.reserve(size).address]),
  ) as Record<keyof typeof sizes, number>;
  return {
    arrays: {
      sites,
      halfWidth,
      mirror: betaJ0 < 0,
      width,
      eta: new Uint8Array(buffer, at.eta, siteBytes * sites),
      count: new Uint8Array(buffer, at.count, sizes.count),
      reference: new Uint16Array(buffer, at.reference, sizes.reference / 2),
      rows: new Uint8Array(buffer, at.rows, width * length),
      stream: new Uint32Array(buffer, at.stream, 4),
      lanes: new Uint32Array(buffer, at.lanes, 16),
      through: new Int32Array(buffer, at.through, width),
    },
    arena,
    table: new DataView(buffer, at.table, tableBytes),
    sums: new Float64Array(buffer, at.sums, 2 * ELEMENT_BATCH),
  };
}

function bitSliced(
  system: ArrheniusSystem,
  b: number,
  attemptRate: number,
  wasm: boolean,
): Replicas {
  const { arrays, arena: { engine }, sums } = createArrays(system, "bits", 0, wasm);
  // One neighbour at most beside the vacant target: two classes, one always accepted.
  const slow = Math.round(2 ** 32 * Math.exp(-Math.abs(b)));
  const allFree = slow >= 2 ** 32;
  const attempt = engine === null
    ? (n: number) => attemptBits(arrays, n, allFree ? 0 : slow, b < 0, allFree)
    : (n: number) =>
      Number(engine.attempt_bits(
        arrays.sites,
        n,
        arrays.eta.byteOffset,
        arrays.stream.byteOffset,
        arrays.lanes.byteOffset,
        allFree ? 0 : slow | 0,
        b < 0 ? 1 : 0,
        allFree ? 1 : 0,
        arrays.through.byteOffset,
      ));
  return { ...arrays, engine: "bits", attemptRate, ...withRows(arrays, engine, sums, attempt) };
}

function byteLanes(
  system: ArrheniusSystem,
  b: number,
  attemptRate: number,
  wasm: boolean,
): Replicas {
  const { halfWidth } = system;
  const narrow = halfWidth <= BYTE_HALF_WIDTH;
  const digits = halfWidth <= TWO_DIGITS_HALF_WIDTH ? 2 : 3;
  const { arrays, arena: { engine }, table, sums } = createArrays(
    system,
    "lanes",
    digits * DIGIT_BYTES,
    wasm,
  );
  const test = {
    digits,
    bits: narrow ? 4 : 5,
    table,
  };
  fillDigits(test, Math.exp(-Math.abs(b)));
  const counts = narrow
    ? [arrays.count.byteOffset]
    : [arrays.count.byteOffset, arrays.reference.byteOffset];
  const attempt = engine === null
    ? (n: number) => attemptLanes(arrays, test, n)
    : (n: number) =>
      Number((narrow ? engine.attempt_bytes : engine.attempt_wide)(
        arrays.sites,
        halfWidth,
        n,
        arrays.eta.byteOffset,
        ...counts,
        arrays.stream.byteOffset,
        arrays.lanes.byteOffset,
        table.byteOffset,
        arrays.mirror ? -1 : 0,
        arrays.through.byteOffset,
      ));
  return { ...arrays, engine: "lanes", attemptRate, ...withRows(arrays, engine, sums, attempt) };
}

/** Attempts and rows: the rows are brought up to date when they are asked for. */
function withRows(
  arrays: ReplicaArrays,
  engine: EngineExports | null,
  sums: Float64Array,
  attempt: (attempts: number) => number,
): Pick<Replicas, "attempt" | "rowOf" | "loadRows" | "sumsOf"> {
  const { sites, halfWidth, mirror, eta, count, reference, rows, through, width } = arrays;
  const length = rowLength(sites), vectors = eta.length / sites / 16;
  const shape = [sites, vectors, width / (16 * vectors), length];
  let stale = false;
  const bringUpToDate = () => {
    if (!stale) return;
    if (engine === null) unpackRows(arrays);
    else engine.unpack_rows(...shape, rows.byteOffset, eta.byteOffset);
    stale = false;
  };
  const rowOf = (k: number) => {
    bringUpToDate();
    return rows.subarray(k * length, k * length + sites);
  };
  return {
    attempt: inChunks((attempts) => {
      stale = true;
      return attempt(attempts);
    }),
    rowOf,
    loadRows() {
      stale = false;
      through.fill(0);
      if (engine === null) packRows(arrays);
      else engine.pack_rows(...shape, rows.byteOffset, eta.byteOffset);
      if (count.length === 0) return;
      if (engine === null) return countLanes(arrays);
      const references = reference.length === 0 ? 0 : reference.byteOffset;
      engine.count_lanes(
        sites,
        halfWidth,
        eta.byteOffset,
        count.byteOffset,
        references,
        mirror ? -1 : 0,
      );
    },
    sumsOf(k, shift, into) {
      bringUpToDate();
      if (engine === null) return sumElements(rowOf(k), shift, into);
      sumElementsCompiled(engine, rows.byteOffset + k * length, sites, sums, shift, into);
    },
  };
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
