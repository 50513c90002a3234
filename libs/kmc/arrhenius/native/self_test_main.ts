/** `deno run -A self_test_main.ts LIBRARY`: whether a library's bits are WebAssembly's; prints the difference. */
import process from "node:process";
import { wasmLoops } from "../wasm_loops.ts";
import { useLibrary } from "./library.ts";
import { firstDifference } from "./self_test.ts";

useLibrary(process.argv[2]);
const difference = firstDifference("native", wasmLoops() === null ? "typescript" : "wasm");
if (difference !== null) {
  console.log(difference);
  process.exitCode = 1;
}
