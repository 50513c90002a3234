/** How attempts on lattices beyond the caches are cut up; why they may be, in attempt_order.ts. */

/** What attempts take. */
export interface AttemptShape {
  /** Bytes of a site that they read. */
  readonly siteBytes: number;
  /** Draws: of a bond, and of a fraction where it has its own. */
  readonly words: number;
  /** Whether attempts depend on those at distances 0, 1, `L` and `L + 1` alone. */
  readonly counts: boolean;
}

/** How the attempts on a lattice are cut up. */
export interface OrderPlan extends Omit<AttemptShape, "siteBytes"> {
  readonly sites: number;
  /** Greatest distance of bonds whose attempts may not be exchanged. */
  readonly reach: number;
  readonly cells: number;
  /** Attempts drawn beforehand, at most. */
  readonly batch: number;
  /** Most attempts of a cell; more of them are made as they are drawn. */
  readonly capacity: number;
}

/** Bytes of a lattice that stay near without help. */
const NEAR_BYTES = 1 << 20;
/** Bytes of a cell: as few as leave room for fronts. */
const CELL_BYTES = [1 << 18, 1 << 19, 1 << 20];
/** Attempts a bond in a batch: many share the cost of bringing a cell near, and too few are not worth it. */
const MOST = 2;
const ENOUGH = 1;
const LEAST = 1 / 8;

/** The plan for a lattice; `null` where attempts are best made as they are drawn. */
export function planOrder(
  sites: number,
  halfWidth: number,
  shape: AttemptShape,
): OrderPlan | null {
  const bytes = sites * shape.siteBytes;
  if (bytes <= NEAR_BYTES) return null;
  // The first cell has two fronts; a third leaves room for chance.
  const fits = (cells: number, perBond: number) =>
    3 * frontOf(halfWidth + 1, perBond, shape.counts) <= sites / cells;
  const counts = CELL_BYTES.map((cellBytes) => Math.round(bytes / cellBytes));
  const cells = counts.find((cells) => fits(cells, ENOUGH)) ?? counts[counts.length - 1];
  let perBond = MOST;
  while (perBond >= LEAST && !fits(cells, perBond)) perBond /= 2;
  if (perBond < LEAST) return null;
  return cutInto(cells, Math.floor(perBond * sites), sites, halfWidth, shape);
}

/**
 * Sites that a cell leaves to the next, about, by so many attempts a bond: those within reach, and what depends on
 * them. All within reach: a walk with uniform steps. Counts: chains of attempts `L` apart, as long as there are any;
 * `reach (2 perBond)^k / k!` of them have `k` links.
 */
function frontOf(reach: number, perBond: number, counts: boolean): number {
  if (!counts) return reach + reach ** 2 / 2 * perBond;
  let links = 0;
  for (let chains = reach; chains >= 1; chains *= 2 * perBond / links) links++;
  return reach * links;
}

/** A plan of so many cells and attempts. */
export function cutInto(
  cells: number,
  batch: number,
  sites: number,
  halfWidth: number,
  { words, counts }: Omit<AttemptShape, "siteBytes">,
): OrderPlan {
  const capacity = Math.ceil(1.25 * batch / cells) + 64;
  return { sites, reach: halfWidth + 1, cells, batch, words, counts, capacity };
}
