/**
 * `deno task pack [--out DIR]`: tarballs that `npm install` takes, `dist/npm` if not told otherwise. Whoever
 * installs them needs no Deno.
 *
 * Prints one JSON list with names, paths and sizes.
 */
import { ROOT } from "../root.ts";
import { browserPackage } from "./browser_package.ts";
import { packPackage } from "./package.ts";
import { predictorPackage } from "./predictor_package.ts";

const [flag, folder, ...rest] = Deno.args;
if (Deno.args.length > 0 && (flag !== "--out" || !folder || rest.length > 0)) {
  console.error("Usage: deno task pack [--out DIR]");
  Deno.exit(2);
}
const out = folder ?? `${ROOT}/dist/npm`;
const tarballs = [
  await packPackage(out, predictorPackage),
  await packPackage(out, browserPackage),
];
console.log(JSON.stringify(tarballs));
