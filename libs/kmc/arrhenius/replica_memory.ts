/** Where replicas' arrays lie: in the memory of the compiled loops, where they run. */
import { type AttemptOrder, createOrder, orderSizes } from "./attempt_order.ts";
import { type Arena, createArena } from "./arena.ts";
import type { Engine } from "./engine.ts";
import { unboundBy } from "./heat_bath.ts";
import { LANE_STREAMS } from "./lane_random.ts";
import type { LoopsChoice } from "./loops.ts";
import { type AttemptShape, type OrderPlan, planOrder } from "./order_plan.ts";
import { type ReadingsArrays, type ReadingsShape, readingsSizes } from "./readings_memory.ts";
import { type RecordArrays, recordSizes } from "./record_memory.ts";
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
  readonly record: RecordArrays | null;
  readonly heatBath: HeatBathArrays | null;
}

/** What heat-bath sweeps look up. */
interface HeatBathArrays {
  /** `[N]` and `[2L + 1]`, see {@link HeatBath} and heat_bath.ts. */
  readonly vacancy: Float64Array;
  readonly unbound: Float64Array;
}

/** What a word has room for besides its replicas; nothing when absent. */
export interface WordRoom {
  readonly readings?: ReadingsShape;
  /** Attempts that can be recorded, a multiple of 64. */
  readonly attempts?: number;
  /** Whether heat-bath sweeps are made; in lanes only. */
  readonly heatBath?: boolean;
}

/**
 * Arrays of replicas without particles; `plan` as in {@link planOrder}, by the lattice's size when absent.
 */
export function createMemory(
  system: ArrheniusSystem,
  engine: ReplicaEngine,
  tableBytes: number,
  loops: LoopsChoice,
  plan: OrderPlan | null = planOrder(system.sites, system.halfWidth, REPLICA_ATTEMPTS[engine]),
  room: WordRoom = {},
): ReplicaMemory {
  const { sites, halfWidth, betaJ0 } = system;
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
  const further = roomSizes(system, width, room);
  const every = [...Object.values(sizes), ...Object.values(further).flat(), ...orderSizes(plan)];
  const arena = createArena(every, loops);
  const { buffer } = arena;
  const at = Object.fromEntries(
    Object.entries(sizes).map(([name, size]) => [name, arena.reserve(size)]),
  ) as Record<keyof typeof sizes, number>;
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
    ...createRoom(arena, system, further, room),
  };
}

/** Bytes of what a word has room for. */
function roomSizes({ sites, halfWidth }: ArrheniusSystem, width: number, room: WordRoom) {
  return {
    readings: readingsSizes(room.readings, width),
    record: recordSizes(room.attempts ?? 0, width),
    heatBath: room.heatBath ? [8 * sites, 8 * (2 * halfWidth + 1)] : [],
  };
}

function createRoom(
  { buffer, reserve }: Arena,
  system: ArrheniusSystem,
  sizes: ReturnType<typeof roomSizes>,
  { readings, attempts: capacity = 0, heatBath }: WordRoom,
): Pick<ReplicaMemory, "readings" | "record" | "heatBath"> {
  const doubles = (size: number) => new Float64Array(buffer, reserve(size), size / 8);
  const [before, after, values] = sizes.readings.map(doubles);
  const [attempted, accepted, hops] = sizes.record.map((size) =>
    new Uint32Array(buffer, reserve(size), size / 4)
  );
  const [vacancy, unbound] = sizes.heatBath.map(doubles);
  if (heatBath) unbound.set(unboundBy(system));
  return {
    readings: readings === undefined ? null : { ...readings, before, after, values },
    record: capacity === 0 ? null : { capacity, attempted, accepted, hops },
    heatBath: heatBath ? { vacancy, unbound } : null,
  };
}
