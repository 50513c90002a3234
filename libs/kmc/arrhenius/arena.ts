/** Where the loops' arrays lie: in one memory, that of the compiled loops where they run. */
import type { Engine } from "./engine.ts";
import { compiledLoops, type LoopsChoice } from "./loops.ts";

/** Room for arrays, in the engine's memory if there is an engine. */
export interface Arena {
  /** `null` where the compiled loops do not run or were declined: those in TypeScript take over. */
  readonly engine: Engine | null;
  readonly buffer: ArrayBuffer;
  /** The next `bytes` bytes, zeroed, aligned to 64; returns where they begin in the buffer. */
  reserve(bytes: number): number;
}

/** Arrays begin at whole lines of the caches, and a line is left between two. */
const LINE = 64;
const roomOf = (bytes: number) => (Math.ceil(bytes / LINE) + 1) * LINE;

/** An arena for arrays of so many bytes. @throws {RangeError} if the loops asked for are not to be had. */
export function createArena(sizes: readonly number[], loops: LoopsChoice): Arena {
  const bytes = sizes.reduce((sum, size) => sum + roomOf(size), 0);
  const compiled = compiledLoops(loops);
  const { engine, buffer, first } = compiled === null
    ? { engine: null, buffer: new ArrayBuffer(bytes), first: 0 }
    : compiled.open(bytes);
  let next = first;
  return {
    engine,
    buffer,
    reserve(size) {
      const at = next;
      next += roomOf(size);
      if (next > first + bytes) {
        throw new RangeError(`The arena of ${bytes} bytes has no room for ${size} more.`);
      }
      compiled?.guard?.(new Uint8Array(buffer, at + size, next - at - size));
      return at;
    },
  };
}
