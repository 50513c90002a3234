import { ROOT } from "../root.ts";
import { removeIfThere } from "../standalone/folder.ts";
import { buildPage } from "../standalone/page.ts";
import { bundle } from "./bundle.ts";
import { licencesOf } from "./licences.ts";
import { type Manifest, modulesOf } from "./package.ts";

const APP = `${ROOT}/apps/browser`;

/** Writes `@spiediff/browser` for npm: the page as static files, without a model. */
export async function browserPackage(folder: string): Promise<Manifest> {
  await buildPage(`${folder}/page`);
  await Deno.copyFile(`${ROOT}/tools/pack/browser.md`, `${folder}/README.md`);
  await Deno.copyFile(`${ROOT}/LICENSE`, `${folder}/LICENSE`);
  await Deno.writeTextFile(`${folder}/THIRD-PARTY.txt`, await licences());
  const { version, description } = JSON.parse(await Deno.readTextFile(`${APP}/package.json`));
  return { name: "@spiediff/browser", version, description, exports: { "./page/*": "./page/*" } };
}

/** What the page's packages ask for; its own bundle is minified and does not say which they are. */
async function licences(): Promise<string> {
  const readable = await Deno.makeTempDir({ prefix: "spiediff-page-" });
  try {
    await bundle(readable, { platform: "browser", entries: [`${APP}/main.ts`], external: [] });
    return await licencesOf(await modulesOf(readable));
  } finally {
    await removeIfThere(readable);
  }
}
