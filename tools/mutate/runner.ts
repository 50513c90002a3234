/** Plants mutants one at a time in a copy of the workspace and asks the tests. */
import { type Equivalent, equivalentOf } from "./equivalents.ts";
import { type Mutant, mutantsOf, planted } from "./mutations.ts";
import { type PackageTests, packageTests } from "./run_tests.ts";
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

/** A package's tests as they are without a mutant. */
interface Sound {
  readonly tests: PackageTests;
  /** Of each test file, by its path from the root. */
  readonly seconds: Readonly<Record<string, number>>;
  /** For one run of them, several times what they took. */
  readonly limit: number;
}

/**
 * Tests a package once unharmed: its tests have to pass, else every mutant would count as noticed. They share
 * one worker where they pass so.
 *
 * @throws {Error} if they fail without any mutant.
 */
async function soundTests(copy: string, folder: string, most: number): Promise<Sound> {
  let complaint = "";
  for (const isolate of [false, true]) {
    const tests = packageTests(copy, `${copy}/${folder}`, isolate);
    const start = performance.now();
    const { outcome, seconds, ...rest } = await tests.run({ changed: [], order: [] }, most);
    if (outcome === "passed") {
      const limit = Math.min(most, 20 + 3 * (performance.now() - start) / 1000);
      const own = Object.entries(seconds).map(([path, s]) => [path.slice(copy.length + 1), s]);
      return { tests, limit, seconds: Object.fromEntries(own) };
    }
    tests.end();
    complaint = `${outcome}: ${rest.complaint}`;
  }
  throw new Error(`The tests of ${folder} do not pass without a mutant; ${complaint}`);
}

/** A judge of mutants with a copy of its own; it tests each package once unharmed, when first asked. */
export function mutantJudge(
  copy: string,
  paths: readonly string[],
  equivalents: readonly Equivalent[],
  mostSeconds: number,
): (mutant: Mutant) => Promise<Verdict> {
  const folders = packageFolders(paths);
  const read = (path: string) => Deno.readTextFileSync(`${copy}/${path}`);
  const known = new Map<string, Promise<Sound>>();
  const touched = new Set<string>();
  let current = "";
  const soundOf = (folder: string) => {
    const sound = known.get(folder) ?? soundTests(copy, folder, mostSeconds);
    known.set(folder, sound);
    return sound;
  };
  return async (mutant) => {
    const path = `${copy}/${mutant.path}`;
    const source = Deno.readTextFileSync(path);
    const start = performance.now();
    const verdict = (fate: Fate) => ({ mutant, fate, seconds: (performance.now() - start) / 1000 });
    if (equivalentOf(mutant, source, equivalents) !== undefined) return verdict("equivalent");
    const folder = packageOf(mutant.path);
    // One package's servers at a time: each holds hundreds of megabytes.
    if (folder !== current) { for (const sound of known.values()) (await sound).tests.end(); }
    current = folder;
    const own = await soundOf(folder);
    const { order, imported } = testOrder(mutant.path, paths, read, own.seconds);
    // Whoever runs next finds them as they are then.
    touched.add(path);
    const request = { changed: [...touched], order: order.map((one) => `${copy}/${one}`) };
    // Where no test imports the file those of the packages that use it are asked as well.
    const users = imported ? [] : dependents(copy, folders, folder);
    for (const user of users) await soundOf(user);
    Deno.writeTextFileSync(path, planted(source, mutant));
    try {
      const { outcome } = await own.tests.run(request, own.limit);
      if (outcome !== "passed") return verdict(outcome === "failed" ? "killed" : outcome);
      for (const user of users) {
        const { tests, limit } = await soundOf(user);
        const { outcome } = await tests.run({ ...request, order: [] }, limit);
        if (outcome !== "passed") return verdict(outcome === "failed" ? "killed" : outcome);
      }
      return verdict("survived");
    } finally {
      Deno.writeTextFileSync(path, source);
    }
  };
}
