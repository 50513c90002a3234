/** Builds the native library: only when asked to, and it stays only if its bits are WebAssembly's. */
import { execFile } from "node:child_process";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { arch } from "node:os";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { canLoad, useLibrary } from "./library.ts";
import { FLAGS, libraryPath, SOURCE_FOLDER, sources } from "./place.ts";

const run = promisify(execFile);

/** Why there is no native library: a sentence for the user. */
export class NativeBuildError extends RangeError {}

/** A native library that has passed its test. */
export interface BuiltLibrary {
  readonly path: string;
  /** First line of what the compiler calls itself. */
  readonly compiler: string;
  /** Whether it was there before. */
  readonly present: boolean;
}

/** A C compiler. */
interface Compiler {
  readonly command: string;
  /** What it says of itself. */
  readonly version: string;
}

/** The first C compiler of `$CC`, cc, gcc and clang that answers; `null` where there is none. */
export async function findCompiler(): Promise<Compiler | null> {
  const { CC } = process.env;
  for (const command of [...(CC ? [CC] : []), "cc", "gcc", "clang"]) {
    try {
      const { stdout } = await run(command, ["--version"]);
      return { command, version: stdout.trim() };
    } catch { /* The next. */ }
  }
  return null;
}

/** The compiler's name and version in a line. */
export const compilerName = ({ version }: Compiler): string => version.split("\n")[0];

/**
 * Builds the library for this machine and tests it; leaves one that is there already, once it has passed. This thread
 * uses it from now on.
 *
 * @throws {NativeBuildError} without a compiler or a runtime that loads libraries; with the compiler's words if it
 * fails; with the first difference if the library's bits are not WebAssembly's, and then keeps nothing.
 */
export async function buildNative(): Promise<BuiltLibrary> {
  if (!canLoad()) {
    throw new NativeBuildError(
      "A native engine needs Deno with leave to load libraries (-A or --allow-ffi); the WebAssembly engine runs here.",
    );
  }
  const compiler = await findCompiler();
  if (compiler === null) {
    throw new NativeBuildError(
      "No C compiler is found: neither $CC nor cc, gcc or clang runs; the WebAssembly engine serves without.",
    );
  }
  const path = libraryPath(compiler.version);
  const done = (present: boolean) => {
    useLibrary(path);
    return { path, compiler: compilerName(compiler), present };
  };
  if (await stat(path).then(() => true, () => false)) {
    await test(path);
    return done(true);
  }
  await mkdir(dirname(path), { recursive: true });
  // Its name is no library's until it is whole and tested.
  const unfinished = join(dirname(path), `unfinished-${process.pid}-${basename(path)}`);
  try {
    await compile(compiler, unfinished);
    await test(unfinished);
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
  return done(false);
}

/** Compiles to `output`. @throws {NativeBuildError} with the compiler's words. */
export async function compile(
  { command }: Pick<Compiler, "command">,
  output: string,
  further: readonly string[] = [],
  sourceFolder = SOURCE_FOLDER,
): Promise<void> {
  const processor = arch() === "x64" ? "-march=native" : "-mcpu=native";
  const files = sources().filter((name) => name.endsWith(".c"));
  try {
    await run(command, [...FLAGS, processor, ...further, "-o", output, ...files], {
      cwd: sourceFolder,
    });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new NativeBuildError(`${command} does not compile the engine: ${stderr || message}.`);
  }
}

/** Runs the test in a process of its own, which a library may end. @throws {NativeBuildError} */
async function test(library: string): Promise<void> {
  const program = fileURLToPath(new URL("./self_test_main.ts", import.meta.url));
  try {
    await run(process.execPath, ["run", "-A", program, library]);
  } catch (error) {
    const { stdout, stderr, signal } = error as
      & Error
      & Record<"stdout" | "stderr" | "signal", string>;
    const reason = signal ? `the test ended by ${signal}` : (stdout || stderr).trim();
    throw new NativeBuildError(`The native engine is refused, WebAssembly stays: ${reason}.`);
  }
}
