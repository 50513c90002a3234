/** The compiled hot loops (wasm/engine.wasm, from the C files beside it) and the arrays they work on. */
import { readFileSync } from "node:fs";

/** Where an array lies in the memory of the compiled loops. */
type Address = number;

/** Exports of the module, as the C files beside it declare them. */
export interface EngineExports {
  readonly __heap_base: WebAssembly.Global;
  attempt_bits(
    sites: number,
    attempts: number,
    eta: Address,
    stream: Address,
    lanes: Address,
    p: number,
    crowdedIsFree: number,
    allFree: number,
    through: Address,
    list: Address,
  ): bigint;
  attempt_bytes(
    sites: number,
    halfWidth: number,
    attempts: number,
    eta: Address,
    count: Address,
    stream: Address,
    lanes: Address,
    table: Address,
    mirror: number,
    through: Address,
    list: Address,
  ): bigint;
  attempt_wide(
    sites: number,
    halfWidth: number,
    attempts: number,
    eta: Address,
    count: Address,
    reference: Address,
    stream: Address,
    lanes: Address,
    table: Address,
    mirror: number,
    through: Address,
    list: Address,
  ): bigint;
  pack_rows(
    sites: number,
    vectors: number,
    inByte: number,
    stride: number,
    rows: Address,
    eta: Address,
  ): void;
  unpack_rows(
    sites: number,
    vectors: number,
    inByte: number,
    stride: number,
    rows: Address,
    eta: Address,
  ): void;
  count_lanes(
    sites: number,
    halfWidth: number,
    eta: Address,
    count: Address,
    reference: Address,
    mirror: number,
  ): void;
  sum_elements(
    row: Address,
    sites: number,
    from: number,
    length: number,
    elements: number,
    sums: Address,
  ): void;
  order_attempts(
    sites: number,
    cells: number,
    reach: number,
    attempts: number,
    words: number,
    capacity: number,
    stream: Address,
    start: Address,
    front: Address,
    amount: Address,
    mark: Address,
    list: Address,
  ): number;
  fetch_bytes(from: Address, bytes: number): void;
  attempt_energies(
    sites: number,
    halfWidth: number,
    attempts: number,
    eta: Address,
    energy: Address,
    step: Address,
    boltzmann: Address,
    bound: Address,
    lowest: number,
    oneDraw: number,
    stream: Address,
    netHops: Address,
    list: Address,
  ): number;
  attempt_counts_8(
    sites: number,
    halfWidth: number,
    attempts: number,
    site: Address,
    threshold: Address,
    oneDraw: number,
    stream: Address,
    netHops: Address,
  ): number;
  attempt_counts_16(
    sites: number,
    halfWidth: number,
    attempts: number,
    site: Address,
    threshold: Address,
    oneDraw: number,
    stream: Address,
    netHops: Address,
  ): number;
  attempt_counted_bits(
    sites: number,
    halfWidth: number,
    halo: number,
    attempts: number,
    bits: Address,
    reference: Address,
    threshold: Address,
    oneDraw: number,
    stream: Address,
    netHops: Address,
  ): number;
  pack_counted_bits(
    sites: number,
    halo: number,
    bits: Address,
    reference: Address,
    eta: Address,
    count: Address,
  ): void;
  unpack_counted_bits(
    sites: number,
    halfWidth: number,
    halo: number,
    bits: Address,
    reference: Address,
    eta: Address,
    count: Address,
  ): void;
  pack_8(sites: number, site: Address, eta: Address, count: Address): void;
  pack_16(sites: number, site: Address, eta: Address, count: Address): void;
  unpack_8(sites: number, site: Address, eta: Address, count: Address): void;
  unpack_16(sites: number, site: Address, eta: Address, count: Address): void;
  sample_rates(
    sites: number,
    from: number,
    length: number,
    elements: number,
    eta: Address,
    energy: Address,
    boltzmann: Address,
    lowest: number,
    weight: number,
    net: Address,
    sums: Address,
  ): void;
  recount_energies(
    sites: number,
    halfWidth: number,
    eta: Address,
    energy: Address,
    row: Address,
  ): void;
}

/** Room for arrays, in the engine's memory if there is an engine. */
export interface Arena {
  /** `null` where WebAssembly SIMD is missing or was declined: the TypeScript loops take over. */
  readonly engine: EngineExports | null;
  readonly buffer: ArrayBuffer;
  /** The next `bytes` bytes, zeroed, aligned to 16. */
  reserve(bytes: number): { buffer: ArrayBuffer; address: number };
}

/** Elements that one call of a loop over elements takes at most: bounds its output. */
export const ELEMENT_BATCH = 128;

const PAGE = 65536;
let compiled: WebAssembly.Module | null | undefined;

/** Whether this runtime runs the compiled loops. */
export function hasEngine(): boolean {
  return compile() !== null;
}

function compile(): WebAssembly.Module | null {
  if (compiled !== undefined) return compiled;
  const bytes = readFileSync(new URL("./wasm/engine.wasm", import.meta.url));
  // A runtime without SIMD refuses the module; nothing else can go wrong here.
  compiled = WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
  return compiled;
}

/**
 * An arena of `bytes` bytes in all (each array rounded up to 16).
 *
 * @param wasm Whether to use the engine where it runs; without it the arrays are plain memory.
 */
export function createArena(bytes: number, wasm: boolean): Arena {
  const module = wasm ? compile() : null;
  // Twice a page: the module's stack and constants lie below its heap base.
  const memory = module === null
    ? null
    : new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) + 2 });
  const engine = module === null
    ? null
    : new WebAssembly.Instance(module, { env: { memory: memory! } })
      .exports as unknown as EngineExports;
  const buffer = memory === null ? new ArrayBuffer(bytes) : memory.buffer as ArrayBuffer;
  let next = engine === null ? 0 : Math.ceil(engine.__heap_base.value / 16) * 16;
  return {
    engine,
    buffer,
    reserve(size) {
      const address = next;
      next += Math.ceil(size / 16) * 16;
      if (next > buffer.byteLength) {
        throw new RangeError(`The arena of ${bytes} bytes has no room for ${size} more.`);
      }
      return { buffer, address };
    },
  };
}
