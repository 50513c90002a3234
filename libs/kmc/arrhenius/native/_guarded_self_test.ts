/** The self-test of a sanitized library, which gaps between arrays are forbidden to: `LIBRARY LIBASAN`. */
import process from "node:process";
import { useLibrary } from "./library.ts";
import { firstDifference } from "./self_test.ts";

const [library, sanitizer] = process.argv.slice(2);
const { symbols } = Deno.dlopen(sanitizer, {
  __asan_poison_memory_region: { parameters: ["buffer", "usize"], result: "void" },
});
useLibrary(library, (gap) => {
  symbols.__asan_poison_memory_region(gap as Uint8Array<ArrayBuffer>, BigInt(gap.byteLength));
});
console.log(firstDifference("native", "wasm") ?? "no difference");
