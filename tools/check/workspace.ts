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
  description?: string;
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
  /** Where programs and importers come in: mod.ts, main.ts, exports, files that targets name. */
  entries: string[];
  files: SourceFile[];
}

export interface Workspace {
  rootManifest: Manifest;
  members: Member[];
}

/** Files reached from some files of a member by relative imports, those included. */
function reached(member: Member, from: string[]): Set<string> {
  const files = new Map(member.files.map((file) => [file.path, file]));
  const found = new Set(from.filter((path) => files.has(path)));
  for (const path of found) {
    for (const { specifier } of files.get(path)!.imports) {
      if (!specifier.startsWith(".")) continue;
      const target = resolveRelative(path, specifier);
      if (files.has(target)) found.add(target);
    }
  }
  return found;
}

/** Files that the member's entries reach: what runs outside of its tests. */
export function shippedFiles(member: Member): Set<string> {
  return reached(member, member.entries);
}

/** Files that its tests reach and its entries do not. */
export function testFiles(member: Member): Set<string> {
  const tests = member.files.map(({ path }) => path).filter((path) => path.endsWith(".test.ts"));
  const shipped = shippedFiles(member);
  return new Set([...reached(member, tests)].filter((path) => !shipped.has(path)));
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
    const manifest = readJson<Manifest>(`${root}/${folder}/package.json`);
    const project = readJson<{ tags?: string[]; targets?: unknown }>(
      `${root}/${folder}/project.json`,
    );
    const tags = project.tags ?? [];
    return {
      folder,
      manifest,
      denoManifest: readJson(`${root}/${folder}/deno.json`),
      tags,
      entries: entriesOf(folder, manifest, project.targets, tags, files.map(({ path }) => path)),
      files,
    };
  });
  return { rootManifest: readJson(`${root}/package.json`), members };
}

/** In tools every file but a test is a program of its own or belongs to one. */
function entriesOf(
  folder: string,
  manifest: Manifest,
  targets: unknown,
  tags: string[],
  paths: string[],
): string[] {
  if (tags.includes("layer:tools")) return paths.filter((path) => !path.endsWith(".test.ts"));
  const named = JSON.stringify([manifest.exports, targets]).matchAll(/[\w./-]+\.ts/g);
  return [
    `${folder}/mod.ts`,
    `${folder}/main.ts`,
    ...[...named].flatMap(([path]) => [normalize(path), normalize(join(folder, path))]),
  ];
}
