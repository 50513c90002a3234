/**
 * `deno task site [--base /PATH/] [--out DIR]`: the documentation site, with search, API reference and the
 * browser predictor, into dist/site. It needs a server of static files, and no other: everything is in it.
 */
import { resolve } from "node:path";
import { ROOT } from "../root.ts";
import { buildSite } from "./build.ts";

const options: Record<string, string> = { "--base": "/", "--out": `${ROOT}/dist/site` };
for (let i = 0; i < Deno.args.length; i += 2) {
  const [name, value] = [Deno.args[i], Deno.args[i + 1]];
  if (!(name in options) || !value) {
    console.error(`Options are --base /PATH/ and --out DIR, not "${name} ${value ?? ""}".`);
    Deno.exit(2);
  }
  options[name] = value;
}
const base = options["--base"];
if (!base.startsWith("/") || !base.endsWith("/")) {
  console.error(`--base must begin and end with a slash, and is "${base}".`);
  Deno.exit(2);
}
const out = resolve(options["--out"]);
await buildSite(out, base);
console.log(`Written to ${out}; look at it with: npx -y http-server ${out}`);
