/**
 * `deno run -A tools/standalone/browser.ts [--model DIR] [--out DIR]`: the predictor as a web page, to be
 * put on any server of static files; nothing is fetched from elsewhere. Without a model the page asks for one.
 *
 * Prints one JSON object with path and size.
 */
import { ROOT } from "../root.ts";
import { buildPage } from "./page.ts";

function option(name: string): string | undefined {
  const at = Deno.args.indexOf(name);
  if (at < 0) return undefined;
  const value = Deno.args[at + 1];
  if (value) return value;
  console.error(`The option ${name} needs a value.`);
  Deno.exit(2);
}

const artifact = await buildPage(option("--out") ?? `${ROOT}/dist/browser`, option("--model"));
console.log(JSON.stringify(artifact));
