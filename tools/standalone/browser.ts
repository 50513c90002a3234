/**
 * `deno run -A tools/standalone/browser.ts [--model DIR] [--out DIR]`: the predictor as a web page, to be
 * put on any server of static files; nothing is fetched from elsewhere. Without a model the page asks for one.
 *
 * Prints one JSON object with path and size.
 */
import { ROOT } from "../root.ts";
import { removeIfThere, sizeOf } from "./folder.ts";

const RUNTIME = "ort-wasm-simd-threaded.wasm";

function option(name: string): string | undefined {
  const at = Deno.args.indexOf(name);
  if (at < 0) return undefined;
  const value = Deno.args[at + 1];
  if (value) return value;
  console.error(`The option ${name} needs a value.`);
  Deno.exit(2);
}

const model = option("--model");
const out = option("--out") ?? `${ROOT}/dist/browser`;
const page = `${ROOT}/apps/browser`;
await removeIfThere(out);
await Deno.mkdir(`${out}/ort`, { recursive: true });
const { code, stderr } = await new Deno.Command(Deno.execPath(), {
  args: [
    ...["bundle", "--quiet", "--platform", "browser", "--minify"],
    ...["--output", `${out}/main.js`, `${page}/main.ts`],
  ],
  cwd: ROOT,
  stderr: "piped",
}).output();
if (code !== 0) throw new Error(`Bundling failed: ${new TextDecoder().decode(stderr)}`);
await Deno.copyFile(`${page}/index.html`, `${out}/index.html`);
const runtime = await Deno.realPath(`${page}/node_modules/onnxruntime-web`);
await Deno.copyFile(`${runtime}/dist/${RUNTIME}`, `${out}/ort/${RUNTIME}`);
if (model !== undefined) {
  await Deno.mkdir(`${out}/model`);
  for await (const { name, isFile } of Deno.readDir(model)) {
    if (isFile) await Deno.copyFile(`${model}/${name}`, `${out}/model/${name}`);
  }
}
console.log(JSON.stringify({ path: out, bytes: await sizeOf(out) }));
