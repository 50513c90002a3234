/**
 * Which build of the hot loops runs: the same C files as native code or as WebAssembly, or the same loops in
 * TypeScript. The bits are the same in all; only the time differs.
 */
import process from "node:process";
import type { CompiledLoops } from "./engine.ts";
import { nativeLoops } from "./native/library.ts";
import { wasmLoops } from "./wasm_loops.ts";

/** Builds of the hot loops, the fastest first. */
export const LOOPS = ["native", "wasm", "typescript"] as const;
export type LoopsName = typeof LOOPS[number];
/** A build by name, or the fastest that there is. */
export type LoopsChoice = LoopsName | "auto";

/** Names what {@link loopsFromEnvironment} is; threads and job scripts inherit it. */
export const LOOPS_VARIABLE = "SPIEDIFF_ENGINE";

/** What `SPIEDIFF_ENGINE` asks for; `"auto"` where it is not set. @throws {RangeError} for other words. */
export function loopsFromEnvironment(): LoopsChoice {
  const asked = process.env[LOOPS_VARIABLE] || "auto";
  if (asked === "auto" || (LOOPS as readonly string[]).includes(asked)) return asked as LoopsChoice;
  throw new RangeError(
    `${LOOPS_VARIABLE} must be "auto", "native", "wasm" or "typescript", not "${asked}".`,
  );
}

const BUILDS: Readonly<Record<LoopsName, () => CompiledLoops | null>> = {
  native: nativeLoops,
  wasm: wasmLoops,
  typescript: () => null,
};

const isThere = (name: LoopsName): boolean => name === "typescript" || BUILDS[name]() !== null;

/** The compiled loops of a choice; `null` for those in TypeScript. @throws {RangeError} if they are not to be had. */
export function compiledLoops(choice: LoopsChoice): CompiledLoops | null {
  return BUILDS[loopsOf(choice)]();
}

/** Which build a choice comes to here. @throws {RangeError} if it is not to be had. */
export function loopsOf(choice: LoopsChoice = loopsFromEnvironment()): LoopsName {
  const name = choice === "auto" ? LOOPS.find(isThere) ?? "typescript" : choice;
  if (isThere(name)) return name;
  throw new RangeError(
    name === "native"
      ? "The native engine is not built for this machine and version: `spiediff engine build` makes it " +
        "where Deno runs and a C compiler is found; without it choose wasm or auto."
      : "The wasm engine needs a runtime that has WebAssembly with vectors; choose typescript or auto.",
  );
}
