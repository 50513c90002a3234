/** Where replicas' arrays lie: in the memory of the compiled loops, where they run. */
import { type AttemptOrder, createOrder, orderSizes } from "./attempt_order.ts";
import { createArena } from "./arena.ts";
import type { Engine } from "./engine.ts";
import { LANE_STREAMS } from "./lane_random.ts";
import type { LoopsChoice } from "./loops.ts";
import { type AttemptShape, type OrderPlan, planOrder } from "./order_plan.ts";
import { type ReadingsArrays, type ReadingsShape, readingsSizes } from "./readings_memory.ts";
import type { ArrheniusSystem, ReplicaEngine } from "./types.ts";

/** Bytes of a word of replicas: a bit or a byte of each. */
export const WORD_BYTES = 64;

/** Bytes of a probability of {@link ReplicaArrays.planes}. */
export const PLANES = 4;

/** Bytes of the probabilities of a ring: each byte of them twice around, and a word. */
const planeBytes = (sites: number) => PLANES * (2 * sites + WORD_BYTES);

/** Every so many sites a full window count is kept where counts are modulo 256. */
export const REFERENCE_SITES = 64;

/** Largest half-width that two digits of 5 bits reach to. */
export const TWO_DIGITS_HALF_WIDTH = 511;

/**
 * What references to full counts are: `(count - base) >> bits`, modulo 256. With two digits its eight steps of 32 hold
 * all counts nearby, with three it is the higher byte.
 */
export interface References {
  readonly base: number;
  readonly bits: number;
}
export const referencesOf = (halfWidth: number): References =>
  halfWidth <= TWO_DIGITS_HALF_WIDTH ? { base: 128, bits: 5 } : { base: 0, bits: 8 };

/** Bytes of a row: a multiple of a vector. */
export const rowLength = (sites: number) => 16 * Math.ceil(sites / 16);

/** Largest half-width with full window counts of 8 bits. */
export const BYTE_HALF_WIDTH = 127;
/** A site is 512 bits, or 64 occupations and 64 counts. */
export const REPLICA_ATTEMPTS: Readonly<Record<ReplicaEngine, AttemptShape>> = {
  bits: { siteBytes: 64, words: 1, counts: true },
  lanes: { siteBytes: 128, words: 1, counts: true },
};

/** Replicas in a word. */
export const REPLICAS = { bits: 512, lanes: 64 } as const;

/** What the loops work on. */
export interface ReplicaArrays {
  readonly sites: number;
  readonly halfWidth: number;
  /** `[N * 64]`. Bits: bit `k` of a site's 512 = replica `k`. Lanes: 0 or 255. */
  readonly eta: Uint8Array;
  /** Whether {@link ReplicaArrays.count} counts vacancies, as it does if `J` repels. */
  readonly mirror: boolean;
  /** `[N * 64]`, neighbours (or vacancies) of a particle there, modulo 256; empty for bits. */
  readonly count: Uint8Array;
  /** `[ceil(N / 64) * 64]`, references of every 64th site for `L > 127` (see {@link References}); empty otherwise. */
  readonly reference: Uint8Array;
  /** `[width, rowLength(N)]`, configurations; see {@link Replicas.rowOf}. */
  readonly rows: Uint8Array;
  /** `[4]`, xoshiro128** state: attempted bonds. */
  readonly stream: Uint32Array;
  /** `[64]`, sixteen xoshiro128++ states: acceptance. */
  readonly lanes: Uint32Array;
  /** `[width]`, net hops through the last bond, `N-1 -> 0`. */
  readonly through: Int32Array;
  /** Bytes of the probabilities that independent sites start with: see independent_rows.ts. */
  readonly planes: Uint8Array;
  /** `[width]`, site `x` of replica `k` is site `x + shifts[k]` (modulo `N`) of its lattice. */
  readonly shifts: Int32Array;
  /** Number of replicas. */
  readonly width: number;
}

/** Arrays of replicas and where they lie. */
export interface ReplicaMemory {
  readonly arrays: ReplicaArrays;
  readonly engine: Engine | null;
  /** In which attempts are made; `null` for as they are drawn. */
  readonly order: AttemptOrder | null;
  readonly table: DataView;
  readonly readings: ReadingsArrays | null;
}

/**
 * Arrays of replicas without particles; `plan` as in {@link planOrder}, by the lattice's size when absent; `shape` of
 * what is read of them, if anything.
 */
export function createMemory(
  { sites, halfWidth, betaJ0 }: ArrheniusSystem,
  engine: ReplicaEngine,
  tableBytes: number,
  loops: LoopsChoice,
  plan: OrderPlan | null = planOrder(sites, halfWidth, REPLICA_ATTEMPTS[engine]),
  shape: ReadingsShape | null = null,
): ReplicaMemory {
  const width = REPLICAS[engine], lanes = engine === "lanes";
  const length = rowLength(sites);
  const references = lanes && halfWidth > BYTE_HALF_WIDTH ? Math.ceil(sites / REFERENCE_SITES) : 0;
  const sizes = {
    // Sixteen sites are packed at a time; 64 bytes of a row are summed at a time.
    eta: WORD_BYTES * length,
    count: lanes ? width * sites : 0,
    reference: width * references,
    rows: width * length + 64,
    stream: 16,
    lanes: 16 * LANE_STREAMS,
    through: 4 * width,
    planes: planeBytes(sites),
    shifts: 4 * width,
    table: tableBytes,
  };
  const further = readingsSizes(shape, width);
  const arena = createArena([...Object.values(sizes), ...further, ...orderSizes(plan)], loops);
  const { buffer } = arena;
  const at = Object.fromEntries(
    Object.entries(sizes).map(([name, size]) => [name, arena.reserve(size)]),
  ) as Record<keyof typeof sizes, number>;
  const [before, after, values] = further.map((size) =>
    new Float64Array(buffer, arena.reserve(size), size / 8)
  );
  const arrays = {
    sites,
    halfWidth,
    mirror: betaJ0 < 0,
    width,
    eta: new Uint8Array(buffer, at.eta, WORD_BYTES * sites),
    count: new Uint8Array(buffer, at.count, sizes.count),
    reference: new Uint8Array(buffer, at.reference, sizes.reference),
    rows: new Uint8Array(buffer, at.rows, width * length),
    stream: new Uint32Array(buffer, at.stream, 4),
    lanes: new Uint32Array(buffer, at.lanes, 4 * LANE_STREAMS),
    through: new Int32Array(buffer, at.through, width),
    planes: new Uint8Array(buffer, at.planes, sizes.planes),
    shifts: new Int32Array(buffer, at.shifts, width),
  };
  return {
    arrays,
    engine: arena.engine,
    order: createOrder(plan, arena, arrays.stream, [arrays.eta, arrays.count]),
    table: new DataView(buffer, at.table, tableBytes),
    readings: shape && { ...shape, before, after, values },
  };
}
