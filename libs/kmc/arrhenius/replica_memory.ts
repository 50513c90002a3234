/** Where replicas' arrays lie: in the memory of the compiled loops, where they run. */
import { type AttemptOrder, createOrder, orderSizes } from "./attempt_order.ts";
import { createArena } from "./arena.ts";
import { ELEMENT_BATCH, type Engine } from "./engine.ts";
import type { LoopsChoice } from "./loops.ts";
import { type AttemptShape, type OrderPlan, planOrder } from "./order_plan.ts";
import type { ArrheniusSystem, ReplicaEngine } from "./types.ts";

/** Every so many sites a full window count is kept where counts are modulo 256. */
export const REFERENCE_SITES = 64;

/** Bytes of a row: a multiple of a vector. */
export const rowLength = (sites: number) => 16 * Math.ceil(sites / 16);

/** Largest half-width with full window counts of 8 bits. */
export const BYTE_HALF_WIDTH = 127;
/** A site is 256 bits, or 16 occupations and 16 counts. */
export const REPLICA_ATTEMPTS: AttemptShape = { siteBytes: 32, words: 1, counts: true };

/** Replicas in a word. */
export const REPLICAS = { bits: 256, lanes: 16 } as const;

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

/** Arrays of replicas and where they lie. */
export interface ReplicaMemory {
  readonly arrays: ReplicaArrays;
  readonly engine: Engine | null;
  /** In which attempts are made; `null` for as they are drawn. */
  readonly order: AttemptOrder | null;
  readonly table: DataView;
  /** `[2, ELEMENT_BATCH]`, scratch of element_sums.ts. */
  readonly sums: Float64Array;
}

/** Arrays of replicas without particles; `plan` as in {@link planOrder}, by the lattice's size when absent. */
export function createMemory(
  { sites, halfWidth, betaJ0 }: ArrheniusSystem,
  engine: ReplicaEngine,
  tableBytes: number,
  loops: LoopsChoice,
  plan: OrderPlan | null = planOrder(sites, halfWidth, REPLICA_ATTEMPTS),
): ReplicaMemory {
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
  const arena = createArena([...Object.values(sizes), ...orderSizes(plan)], loops);
  const { buffer } = arena;
  const at = Object.fromEntries(
    Object.entries(sizes).map(([name, size]) => [name, arena.reserve(size)]),
  ) as Record<keyof typeof sizes, number>;
  const arrays = {
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
  };
  return {
    arrays,
    engine: arena.engine,
    order: createOrder(plan, arena, arrays.stream, [arrays.eta, arrays.count]),
    table: new DataView(buffer, at.table, tableBytes),
    sums: new Float64Array(buffer, at.sums, 2 * ELEMENT_BATCH),
  };
}
