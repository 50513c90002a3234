/** The standalone folder: one bundle, the native runtime of one platform, and a launcher. */
import { dirname } from "node:path";
import { ROOT } from "../root.ts";
import { runBundler } from "./bundler.ts";
import { launcher } from "./launcher.ts";

/** What was built. */
export interface Artifact {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Builds the folder anew; an earlier one is replaced when the new one is complete.
 *
 * @throws {Error} if the bundler fails or the native runtime of this platform is not installed.
 */
export async function buildFolder(path: string): Promise<Artifact> {
  const partial = `${path}.partial`;
  await removeIfThere(partial);
  await Deno.mkdir(partial, { recursive: true });
  await bundle(`${partial}/predictor.js`);
  await copyRuntime(`${partial}/node_modules`);
  await Deno.writeTextFile(`${partial}/deno.json`, '{ "nodeModulesDir": "manual" }\n');
  await Deno.writeTextFile(`${partial}/package.json`, '{ "type": "module", "private": true }\n');
  await Deno.writeTextFile(`${partial}/predictor`, launcher);
  await Deno.chmod(`${partial}/predictor`, 0o755);
  await Deno.copyFile(`${ROOT}/tools/standalone/README.txt`, `${partial}/README.txt`);
  await removeIfThere(path);
  await Deno.rename(partial, path);
  return { path, bytes: await sizeOf(path) };
}

/** HDF5's library alone would weigh 4 MB; `export` says that it is not here. */
const bundle = (target: string): Promise<void> =>
  runBundler([
    ...["--platform", "deno", "--minify"],
    ...["--external", "onnxruntime-node", "--external", "h5wasm"],
    ...["--output", target, "apps/predictor/main.ts"],
  ]);

/** onnxruntime-node carries the libraries of all platforms; a standalone folder needs one. */
async function copyRuntime(target: string): Promise<void> {
  const source = await Deno.realPath(`${ROOT}/node_modules/onnxruntime-node`);
  const common = `${dirname(source)}/onnxruntime-common`;
  const arch = Deno.build.arch === "x86_64" ? "x64" : "arm64";
  const system = Deno.build.os === "windows" ? "win32" : Deno.build.os;
  const native = await nativeFolder(source, `${system}/${arch}`);
  await copyFolder(`${source}/dist`, `${target}/onnxruntime-node/dist`, /\.js$/);
  await copyFolder(`${source}/${native}`, `${target}/onnxruntime-node/${native}`);
  await copyFolder(
    `${common}/dist/cjs`,
    `${target}/onnxruntime-common/dist/cjs`,
    /\.js$|package\.json$/,
  );
  for (const [from, name] of [[source, "onnxruntime-node"], [common, "onnxruntime-common"]]) {
    await Deno.copyFile(`${from}/package.json`, `${target}/${name}/package.json`);
  }
}

async function nativeFolder(source: string, platform: string): Promise<string> {
  for await (const { name } of Deno.readDir(`${source}/bin`)) {
    const candidate = `bin/${name}/${platform}`;
    if (await Deno.stat(`${source}/${candidate}`).then(() => true, () => false)) return candidate;
  }
  throw new Error(`onnxruntime-node has no native library for ${platform}.`);
}

async function copyFolder(from: string, to: string, only = /./): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const entry of Deno.readDir(from)) {
    const [source, target] = [`${from}/${entry.name}`, `${to}/${entry.name}`];
    if (entry.isDirectory) await copyFolder(source, target, only);
    else if (only.test(entry.name)) await Deno.copyFile(source, target);
  }
}

/** Bytes of all files below a path. */
export async function sizeOf(path: string): Promise<number> {
  const info = await Deno.stat(path);
  if (!info.isDirectory) return info.size;
  let sum = 0;
  for await (const { name } of Deno.readDir(path)) sum += await sizeOf(`${path}/${name}`);
  return sum;
}

export async function removeIfThere(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
