import { compilerName, findCompiler, LOOPS, type LoopsName, loopsOf } from "@spiediff/kmc";

/** Which build of the particle loops runs here, and what could. */
export interface EngineFound {
  /** What runs where no other is asked for. */
  readonly engine: LoopsName;
  readonly available: readonly LoopsName[];
  /** A C compiler that would build native code; null where there is none. */
  readonly compiler: string | null;
  readonly advice: string;
}

/** Looks for builds and a compiler; builds nothing. */
export async function engineFound(): Promise<EngineFound> {
  const available = LOOPS.filter(isThere);
  const compiler = await findCompiler();
  const native = available.includes("native");
  return {
    engine: loopsOf(),
    available,
    compiler: compiler === null ? null : compilerName(compiler),
    advice: native
      ? "native code is built for this machine"
      : typeof Deno === "undefined"
      ? "native code needs Deno"
      : compiler === null
      ? "native code needs a C compiler, and none is found"
      : "`spiediff engine build` would make native code of the same bits",
  };
}

function isThere(name: LoopsName): boolean {
  try {
    loopsOf(name);
    return true;
  } catch {
    return false;
  }
}
