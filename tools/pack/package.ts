/** What every npm package of ours is made of: a staged folder, its manifest, its tarball. */
import ts from "typescript";
import { removeIfThere, sizeOf } from "../standalone/folder.ts";

/** A tarball that `npm install` takes. */
export interface Tarball {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** Bytes of its files, without what it depends on. */
  readonly unpackedBytes: number;
}

/** The fields of a package.json that differ between packages. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly [field: string]: unknown;
}

/**
 * Stages a package in a folder and packs it; an earlier tarball is replaced when the new one is whole.
 *
 * @param fill Writes the files into the folder that it is given, and says what its package.json says.
 * @throws {Error} if tar fails.
 */
export async function packPackage(
  out: string,
  fill: (folder: string) => Promise<Manifest>,
): Promise<Tarball> {
  const stage = await Deno.makeTempDir({ prefix: "spiediff-pack-" });
  try {
    // npm looks for a folder of this name.
    const folder = `${stage}/package`;
    await Deno.mkdir(folder);
    const manifest = await fill(folder);
    const common = { license: "MIT", type: "module", engines: { node: ">=20" } };
    const text = JSON.stringify({ ...manifest, ...common }, null, 2) + "\n";
    await Deno.writeTextFile(`${folder}/package.json`, text);
    await Deno.mkdir(out, { recursive: true });
    const { name, version } = manifest;
    const path = `${out}/${name.replace("@", "").replace("/", "-")}-${version}.tgz`;
    const args = ["-czf", `${path}.partial`, "-C", stage, "package"];
    const { code, stderr } = await new Deno.Command("tar", { args, stderr: "piped" }).output();
    if (code !== 0) throw new Error(`Packing failed: ${new TextDecoder().decode(stderr)}`);
    await Deno.rename(`${path}.partial`, path);
    return { name, path, bytes: await sizeOf(path), unpackedBytes: await sizeOf(folder) };
  } finally {
    await removeIfThere(stage);
  }
}

/**
 * The versions in which members of the workspace ask for packages.
 *
 * @throws {Error} if no member asks for one of them.
 */
export async function pinnedVersions(
  root: string,
  names: readonly string[],
): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const group of ["libs", "apps"]) {
    for await (const { name } of Deno.readDir(`${root}/${group}`)) {
      const text = await Deno.readTextFile(`${root}/${group}/${name}/package.json`);
      Object.assign(all, JSON.parse(text).dependencies);
    }
  }
  return Object.fromEntries(names.map((name) => {
    if (!all[name] || all[name].startsWith("workspace")) {
      throw new Error(`The bundle imports "${name}", which no member has in a pinned version.`);
    }
    return [name, all[name]];
  }));
}

/** Texts of the JavaScript modules in a folder. */
export async function modulesOf(folder: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".js")) texts.push(await Deno.readTextFile(`${folder}/${name}`));
  }
  return texts;
}

/** Names of the packages that modules import, in order. */
export function importedPackages(codes: readonly string[]): string[] {
  const names = codes.flatMap((code) => ts.preProcessFile(code, true, true).importedFiles)
    .map(({ fileName }) => /^(?:@[^/]+\/)?[^./:][^/:]*(?=$|\/)/.exec(fileName)?.[0])
    .filter((name) => name !== undefined);
  return [...new Set(names)].sort();
}
