/**
 * Attempts on lattices beyond the caches, made cell by cell: the same outcome from memory that is near.
 *
 * Attempts at bonds more than `reach = L + 1` apart commute: a hop over bond `x` changes what is read at bonds
 * `x - L - 1 .. x + L + 1` only; where it changes the counts at the windows' ends rather than all energies, only at
 * distances 0, 1, `L` and `L + 1`. A batch of attempts, drawn beforehand, may hence be made in any order in which
 * those that do not commute keep theirs. Cells, each of a size that the second-level cache holds, make their
 * attempts one cell after the other. Near its right end a cell leaves to the next what depends on the next: attempts
 * within reach of the end, and from then on all that depend on one that was left. So the front of what the next
 * cell has taken over moves down. The ring closes with a last turn for what the last cell leaves, and the first had
 * to put off. Where attempts lie alone decides, before any is made, so acceptance sees nothing of it.
 *
 * Should a front cross its cell (which order_plan.ts makes improbable), the batch is made as it is drawn.
 */
import type { Arena } from "./arena.ts";
import type { Engine } from "./engine.ts";
import { chunks } from "../chunks.ts";
import { drawBond } from "./lane_random.ts";
import type { OrderPlan } from "./order_plan.ts";

/** A plan and its scratch arrays. */
export interface AttemptOrder extends OrderPlan {
  readonly engine: Engine | null;
  /** `[4]`, xoshiro128** state that attempts are drawn from. */
  readonly stream: Uint32Array;
  /** `[cells + 1]`, first bond of each cell, and first that it has taken over from the one before. */
  readonly start: Int32Array;
  readonly front: Int32Array;
  /** `[cells + 1]`, attempts of each cell; the last entry is the turn that closes the ring. */
  readonly amount: Uint32Array;
  /** `[reach + N + reach]`, 1 where an attempt was put off, zeros before and after; empty but for counts. */
  readonly mark: Uint8Array;
  /** `[cells + 1, capacity, words]`. */
  readonly draws: Uint32Array;
  /** The lattice's arrays, each of equally many bytes a site. */
  readonly state: readonly ArrayBufferView[];
}

/** Bytes of a cell that one of its attempts is worth fetching. */
const FETCH_BYTES = 256;

/** Bytes of the scratch arrays, each rounded up to 16. */
function scratchOf({ sites, reach, cells, capacity, words, counts }: OrderPlan) {
  const entries = 4 * (cells + 1);
  const mark = counts ? sites + 2 * reach : 0;
  return {
    start: entries,
    front: entries,
    amount: entries,
    mark,
    draws: entries * capacity * words,
  };
}

/** Bytes of each array that {@link createOrder} reserves. */
export function orderSizes(plan: OrderPlan | null): number[] {
  return plan === null ? [] : Object.values(scratchOf(plan));
}

/** Reserves the scratch arrays; see {@link AttemptOrder} for `stream` and `state`. */
export function createOrder(
  plan: OrderPlan | null,
  arena: Arena,
  stream: Uint32Array,
  state: readonly ArrayBufferView[],
): AttemptOrder | null {
  if (plan === null) return null;
  const { engine, buffer } = arena, size = scratchOf(plan);
  const place = (bytes: number) => [buffer, arena.reserve(bytes), bytes / 4] as const;
  return {
    ...plan,
    engine,
    stream,
    start: new Int32Array(...place(size.start)),
    front: new Int32Array(...place(size.front)),
    amount: new Uint32Array(...place(size.amount)),
    mark: new Uint8Array(buffer, arena.reserve(size.mark), size.mark),
    draws: new Uint32Array(...place(size.draws)),
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
  const { engine, sites, cells, reach, words, capacity, stream, start, front, amount } = order;
  if (engine === null) return dealOutHere(order, attempts);
  return engine.order_attempts(
    sites,
    cells,
    reach,
    attempts,
    words,
    capacity,
    engine.addressOf(stream),
    engine.addressOf(start),
    engine.addressOf(front),
    engine.addressOf(amount),
    order.counts ? engine.addressOf(order.mark) : 0,
    engine.addressOf(order.draws),
  ) === 1;
}

/** The loop of compiled/attempt_order.c. */
function dealOutHere(order: AttemptOrder, attempts: number): boolean {
  const { sites, cells, reach, words, capacity, start, front, amount, mark, draws, counts } = order;
  const steps = [0, 1, reach - 1, reach].flatMap((step) => [reach - step, reach + step]);
  const depends = (x: number) => !counts || steps.some((step) => mark[x + step] === 1);
  const putOff = (x: number) => {
    if (counts) mark[reach + x] = 1;
  };
  start.forEach((_, cell) => start[cell] = Math.floor(cell * sites / cells));
  front.set(start);
  amount.fill(0);
  mark.fill(0);
  const random = order.stream.slice();
  let wrapped = -1;
  for (let k = 0; k < attempts; k++) {
    const first = drawBond(random), second = words === 2 ? drawBond(random) : 0;
    const x = Math.floor(first * sites / 2 ** 32);
    let cell = Math.floor(first * cells / 2 ** 32);
    // Near both ends of the first cell, either may hold an attempt that this one waits for.
    if (x + reach >= front[cell + 1] && (x + reach >= start[cell + 1] || depends(x))) {
      cell++;
      front[cell] = Math.min(front[cell], x);
      putOff(x);
    } else if (x - reach <= wrapped && (x < reach || depends(x))) {
      cell = cells;
      wrapped = Math.max(wrapped, x);
      putOff(x);
    }
    const at = amount[cell]++;
    if (at === capacity) return false;
    const to = (cell * capacity + at) * words;
    draws[to] = first;
    if (words === 2) draws[to + 1] = second;
  }
  for (let cell = 0; cell < cells; cell++) {
    if (front[cell + 1] - (cell === 0 ? wrapped : start[cell]) <= reach) return false;
  }
  order.stream.set(random);
  return true;
}

/** Reads a cell's sites from end to end, which is faster than by chance, where its attempts will need them. */
function fetchCell(
  { engine, sites, cells, start, amount, state }: AttemptOrder,
  cell: number,
): void {
  if (engine === null || cell === cells) return;
  const first = start[cell], end = start[cell + 1];
  for (const array of state) {
    const bytes = array.byteLength / sites;
    if ((end - first) * bytes > FETCH_BYTES * amount[cell]) continue;
    engine.fetch_bytes(engine.addressOf(array) + first * bytes, (end - first) * bytes);
  }
}
