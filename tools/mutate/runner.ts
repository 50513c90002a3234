/** Plants mutants one at a time in a copy of the workspace and asks the tests. */
import { type Equivalent, equivalentOf } from "./equivalents.ts";
import { type Mutant, mutantsOf, planted } from "./mutations.ts";
import { PackageSuite } from "./package_suite.ts";
import { packageOf } from "./sample.ts";
import type { Fate, Verdict } from "./score.ts";
import { dependents, packageFolders, testOrder } from "./test_order.ts";

/** The files that mistakes are planted in: code that ships, below `only` where that is given. */
export function sourcesToMutate(
  paths: readonly string[],
  only: readonly string[],
  read: (path: string) => string,
): string[] {
  const code = paths.filter((path) =>
    /^(libs|apps)\/[^/]+\/.*\.ts$/.test(path) &&
    // Of what stands beside them Slurm's own test and the quick demo's check are tests, too.
    !/(\.test|\.bench|\.d|\/arbitraries|\/mod|\/types|\/testing|\/demo\/quick)\.ts$|\/slurm-test\//
      .test(path)
  );
  return code.filter((path) => {
    if (only.length > 0 && !only.some((one) => path === one || path.startsWith(`${one}/`))) {
      return false;
    }
    const name = path.split("/").at(-1)!;
    // A file with an underscore ships if something does that imports it; else it helps tests.
    return !name.startsWith("_") ||
      code.some((other) =>
        other !== path && packageOf(other) === packageOf(path) && read(other).includes(`/${name}"`)
      );
  });
}

/** Every mutant of these files, in order. */
export function allMutants(root: string, paths: readonly string[]): Mutant[] {
  return paths.flatMap((path) => mutantsOf(path, Deno.readTextFileSync(`${root}/${path}`)));
}

/** A judge of mutants with a copy of its own. */
export function mutantJudge(
  copy: string,
  paths: readonly string[],
  equivalents: readonly Equivalent[],
  mostSeconds: number,
): (mutant: Mutant) => Promise<Verdict> {
  const folders = packageFolders(paths);
  const read = (path: string) => Deno.readTextFileSync(`${copy}/${path}`);
  const suites = new Map<string, PackageSuite>();
  const suiteOf = (folder: string) => {
    const suite = suites.get(folder) ?? new PackageSuite(copy, folder, mostSeconds);
    suites.set(folder, suite);
    return suite;
  };
  return async (mutant) => {
    const source = read(mutant.path);
    const start = performance.now();
    const verdict = (fate: Fate) => ({ mutant, fate, seconds: (performance.now() - start) / 1000 });
    if (equivalentOf(mutant, source, equivalents) !== undefined) return verdict("equivalent");
    const folder = packageOf(mutant.path);
    // One package's processes at a time: each holds hundreds of megabytes.
    for (const [other, suite] of suites) if (other !== folder) suite.end();
    const change = {
      path: mutant.path,
      plant: () => Deno.writeTextFileSync(`${copy}/${mutant.path}`, planted(source, mutant)),
      restore: () => Deno.writeTextFileSync(`${copy}/${mutant.path}`, source),
    };
    const suite = suiteOf(folder);
    const { order, imported } = testOrder(mutant.path, paths, read, suite.seconds);
    let fate = await suite.judge(change, order);
    // Where no test imports the file those of the packages that use it are asked as well.
    for (const user of imported ? [] : dependents(copy, folders, folder)) {
      if (fate !== "survived") break;
      const tests = paths.filter((one) => packageOf(one) === user && one.endsWith(".test.ts"));
      fate = await suiteOf(user).judge(change, tests);
    }
    return verdict(fate);
  };
}
