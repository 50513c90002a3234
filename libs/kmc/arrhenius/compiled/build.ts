/**
 * Builds engine.wasm from the C files of this folder: `deno run -A libs/kmc/arrhenius/compiled/build.ts`, Nx
 * target `kmc:wasm`. Needs clang and lld (Debian: `apt-get install clang lld`).
 */
const FOLDER = new URL(".", import.meta.url).pathname;
const SOURCES = [
  "attempt_order.c",
  "bit_sliced.c",
  "byte_lanes.c",
  "counted_bits.c",
  "hop_record.c",
  "lane_rows.c",
  "lane_sweeps.c",
  "ledger.c",
  "moments.c",
  "pair_energies.c",
  "readings.c",
  "starts.c",
  "window_counts.c",
];

/** Compiles to `output`. @throws {Error} with clang's message, {Deno.errors.NotFound} without clang. */
export function build(output: string): void {
  const { success, stderr } = new Deno.Command("clang", {
    cwd: FOLDER,
    args: [
      "--target=wasm32",
      "-std=c11",
      "-O3",
      "-msimd128",
      "-nostdlib",
      "-ffreestanding",
      "-Wall",
      "-Wextra",
      "-Werror",
      "-Wl,--no-entry,--import-memory,--export=__heap_base,--strip-all,-z,stack-size=8192",
      "-o",
      output,
      ...SOURCES,
    ],
  }).outputSync();
  if (!success) throw new Error(`clang failed: ${new TextDecoder().decode(stderr)}`);
}

/** First line of `clang --version`, or null without clang. */
export function compiler(): string | null {
  try {
    const { stdout } = new Deno.Command("clang", { args: ["--version"] }).outputSync();
    return new TextDecoder().decode(stdout).split("\n")[0];
  } catch {
    return null;
  }
}

if (import.meta.main) build(`${FOLDER}engine.wasm`);
