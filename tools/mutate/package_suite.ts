/** One package's tests, asked about one mistake after the other, and about none where that is in doubt. */
import { packageTests, type TestResult } from "./run_tests.ts";
import type { Fate } from "./score.ts";

/** A mistake that can be planted in the copy of the workspace and taken out again. */
export interface Change {
  /** From the root. */
  readonly path: string;
  plant(): void;
  restore(): void;
}

export interface PackageSuite {
  /** Of each test file that has run, by its path from the root. */
  readonly seconds: Readonly<Record<string, number>>;
  /**
   * @param order Test files, paths from the root.
   * @throws {Error} if they fail without the mistake.
   */
  judge(change: Change, order: readonly string[]): Promise<Fate>;
  end(): void;
}

/**
 * Every test file that notices a mistake has to pass without it, which is tried when it first does, behind
 * those that ran before it. They share one worker unless they pass only apart.
 *
 * @param most Seconds that a run may take whose files have not been timed.
 */
export function packageSuite(copy: string, folder: string, most: number): PackageSuite {
  const seconds: Record<string, number> = {};
  const sound = new Set<string>();
  const changed = new Set<string>();
  let isolate = false;
  let tests = packageTests(copy, `${copy}/${folder}`, isolate);

  const run = async (order: readonly string[], limit: number): Promise<TestResult> => {
    const files = order.map((path) => `${copy}/${path}`);
    const result = await tests.run({ changed: [...changed], files }, limit);
    for (const [path, s] of Object.entries(result.seconds)) {
      const own = path.slice(copy.length + 1);
      seconds[own] = Math.max(seconds[own] ?? 0, s);
    }
    return result;
  };
  const limitOf = (order: readonly string[]) =>
    order.every((path) => sound.has(path))
      ? Math.min(most, 30 + 4 * order.reduce((sum, path) => sum + (seconds[path] ?? 0), 0))
      : most;

  const withMistake = async (change: Change, order: readonly string[]): Promise<TestResult> => {
    // Whoever runs next finds it as it is then.
    changed.add(`${copy}/${change.path}`);
    change.plant();
    try {
      return await run(order, limitOf(order));
    } finally {
      change.restore();
    }
  };

  /** Whether the files pass as they are; they are sound from then on. */
  const passes = async (order: readonly string[]): Promise<TestResult> => {
    const result = await run(order, most);
    if (result.outcome === "passed") { for (const path of order) sound.add(path); }
    return result;
  };

  return {
    seconds,
    async judge(change, order) {
      for (;;) {
        const { outcome, failed } = await withMistake(change, order);
        if (outcome === "passed") return "survived";
        const last = failed === null
          ? order.length - 1
          : order.indexOf(failed.slice(copy.length + 1));
        const asked = order.slice(0, last + 1);
        const fate = outcome === "failed" ? "killed" : outcome;
        if (
          sound.has(asked.at(-1)!) && (failed !== null || asked.every((path) => sound.has(path)))
        ) {
          return fate;
        }
        const { outcome: unharmed, complaint } = await passes(asked);
        // Now that the files are timed, a run that was cut off gets the time that is theirs.
        if (unharmed === "passed" && outcome === "failed") return fate;
        if (unharmed === "passed") continue;
        if (isolate) {
          throw new Error(`The tests of ${folder} do not pass without a mistake: ${complaint}`);
        }
        tests.end();
        isolate = true;
        tests = packageTests(copy, `${copy}/${folder}`, isolate);
      }
    },
    end: () => tests.end(),
  };
}
