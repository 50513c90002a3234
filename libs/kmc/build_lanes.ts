/**
 * `deno run -A libs/kmc/build_lanes.ts`: compiles lanes.c with clang and lld into
 * lanes_wasm.ts. With `--check` it only compares, and exits with 1 if they differ.
 */
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("./lanes.c", import.meta.url));
const TARGET = fileURLToPath(new URL("./lanes_wasm.ts", import.meta.url));

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
const text = `/** lanes.c as WebAssembly, base64; written by build_lanes.ts. */\n` +
  `export const LANES_WASM = [\n${lines.map((line) => `  "${line}",\n`).join("")}].join("");\n`;
if (Deno.args.includes("--check")) {
  if (Deno.readTextFileSync(TARGET) !== text) {
    console.error("libs/kmc/lanes_wasm.ts is not what lanes.c compiles to here.");
    Deno.exit(1);
  }
} else Deno.writeTextFileSync(TARGET, text);
