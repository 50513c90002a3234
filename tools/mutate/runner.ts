/** Plants mutants one at a time in a copy of the workspace and asks the tests. */
import { type Equivalent, equivalentOf } from "./equivalents.ts";
import { type Mutant, mutantsOf, planted } from "./mutations.ts";
import { runsFor, runTests } from "./run_tests.ts";
import { packageOf } from "./sample.ts";
import type { Fate, Verdict } from "./score.ts";

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

/**
 * The time that a package's sound tests may take, several times what they took; they have to pass, else every
 * mutant would count as noticed.
 *
 * @throws {Error} if they fail without any mutant.
 */
async function limitOf(copy: string, folder: string, most: number): Promise<number> {
  const start = performance.now();
  const { outcome, text } = await runTests({ folder: `${copy}/${folder}`, limitSeconds: most });
  if (outcome === "failed" || outcome === "timed out") {
    throw new Error(`The tests of ${folder} ${outcome} without a mutant:\n${text.slice(-2000)}`);
  }
  return Math.min(most, 20 + 3 * (performance.now() - start) / 1000);
}

/** A judge of mutants with a copy of its own; it tests each package once unharmed, when first asked. */
export function mutantJudge(
  copy: string,
  folders: readonly string[],
  equivalents: readonly Equivalent[],
  mostSeconds: number,
): (mutant: Mutant) => Promise<Verdict> {
  const limits = new Map<string, Promise<number>>();
  const limit = (folder: string) => {
    const known = limits.get(folder) ?? limitOf(copy, folder, mostSeconds);
    limits.set(folder, known);
    return known;
  };
  return async (mutant) => {
    const path = `${copy}/${mutant.path}`;
    const source = Deno.readTextFileSync(path);
    const start = performance.now();
    const verdict = (fate: Fate) => ({ mutant, fate, seconds: (performance.now() - start) / 1000 });
    if (equivalentOf(mutant, source, equivalents) !== undefined) return verdict("equivalent");
    const runs = runsFor(copy, folders, mutant.path, await limit(packageOf(mutant.path)));
    Deno.writeTextFileSync(path, planted(source, mutant));
    try {
      const { outcome: related } = await runTests(runs.related);
      if (related === "failed") return verdict("killed");
      if (related === "timed out") return verdict(related);
      const others = [runs.whole, ...(related === "none" ? runs.users : [])];
      for (const run of others) {
        const { outcome } = await runTests({ ...run, limitSeconds: mostSeconds });
        if (outcome === "failed") return verdict("killed");
        if (outcome === "timed out") return verdict(outcome);
      }
      return verdict("survived");
    } finally {
      Deno.writeTextFileSync(path, source);
    }
  };
}
