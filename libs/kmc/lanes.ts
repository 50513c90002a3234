/**
 * Sixteen replicas at once, one per byte lane of WebAssembly's 128-bit vectors (`lanes.c`).
 *
 * The replicas of a word share the number and the sequence of attempted bonds and nothing else: each
 * accepts with its own random bits and is exact in law. Given the sequence they are independent; what
 * the sharing leaves between two of them is made negligible by independent initial states and a
 * random cyclic shift of each replica's lattice (translation invariance), and is measured by a test.
 * Bonds are uniform up to `N 2^-32`, acceptance probabilities exact up to `2^-32`.
 */
import type { RandomStream } from "@spiediff/random";
import { LANES_WASM } from "./lanes_wasm.ts";
import { checkSystem } from "./rates.ts";
import type { ArrheniusSystem } from "./types.ts";

/** Replicas in a word. */
export const LANES = 16;
/** Largest half-width whose window counts fit into a byte. */
export const LARGEST_LANES_HALF_WIDTH = 127;
/** clang's shadow stack and constants live below this address. */
const HEAP = 2 * 65536;
/** Attempts per call: keeps a call well under a second, so that nothing blocks for long. */
const CHUNK = 4_000_000;

/** Sixteen lattices in one WebAssembly memory. */
export interface LaneLattice {
  readonly sites: number;
  readonly halfWidth: number;
  /** Attempts per bond and macroscopic time. */
  readonly attemptRate: number;
  /** `[N, 16]`, 0 or 255; lane `r` holds replica `r` shifted by `shifts[r]`. */
  readonly occupation: Uint8Array;
  /** `[N, 16]`, particles within `L` sites, itself included. */
  readonly windowCount: Uint8Array;
  /** `[16]`, site `x` of replica `r` is site `(x + shifts[r]) mod N` of its lane. */
  readonly shifts: Int32Array;
  /** Accepted hops of all replicas so far. */
  hops: number;
  /** Makes attempts, advancing both generators. */
  readonly attempt: (attempts: number) => void;
  /** Generator of the bonds `[4]` and of the lanes `[4, 4]`; seeded by {@link seedLanes}. */
  readonly bondState: Uint32Array;
  readonly laneState: Uint32Array;
}

/** Whether the engine takes a system. */
export function lanesFit(system: ArrheniusSystem): boolean {
  return system.halfWidth <= LARGEST_LANES_HALF_WIDTH;
}

/**
 * Empty lattices.
 *
 * @throws {RangeError} naming the system's field at fault, or if `halfWidth` exceeds 127.
 */
export function createLanes(system: ArrheniusSystem): LaneLattice {
  const { sites, halfWidth, betaJ0, drive = 1 } = checkSystem(system);
  if (!lanesFit(system)) {
    throw new RangeError(
      `halfWidth must be at most ${LARGEST_LANES_HALF_WIDTH} for 16 replicas in a word, not ${halfWidth}.`,
    );
  }
  const tables = Math.ceil((2 * halfWidth + 2) / 16);
  const at = { occupation: HEAP, windowCount: 0, table: 0, rest: 0, bonds: 0, lanes: 0 };
  at.windowCount = at.occupation + 16 * sites;
  at.table = at.windowCount + 16 * sites;
  at.rest = at.table + 16 * tables;
  at.bonds = at.rest + 64 * tables;
  at.lanes = at.bonds + 16;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((at.lanes + 64) / 65536) });
  const { run } = instantiate(memory);
  const { buffer } = memory;
  const b = betaJ0 / (2 * halfWidth + 1);
  const mostFree = b >= 0 ? 0 : 2 * halfWidth - 1;
  const first = new Uint8Array(buffer, at.table, 16 * tables);
  const rest = new Uint32Array(buffer, at.rest, 16 * tables);
  for (let c = 1; c <= 2 * halfWidth + 1; c++) {
    // Probability as an 8-bit digit and a remainder of up to 2^24 units, so that 1 is exact.
    const p = Math.min(1, Math.exp(-b * (c - 1 - mostFree)));
    first[c] = Math.min(255, Math.floor(256 * p));
    rest[c] = Math.round((256 * p - first[c]) * 2 ** 24);
  }
  const lattice: LaneLattice = {
    sites,
    halfWidth,
    attemptRate: drive * sites * sites * Math.exp(-b * mostFree),
    occupation: new Uint8Array(buffer, at.occupation, 16 * sites),
    windowCount: new Uint8Array(buffer, at.windowCount, 16 * sites),
    shifts: new Int32Array(LANES),
    hops: 0,
    bondState: new Uint32Array(buffer, at.bonds, 4),
    laneState: new Uint32Array(buffer, at.lanes, 16),
    attempt: (attempts) => {
      for (let done = 0; done < attempts; done += CHUNK) {
        lattice.hops += run(
          at.occupation,
          at.windowCount,
          sites,
          halfWidth,
          at.table,
          tables,
          at.rest,
          at.bonds,
          at.lanes,
          Math.min(CHUNK, attempts - done),
        ) >>> 0;
      }
    },
  };
  return lattice;
}

/** Seeds both generators and draws the shifts from the word's own stream. */
export function seedLanes(lattice: LaneLattice, stream: RandomStream): void {
  for (const state of [lattice.bondState, lattice.laneState]) {
    for (let i = 0; i < state.length; i++) state[i] = stream.uint32();
    // The all-zero state is a generator's one fixed point.
    if (state.every((word) => word === 0)) state[0] = 1;
  }
  for (let r = 0; r < LANES; r++) lattice.shifts[r] = stream.integer(lattice.sites);
}

/** Puts a configuration `[N]` into lane `r`, shifted, and counts its windows. */
export function loadLane(lattice: LaneLattice, r: number, configuration: ArrayLike<number>): void {
  const { sites, halfWidth, occupation, windowCount, shifts } = lattice;
  for (let x = 0; x < sites; x++) {
    occupation[((x + shifts[r]) % sites) * LANES + r] = configuration[x] === 1 ? 255 : 0;
  }
  const eta = (x: number) => occupation[((x + sites) % sites) * LANES + r] & 1;
  let count = 0;
  for (let d = -halfWidth; d <= halfWidth; d++) count += eta(d);
  for (let x = 0; x < sites; x++) {
    windowCount[x * LANES + r] = count;
    count += eta(x + halfWidth + 1) - eta(x - halfWidth);
  }
}

/** Reads lane `r` into a configuration `[N]`, shifted back. */
export function readLane(lattice: LaneLattice, r: number, out: Uint8Array): Uint8Array {
  const { sites, occupation, shifts } = lattice;
  for (let x = 0; x < sites; x++) out[x] = occupation[((x + shifts[r]) % sites) * LANES + r] & 1;
  return out;
}

/** Evolves all replicas by a macroscopic time; the number of attempts is drawn from `stream`. */
export function advanceLanes(lattice: LaneLattice, time: number, stream: RandomStream): void {
  lattice.attempt(stream.poisson(lattice.sites * lattice.attemptRate * time));
}

type Run = (...pointersAndSizes: number[]) => number;

function instantiate(memory: WebAssembly.Memory): { run: Run } {
  const bytes = Uint8Array.from(atob(LANES_WASM), (c) => c.charCodeAt(0));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return exports as { run: Run };
}
