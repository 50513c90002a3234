/** The predictor as a web page: static files, one bundle and the runtime that it fetches. */
import { ROOT } from "../root.ts";
import { runBundler } from "./bundler.ts";
import { type Artifact, removeIfThere, sizeOf } from "./folder.ts";

const RUNTIME = "ort-wasm-simd-threaded.wasm";

/**
 * Builds the page anew.
 *
 * @param model Folder of the model that it shows; without one the page asks for one.
 * @throws {Error} if the bundler fails.
 */
export async function buildPage(out: string, model?: string): Promise<Artifact> {
  const app = `${ROOT}/apps/browser`;
  await removeIfThere(out);
  await Deno.mkdir(`${out}/ort`, { recursive: true });
  const bundled = ["--output", `${out}/main.js`, `${app}/main.ts`];
  await runBundler(["--platform", "browser", "--minify", ...bundled]);
  await Deno.copyFile(`${app}/index.html`, `${out}/index.html`);
  const runtime = await Deno.realPath(`${app}/node_modules/onnxruntime-web`);
  await Deno.copyFile(`${runtime}/dist/${RUNTIME}`, `${out}/ort/${RUNTIME}`);
  if (model !== undefined) {
    await Deno.mkdir(`${out}/model`);
    for await (const { name, isFile } of Deno.readDir(model)) {
      if (isFile) await Deno.copyFile(`${model}/${name}`, `${out}/model/${name}`);
    }
  }
  return { path: out, bytes: await sizeOf(out) };
}
