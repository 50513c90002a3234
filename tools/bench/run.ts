/**
 * `deno task bench [NAME...]`: runs every NAME.bench.ts of this folder (or those named), one after the
 * other, and prints one JSON object a line: {"name", "value", "min"?, "max"?}. Progress goes to stderr.
 * Exits with 1 if a figure misses its bound. With `--against COMMIT` it compares with that commit instead:
 * `against/main.ts`.
 */
import { ROOT } from "../root.ts";
import { against } from "./against/main.ts";
import type { Bench } from "./types.ts";

if (Deno.args.includes("--against")) Deno.exit(against(Deno.args));

const FOLDER = `${ROOT}/tools/bench`;
const SUFFIX = ".bench.ts";

const all = [...Deno.readDirSync(FOLDER)].map(({ name }) => name)
  .filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length)).sort();
const unknown = Deno.args.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench "${unknown[0]}". Benches: ${all.join(", ")}.`);
  Deno.exit(2);
}

let missed = 0;
for (const name of Deno.args.length > 0 ? Deno.args : all) {
  console.error(`bench ${name} …`);
  const { default: bench } = await import(`./${name}${SUFFIX}`) as { default: Bench };
  for (const line of await bench()) {
    console.log(JSON.stringify(line));
    const holds = line.value >= (line.min ?? -Infinity) && line.value <= (line.max ?? Infinity);
    if (!holds) missed++;
  }
}
if (missed > 0) console.error(`${missed} figure(s) missed their bound.`);
Deno.exit(missed > 0 ? 1 : 0);
