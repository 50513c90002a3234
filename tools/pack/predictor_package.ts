import { ROOT } from "../root.ts";
import { bundle } from "./bundle.ts";
import { declarations } from "./declarations.ts";
import { licencesOf } from "./licences.ts";
import { importedPackages, type Manifest, modulesOf, pinnedVersions } from "./package.ts";

const APP = `${ROOT}/apps/predictor`;

/** npm makes it executable, under the name that package.json gives it. */
const COMMAND = '#!/usr/bin/env node\nimport "./dist/main.js";\n';

/** The native runtime, what is large, and what the types speak of; all else comes with us. */
const EXTERNAL = ["h5wasm", "onnxruntime-node", "zod"];

/** Writes `@spiediff/predictor` for npm: library with types, command, README. */
export async function predictorPackage(folder: string): Promise<Manifest> {
  const dist = `${folder}/dist`;
  await bundle(dist, {
    platform: "deno",
    entries: [`${APP}/library.ts`, `${APP}/main.ts`],
    external: EXTERNAL,
  });
  const modules = await modulesOf(dist);
  const types = await declarations(`${APP}/library.ts`);
  await Deno.writeTextFile(`${dist}/library.d.ts`, types);
  await Deno.writeTextFile(`${folder}/command.js`, COMMAND);
  await Deno.copyFile(`${ROOT}/tools/pack/predictor.md`, `${folder}/README.md`);
  await Deno.copyFile(`${ROOT}/LICENSE`, `${folder}/LICENSE`);
  await Deno.writeTextFile(`${folder}/THIRD-PARTY.txt`, await licencesOf(modules));
  const { version, description } = JSON.parse(await Deno.readTextFile(`${APP}/package.json`));
  return {
    name: "@spiediff/predictor",
    version,
    description,
    exports: { ".": { types: "./dist/library.d.ts", default: "./dist/library.js" } },
    bin: { "spiediff-predictor": "command.js" },
    dependencies: await pinnedVersions(ROOT, importedPackages([...modules, types])),
  };
}
