/**
 * `deno run -A tools/build_kmc_wasm.ts`: compiles libs/kmc/lanes.c with clang and lld into
 * libs/kmc/lanes_wasm.ts. With `--check` it only compares, and exits with 1 if they differ.
 */
import { ROOT } from "./root.ts";

const SOURCE = `${ROOT}/libs/kmc/lanes.c`;
const TARGET = `${ROOT}/libs/kmc/lanes_wasm.ts`;

const object = Deno.makeTempFileSync({ suffix: ".wasm" });
const { success, stderr } = new Deno.Command("clang", {
  args: [
    "--target=wasm32",
    "-O3",
    "-msimd128",
    "-nostdlib",
    "-fno-ident",
    "-Wall",
    "-Wextra",
    "-Wl,--no-entry",
    "-Wl,--strip-all",
    "-Wl,--import-memory",
    "-o",
    object,
    SOURCE,
  ],
}).outputSync();
if (!success) {
  console.error(new TextDecoder().decode(stderr));
  Deno.exit(1);
}
const bytes = Deno.readFileSync(object);
Deno.removeSync(object);
const lines = btoa(String.fromCharCode(...bytes)).match(/.{1,90}/g)!;
const text = `/** lanes.c as WebAssembly, base64; written by tools/build_kmc_wasm.ts. */\n` +
  `export const LANES_WASM = [\n${lines.map((line) => `  "${line}",\n`).join("")}].join("");\n`;
if (Deno.args.includes("--check")) {
  if (Deno.readTextFileSync(TARGET) !== text) {
    console.error("libs/kmc/lanes_wasm.ts is not what lanes.c compiles to here.");
    Deno.exit(1);
  }
} else Deno.writeTextFileSync(TARGET, text);
