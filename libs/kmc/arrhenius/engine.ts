/** The compiled hot loops (wasm/engine.wasm, from the C files beside it) and the arrays they work on. */
import { readFileSync } from "node:fs";

/** Exports of the module; arguments are addresses in its memory and plain numbers. */
export interface EngineExports {
  readonly __heap_base: WebAssembly.Global;
  attempt_bits(...args: number[]): bigint;
  attempt_bytes(...args: number[]): bigint;
  attempt_wide(...args: number[]): bigint;
  pack_rows(...args: number[]): void;
  unpack_rows(...args: number[]): void;
  count_lanes(...args: number[]): void;
  sum_elements(...args: number[]): void;
  order_attempts(...args: number[]): number;
  fetch_bytes(...args: number[]): void;
  attempt_energies(...args: number[]): number;
  attempt_counts_8(...args: number[]): number;
  attempt_counts_16(...args: number[]): number;
  attempt_counted_bits(...args: number[]): number;
  pack_counted_bits(...args: number[]): void;
  unpack_counted_bits(...args: number[]): void;
  pack_8(...args: number[]): void;
  pack_16(...args: number[]): void;
  unpack_8(...args: number[]): void;
  unpack_16(...args: number[]): void;
  sample_rates(...args: number[]): void;
  recount_energies(...args: number[]): void;
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
