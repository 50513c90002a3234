import { ROOT } from "../root.ts";

/** The bundler heads each module by a comment with its path; Deno's folders have name and version in it. */
const MODULE = /^\/\/ (node_modules\/\.deno\/[^/]+)\/node_modules\/((?:@[^/]+\/)?[^/]+)\//gm;

/**
 * What the packages inside of bundled modules ask to be told to whoever gets a copy of them.
 *
 * @param codes Texts of bundled, not minified modules.
 * @throws {Error} if a package has no licence.
 */
export async function licencesOf(codes: readonly string[]): Promise<string> {
  const folders = new Set(
    codes.flatMap((code) =>
      [...code.matchAll(MODULE)].map(([, store, name]) => `${store}/node_modules/${name}`)
    ),
  );
  const parts = await Promise.all(
    [...folders].sort().map((folder) => licenceOf(`${ROOT}/${folder}`)),
  );
  return ["The modules of this package contain parts of these packages.", ...parts]
    .join("\n\n" + "-".repeat(80) + "\n\n") + "\n";
}

async function licenceOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(
    await Deno.readTextFile(`${folder}/package.json`),
  );
  const head = `${name} ${version}`;
  for await (const entry of Deno.readDir(folder)) {
    if (!/^(licen[cs]e|copying)/i.test(entry.name)) continue;
    return `${head}\n\n${(await Deno.readTextFile(`${folder}/${entry.name}`)).trim()}`;
  }
  if (typeof license !== "string") throw new Error(`${head} has no licence; it cannot be shipped.`);
  return `${head}\n\nLicence: ${license}`;
}
