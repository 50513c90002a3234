import { dirname, join, normalize, relative } from "node:path/posix";
import { type Import, importsOf } from "./imports.ts";

/** A source file of a member. Paths are relative to the workspace root, with forward slashes. */
export interface SourceFile {
  path: string;
  imports: Import[];
}

/** What the rules need of a package.json. */
export interface Manifest {
  name: string;
  version: string;
  exports?: unknown;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** A package of the workspace. */
export interface Member {
  /** Relative to the root, e.g. "libs/kmc". */
  folder: string;
  manifest: Manifest;
  denoManifest: Manifest;
  tags: string[];
  files: SourceFile[];
}

export interface Workspace {
  rootManifest: Manifest;
  members: Member[];
}

/** Files that only tests load. */
export function isTestFile(path: string): boolean {
  return /\.test\.ts$|(^|\/)(arbitraries|testing|sample_data)\.ts$/.test(path);
}

/** The value of a member's `layer:` tag, if it has exactly one. */
export function layerOf(member: Member): string | undefined {
  const layers = member.tags.filter((tag) => tag.startsWith("layer:"));
  return layers.length === 1 ? layers[0].slice("layer:".length) : undefined;
}

/** "@scope/name/deep" and "name/deep" to the package's name. */
export function packageName(specifier: string): string {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

/** Where a relative specifier of a file points to. */
export function resolveRelative(from: string, specifier: string): string {
  return normalize(join(dirname(from), specifier));
}

function readJson<T>(path: string): T {
  try {
    return JSON.parse(Deno.readTextFileSync(path)) as T;
  } catch (error) {
    throw new Error(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

const SKIPPED = new Set(["node_modules", "dist", "runs", ".nx", "coverage"]);

function* typeScriptFiles(folder: string): Generator<string> {
  for (const entry of [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory && !SKIPPED.has(entry.name)) yield* typeScriptFiles(path);
    else if (entry.isFile && /\.ts$/.test(entry.name)) yield path;
  }
}

/** Reads every member that the root deno.json names. */
export function readWorkspace(root: string): Workspace {
  const { workspace } = readJson<{ workspace: string[] }>(`${root}/deno.json`);
  const members = workspace.map((entry): Member => {
    const folder = entry.replace(/^\.\//, "");
    const files = [...typeScriptFiles(`${root}/${folder}`)].map((path) => {
      try {
        return { path: relative(root, path), imports: importsOf(Deno.readTextFileSync(path)) };
      } catch (error) {
        throw new Error(
          `${path} does not parse: ${error instanceof Error ? error.message : error}`,
        );
      }
    });
    return {
      folder,
      manifest: readJson(`${root}/${folder}/package.json`),
      denoManifest: readJson(`${root}/${folder}/deno.json`),
      tags: readJson<{ tags?: string[] }>(`${root}/${folder}/project.json`).tags ?? [],
      files,
    };
  });
  return { rootManifest: readJson(`${root}/package.json`), members };
}
