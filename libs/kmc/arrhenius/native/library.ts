/** The hot loops as native code, where `spiediff engine build` has made them for this machine. */
import type { CompiledLoops, Engine, EngineExports } from "../engine.ts";
import { installedLibrary } from "./place.ts";
import { SYMBOLS } from "./symbols.ts";

let found: CompiledLoops | null | undefined;

/** The loops; `null` where no library is built for this machine, or the runtime loads none. */
export function nativeLoops(): CompiledLoops | null {
  if (found !== undefined) return found;
  const path = canLoad() ? installedLibrary() : null;
  found = path === null ? null : openLibrary(path);
  return found;
}

/** Lets this thread's native loops be those of a library, wherever it lies. @throws if it cannot be loaded. */
export function useLibrary(path: string, guard?: CompiledLoops["guard"]): void {
  found = { ...openLibrary(path), guard };
}

/** Whether this runtime loads native libraries: Deno does, where it is allowed to. */
export function canLoad(): boolean {
  return typeof Deno !== "undefined" &&
    Deno.permissions.querySync({ name: "ffi" }).state === "granted";
}

function openLibrary(path: string): CompiledLoops {
  const { symbols } = Deno.dlopen(path, SYMBOLS);
  const loops = symbols as unknown as EngineExports;
  return {
    open(bytes) {
      // An ArrayBuffer stays where it is as long as somebody holds it; whole lines of the caches begin within.
      const buffer = new ArrayBuffer(bytes + LINE);
      const start = Number(Deno.UnsafePointer.value(Deno.UnsafePointer.of(buffer)));
      const engine: Engine = { ...loops, addressOf: (array) => start + array.byteOffset };
      return { engine, buffer, first: (LINE - start % LINE) % LINE };
    },
  };
}

const LINE = 64;
