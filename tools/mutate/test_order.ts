/** Which tests are asked first about a mistake: those that import its file most directly, the quickest of them. */
import { packageOf } from "./sample.ts";

/** Reads a file of the workspace by its path from the root. */
type Read = (path: string) => string;

/**
 * Steps of imports from each file of a package to `path`, which is 0 steps away; files that do not import it by
 * any way are left out.
 */
function importDistances(
  path: string,
  files: readonly string[],
  read: Read,
): Map<string, number> {
  const importers = new Map<string, string[]>();
  for (const file of files) {
    for (const imported of importsOf(file, read(file))) {
      importers.set(imported, [...importers.get(imported) ?? [], file]);
    }
  }
  const distance = new Map([[path, 0]]);
  // A map is walked in order of insertion, what is added on the way included.
  for (const [file, steps] of distance) {
    for (const importer of importers.get(file) ?? []) {
      if (!distance.has(importer)) distance.set(importer, steps + 1);
    }
  }
  return distance;
}

/** Files of the same package that a source imports, also by the URL of a worker or a program. */
function importsOf(file: string, source: string): string[] {
  const folder = file.split("/").slice(0, -1).join("/");
  return [...source.matchAll(/"(\.{1,2}\/[^"]+\.ts)"/g)].map(([, to]) =>
    new URL(to, `file:///${folder}/`).pathname.slice(1)
  );
}

/** Test files of the mutant's package in the order in which they are asked. */
export function testOrder(
  path: string,
  paths: readonly string[],
  read: Read,
  seconds: Readonly<Record<string, number>>,
): { order: string[]; imported: boolean } {
  const files = paths.filter((one) => one.endsWith(".ts") && packageOf(one) === packageOf(path));
  const distance = importDistances(path, files, read);
  const tests = files.filter((file) => file.endsWith(".test.ts"));
  const far = files.length;
  // A second of tests is worth a step.
  const cost = (test: string) => (distance.get(test) ?? far) + (seconds[test] ?? 0);
  return {
    order: tests.toSorted((a, b) => cost(a) - cost(b)),
    imported: tests.some((test) => distance.has(test)),
  };
}

/** The folders of all packages, in order. */
export function packageFolders(paths: readonly string[]): string[] {
  return [...new Set(paths.filter((path) => /^(libs|apps)\/[^/]+\//.test(path)).map(packageOf))];
}

/** Folders whose package.json names the package of `folder`, in order. */
export function dependents(root: string, folders: readonly string[], folder: string): string[] {
  const name = JSON.parse(Deno.readTextFileSync(`${root}/${folder}/package.json`)).name as string;
  return folders.filter((other) => {
    const manifest = JSON.parse(Deno.readTextFileSync(`${root}/${other}/package.json`));
    return other !== folder && name in { ...manifest.dependencies, ...manifest.devDependencies };
  });
}
