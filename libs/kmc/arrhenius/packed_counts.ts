/** Window counts in the compiled loops: how sites are packed, and the attempts made on them. */
import { chunks } from "../chunks.ts";
import { createArena } from "./arena.ts";
import type { Address, Engine } from "./engine.ts";
import {
  type CompiledLedger,
  createLedger,
  type LedgerShape,
  ledgerSizes,
} from "./ledger_memory.ts";
import type { LoopsChoice } from "./loops.ts";

/** Largest half-width whose window counts fit into 15 bits, and into 7. */
const COMPILED_HALF_WIDTH = (1 << 14) - 1;
const BYTE_HALF_WIDTH = 63;
/** Bytes of packed sites above which bits are faster; a byte a site stays below. */
const NEAR_BYTES = 1 << 21;

/**
 * Occupation and count in 8 or 16 bits a site (compiled/window_counts.c); or a bit a site and every 32nd count
 * (compiled/counted_bits.c), which costs half as much again an attempt in the caches, and less beyond them.
 */
export type CountLayout = "bytes" | "shorts" | "bits";

/** What the compiled loops need. */
export interface CompiledCounts {
  readonly engine: Engine;
  readonly layout: CountLayout;
  readonly addresses: {
    readonly occupation: Address;
    readonly windowCount: Address;
    readonly bondRate: Address;
    readonly packed: Address;
    /** Counts of every 32nd site, for bits. */
    readonly reference: Address;
    readonly threshold: Address;
    readonly stream: Address;
    readonly netHops: Address;
  };
  /** `[4]`, the engine's copy of the random state. */
  readonly stream: Uint32Array;
  readonly netHops: Int32Array;
  /** For control variates, where there is room for it. */
  readonly ledger: CompiledLedger | null;
}

function layoutOf(sites: number, halfWidth: number): CountLayout {
  if (halfWidth <= BYTE_HALF_WIDTH) return "bytes";
  return 2 * sites > NEAR_BYTES ? "bits" : "shorts";
}

/** Sites that a ring of bits is continued by at either end. */
const haloOf = (halfWidth: number) => halfWidth + 8;

/** Bytes of packed sites and of references. */
function packedBytes(sites: number, halfWidth: number, layout: CountLayout): [number, number] {
  if (layout === "bytes") return [sites, 0];
  if (layout === "shorts") return [2 * sites, 0];
  return [Math.ceil((sites + 2 * haloOf(halfWidth)) / 8) + 16, 2 * Math.ceil(sites / 32)];
}

/** Arrays of a lattice with window counts, and whether compiled loops work on them. */
interface CountArrays {
  readonly occupation: Uint8Array;
  readonly windowCount: Int32Array;
  readonly bondRate: Int32Array;
  readonly counts: CompiledCounts | null;
}

/**
 * Arrays of a lattice with window counts; bits need a ring of `L + 8` sites at least.
 *
 * @param ledger What there is room for besides.
 */
export function createCounts(
  sites: number,
  halfWidth: number,
  threshold: Int32Array,
  loops: LoopsChoice,
  ledger: LedgerShape,
  layout: CountLayout = layoutOf(sites, halfWidth),
): CountArrays {
  if (loops === "typescript" || halfWidth > COMPILED_HALF_WIDTH) {
    return {
      occupation: new Uint8Array(sites),
      windowCount: new Int32Array(sites),
      bondRate: new Int32Array(sites),
      counts: null,
    };
  }
  const [packedSize, referenceSize] = packedBytes(sites, halfWidth, layout);
  // Bits are unpacked in blocks of 32.
  const room = 32 * Math.ceil(sites / 32);
  const sizes = [room, 4 * room, 4 * sites, packedSize, referenceSize, 4 * threshold.length, 16, 4];
  const arena = createArena([...sizes, ...ledgerSizes(sites, ledger)], loops);
  const { engine, buffer, reserve } = arena;
  const [at, countsAt, ratesAt, packedAt, referenceAt, thresholdAt, streamAt, netHopsAt] = sizes
    .map(reserve);
  const occupation = new Uint8Array(buffer, at, sites);
  const windowCount = new Int32Array(buffer, countsAt, sites);
  const bondRate = new Int32Array(buffer, ratesAt, sites);
  const thresholds = new Int32Array(buffer, thresholdAt, threshold.length);
  thresholds.set(threshold);
  const stream = new Uint32Array(buffer, streamAt, 4),
    netHops = new Int32Array(buffer, netHopsAt, 1);
  if (engine === null) return { occupation, windowCount, bondRate, counts: null };
  const addresses = {
    occupation: engine.addressOf(occupation),
    windowCount: engine.addressOf(windowCount),
    bondRate: engine.addressOf(bondRate),
    packed: engine.addressOf(new Uint8Array(buffer, packedAt)),
    reference: engine.addressOf(new Uint8Array(buffer, referenceAt)),
    threshold: engine.addressOf(thresholds),
    stream: engine.addressOf(stream),
    netHops: engine.addressOf(netHops),
  };
  const kept = ledger.elements === 0 ? null : createLedger(arena, engine, sites, ledger);
  const counts = { engine, layout, addresses, stream, netHops, ledger: kept };
  return { occupation, windowCount, bondRate, counts };
}

/** What the compiled loops read of a lattice, and the hops that they add to it. */
interface CountedLattice {
  readonly sites: number;
  readonly halfWidth: number;
  readonly oneDraw: boolean;
  netHops: number;
  hops: number;
}

/** The attempts of `attemptHops`, compiled; packing and unpacking all sites costs as much as N / 4 attempts at most. */
export function attemptPacked(
  lattice: CountedLattice,
  counts: CompiledCounts,
  rng: Uint32Array,
  attempts: number,
): void {
  const { pack, attempt, unpack } = callsOf(lattice, counts);
  const { stream, netHops } = counts;
  stream.set(rng);
  netHops[0] = 0;
  pack();
  for (const part of chunks(attempts)) lattice.hops += attempt(part);
  unpack();
  lattice.netHops += netHops[0];
  rng.set(stream);
}

function callsOf(
  { sites, halfWidth, oneDraw }: CountedLattice,
  { engine, layout, addresses: at }: CompiledCounts,
): { pack(): void; attempt(attempts: number): number; unpack(): void } {
  const draws = [at.threshold, oneDraw ? 1 : 0, at.stream, at.netHops] as const;
  const arrays = [at.occupation, at.windowCount] as const;
  if (layout === "bits") {
    const halo = haloOf(halfWidth), bits = [at.packed, at.reference] as const;
    return {
      pack: () => engine.pack_counted_bits(sites, halo, ...bits, ...arrays),
      attempt: (attempts) =>
        engine.attempt_counted_bits(sites, halfWidth, halo, attempts, ...bits, ...draws),
      unpack: () => engine.unpack_counted_bits(sites, halfWidth, halo, ...bits, ...arrays),
    };
  }
  const narrow = layout === "bytes";
  const run = narrow ? engine.attempt_counts_8 : engine.attempt_counts_16;
  return {
    pack: () => (narrow ? engine.pack_8 : engine.pack_16)(sites, at.packed, ...arrays),
    attempt: (attempts) => run(sites, halfWidth, attempts, at.packed, ...draws),
    unpack: () => (narrow ? engine.unpack_8 : engine.unpack_16)(sites, at.packed, ...arrays),
  };
}
