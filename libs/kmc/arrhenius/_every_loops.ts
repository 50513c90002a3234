/** The builds of the loops that tests hold against each other: native code too, where a C compiler is. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { LOOPS, type LoopsName } from "./loops.ts";
import { buildNative, findCompiler } from "./native/build.ts";

/** A cache of the tests' own: nothing is taken from the user's, and one build serves all. */
process.env.XDG_CACHE_HOME = join(tmpdir(), "spiediff-tests");

async function hasNative(): Promise<boolean> {
  if (await findCompiler() === null) return false;
  await buildNative();
  return true;
}

/** The first is what the others must equal. */
export const EVERY_LOOPS: readonly LoopsName[] = await hasNative()
  ? LOOPS
  : LOOPS.filter((name) => name !== "native");
