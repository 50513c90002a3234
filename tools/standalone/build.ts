/**
 * `deno run -A tools/standalone/build.ts [--out DIR] [--one-file] [--xz | --quick]`: the predictor for machines
 * without npm or network.
 *
 * - `DIR/predictor/`: bundle, the native runtime of this platform, and a launcher. Runs with any Deno or
 *   Node >= 22 that is at hand.
 * - `DIR/predictor.run` (with `--one-file`): the same with Deno inside, in one self-extracting file.
 *   `--xz` makes it smaller and slow to build, `--quick` large and fast to build.
 *
 * Prints one JSON object with paths and sizes; progress goes to stderr.
 */
import { ROOT } from "../root.ts";
import { buildFolder } from "./folder.ts";
import { buildOneFile } from "./one_file.ts";

function option(name: string): string | undefined {
  const at = Deno.args.indexOf(name);
  return at < 0 ? undefined : Deno.args[at + 1];
}
const known = ["--out", "--one-file", "--xz", "--quick"];
const unknown = Deno.args.find((arg) => arg.startsWith("-") && !known.includes(arg));
if (unknown !== undefined || (Deno.args.includes("--out") && !option("--out"))) {
  console.error(
    `Unknown or incomplete option ${unknown ?? "--out"}; known are ${known.join(", ")}.`,
  );
  Deno.exit(2);
}

const out = option("--out") ?? `${ROOT}/dist/standalone`;
const folder = await buildFolder(`${out}/predictor`);
console.error(`folder   ${folder.path}: ${(folder.bytes / 1e6).toFixed(1)} MB`);
const result: Record<string, unknown> = { folder };
if (Deno.args.includes("--one-file")) {
  const compression = Deno.args.includes("--xz")
    ? "xz"
    : Deno.args.includes("--quick")
    ? "none"
    : "gzip";
  const oneFile = await buildOneFile(folder.path, `${out}/predictor.run`, compression);
  console.error(`one file ${oneFile.path}: ${(oneFile.bytes / 1e6).toFixed(1)} MB`);
  result.oneFile = oneFile;
}
console.log(JSON.stringify(result));
