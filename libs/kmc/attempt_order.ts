/**
 * Attempts on lattices beyond the caches, made cell by cell: the same outcome from memory that is near.
 *
 * Attempts at bonds more than `reach = L + 1` apart commute: a hop over bond `x` changes what is read at bonds
 * `x - L - 1 .. x + L + 1` only. A batch of attempts, drawn beforehand, may hence be made in any order in which
 * those within reach of one another keep theirs. Cells, each of a size that the second-level cache holds, make
 * their attempts one cell after the other. Near its right end a cell leaves to the next what depends on the next:
 * attempts within reach of the end, and from then on all within reach of one that was left, so that the front of
 * what the next cell has taken over moves down by `reach^2 / 2` times the attempts a bond. The ring closes with a
 * last turn for what the last cell leaves, and the first had to put off. Where attempts lie alone decides, before
 * any is made, so acceptance sees nothing of it.
 *
 * Should a front cross its cell (which {@link planOrder} makes improbable), the batch is made as it is drawn.
 */
import type { Arena, EngineExports } from "./engine.ts";
import { chunks } from "./chunks.ts";
import { drawBond } from "./lane_random.ts";

/** How the attempts on a lattice are cut up. */
export interface OrderPlan {
  readonly sites: number;
  /** Greatest distance of bonds whose attempts may not be exchanged. */
  readonly reach: number;
  readonly cells: number;
  /** Attempts drawn beforehand, at most. */
  readonly batch: number;
  /** Draws an attempt takes: of a bond, and of a fraction where it has its own. */
  readonly words: number;
  /** Most attempts of a cell; more of them are made as they are drawn. */
  readonly capacity: number;
}

/** A plan and its scratch arrays. */
export interface AttemptOrder extends OrderPlan {
  readonly engine: EngineExports | null;
  /** `[4]`, xoshiro128** state that attempts are drawn from. */
  readonly stream: Uint32Array;
  /** `[cells + 1]`, first bond that each cell has taken over from the one before. */
  readonly front: Int32Array;
  /** `[cells + 1]`, attempts of each cell; the last entry is the turn that closes the ring. */
  readonly amount: Uint32Array;
  /** `[cells + 1, capacity, words]`. */
  readonly draws: Uint32Array;
  /** The lattice's arrays, each of equally many bytes a site. */
  readonly state: readonly ArrayBufferView[];
}

/** Bytes of a lattice that stay near without help, and bytes of a cell. */
const NEAR_BYTES = 1 << 20;
const CELL_BYTES = 1 << 18;
/** Attempts a bond in a batch: many share the cost of bringing a cell near; fewer are not worth it. */
const MOST = 2;
const LEAST = 1 / 8;
/** Bytes of a cell that one of its attempts is worth fetching. */
const FETCH_BYTES = 256;

/** The plan for a lattice of so many bytes a site; `null` where attempts are best made as they are drawn. */
export function planOrder(
  sites: number,
  halfWidth: number,
  siteBytes: number,
  words: number,
): OrderPlan | null {
  if (sites * siteBytes <= NEAR_BYTES) return null;
  const cells = Math.round(sites * siteBytes / CELL_BYTES);
  // On average a front then moves through a quarter of its cell.
  const perBond = Math.min(MOST, sites / cells / (2 * (halfWidth + 1) ** 2));
  return perBond < LEAST
    ? null
    : cutInto(cells, sites, halfWidth, Math.floor(perBond * sites), words);
}

/** A plan of so many cells and attempts. */
export function cutInto(
  cells: number,
  sites: number,
  halfWidth: number,
  batch: number,
  words: number,
): OrderPlan {
  const capacity = Math.ceil(1.25 * batch / cells) + 64;
  return { sites, reach: halfWidth + 1, cells, batch, words, capacity };
}

/** Bytes that {@link createOrder} reserves. */
export function orderBytes(plan: OrderPlan | null): number {
  if (plan === null) return 0;
  const { cells, capacity, words } = plan;
  return 4 * (cells + 1) * (2 + capacity * words) + 3 * 16;
}

/** Reserves the scratch arrays; see {@link AttemptOrder} for `stream` and `state`. */
export function createOrder(
  plan: OrderPlan | null,
  arena: Arena,
  stream: Uint32Array,
  state: readonly ArrayBufferView[],
): AttemptOrder | null {
  if (plan === null) return null;
  const { engine, buffer } = arena, entries = plan.cells + 1;
  const reserve = (numbers: number) => arena.reserve(4 * numbers).address;
  return {
    ...plan,
    engine,
    stream,
    front: new Int32Array(buffer, reserve(entries), entries),
    amount: new Uint32Array(buffer, reserve(entries), entries),
    draws: new Uint32Array(
      buffer,
      reserve(entries * plan.capacity * plan.words),
      entries * plan.capacity * plan.words,
    ),
    state,
  };
}

/**
 * Draws `attempts` attempts and makes them.
 *
 * @param make Makes so many attempts with the given draws, or draws of its own where there are none; returns hops.
 * @returns The sum of hops.
 */
export function makeInOrder(
  order: AttemptOrder,
  attempts: number,
  make: (attempts: number, draws: Uint32Array | null) => number,
): number {
  const { batch, amount, capacity, words, draws } = order;
  let hops = 0;
  for (const part of chunks(attempts, batch)) {
    if (!dealOut(order, part)) {
      hops += make(part, null);
      continue;
    }
    amount.forEach((own, cell) => {
      fetchCell(order, cell);
      const from = cell * capacity * words;
      hops += make(own, draws.subarray(from, from + own * words));
    });
  }
  return hops;
}

/**
 * Draws attempts and deals them out to the cells, in `amount` and `draws`; returns false, and leaves the stream
 * alone, if they must be made as they are drawn.
 */
export function dealOut(order: AttemptOrder, attempts: number): boolean {
  const { engine, sites, cells, reach, words, capacity, stream, front, amount, draws } = order;
  if (engine !== null) {
    const arrays = [stream, front, amount, draws].map(({ byteOffset }) => byteOffset);
    return engine.order_attempts(sites, cells, reach, attempts, words, capacity, ...arrays) === 1;
  }
  const start = (cell: number) => Math.floor(cell * sites / cells);
  front.forEach((_, cell) => front[cell] = start(cell));
  amount.fill(0);
  const random = stream.slice();
  let wrapped = -1;
  for (let k = 0; k < attempts; k++) {
    const first = drawBond(random), second = words === 2 ? drawBond(random) : 0;
    const x = Math.floor(first * sites / 2 ** 32);
    let cell = Math.floor(first * cells / 2 ** 32);
    if (x + reach >= front[cell + 1]) {
      cell++;
      front[cell] = Math.min(front[cell], x);
    } else if (x - reach <= wrapped) {
      cell = cells;
      wrapped = Math.max(wrapped, x);
    }
    const at = amount[cell]++;
    if (at === capacity) return false;
    const to = (cell * capacity + at) * words;
    draws[to] = first;
    if (words === 2) draws[to + 1] = second;
  }
  for (let cell = 0; cell < cells; cell++) {
    const previous = cell === 0 ? wrapped : start(cell);
    if (front[cell + 1] - previous <= reach) return false;
  }
  stream.set(random);
  return true;
}

/** Reads a cell's sites from end to end, which is faster than by chance, where its attempts will need them. */
function fetchCell({ engine, sites, cells, amount, state }: AttemptOrder, cell: number): void {
  if (engine === null || cell === cells) return;
  const first = Math.floor(cell * sites / cells), end = Math.floor((cell + 1) * sites / cells);
  for (const { byteOffset, byteLength } of state) {
    const bytes = byteLength / sites;
    if ((end - first) * bytes > FETCH_BYTES * amount[cell]) continue;
    engine.fetch_bytes(byteOffset + first * bytes, (end - first) * bytes);
  }
}
