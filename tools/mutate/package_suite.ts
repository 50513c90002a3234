/** One package's tests, asked about one mistake after the other, and about none where that is in doubt. */
import { type PackageTests, packageTests, type TestResult } from "./run_tests.ts";
import type { Fate } from "./score.ts";

/** A mistake that can be planted in the copy of the workspace and taken out again. */
export interface Change {
  /** From the root. */
  readonly path: string;
  plant(): void;
  restore(): void;
}

/**
 * Every test file that notices a mistake has to pass without it, which is tried when it first does, behind
 * those that ran before it. They share one worker unless they pass only apart.
 */
export class PackageSuite {
  /** Of each test file that has run, by its path from the root. */
  readonly seconds: Record<string, number> = {};
  readonly #copy: string;
  readonly #folder: string;
  readonly #most: number;
  /** Test files that pass without a mistake. */
  readonly #sound = new Set<string>();
  /** Test files that do not even pass without one: they tell nothing, and are left out. */
  readonly #broken = new Set<string>();
  readonly #changed = new Set<string>();
  #isolate = false;
  #tests: PackageTests;

  /** @param most Seconds that a run may take whose files have not been timed. */
  constructor(copy: string, folder: string, most: number) {
    this.#copy = copy;
    this.#folder = folder;
    this.#most = most;
    this.#tests = packageTests(copy, `${copy}/${folder}`, this.#isolate);
  }

  /**
   * @param all Test files, paths from the root.
   * @throws {Error} if they fail without the mistake, and no file can be blamed.
   */
  async judge(change: Change, all: readonly string[]): Promise<Fate> {
    for (let late = 0;;) {
      const order = all.filter((path) => !this.#broken.has(path));
      const { outcome, failed } = await this.#withMistake(change, order);
      if (outcome === "passed") return "survived";
      const asked = failed === null ? order : order.slice(0, order.indexOf(failed) + 1);
      const sound = (failed === null ? asked : [failed]).every((path) => this.#sound.has(path));
      if (outcome === "failed" && sound) return "killed";
      // A busy machine is late as well: not so twice with the tests in time between, which times them anew.
      if (outcome === "timed out" && ++late === 2) return "timed out";
      if (await this.#passUnharmed(asked) && outcome === "failed") return "killed";
    }
  }

  /** Has the tests pass without a mistake, each apart where need be. @returns Whether they did at once. */
  async #passUnharmed(asked: readonly string[]): Promise<boolean> {
    for (let attempts = 0;; attempts++) {
      const { outcome, failed, complaint } = await this.#run(asked, 4 * this.#most);
      if (outcome === "passed") {
        for (const path of asked) this.#sound.add(path);
        return attempts === 0;
      }
      if (attempts === 2) {
        const what = failed ?? `The tests of ${this.#folder}`;
        const told = `${what} does not pass without a mistake: ${complaint}`;
        if (failed === null) throw new Error(told);
        console.error(`${told}\nIt is left out.`);
        this.#broken.add(failed);
        return false;
      }
      this.#setApart();
    }
  }

  /** Ends the process; the next mistake starts another. */
  end(): void {
    this.#tests.end();
  }

  #setApart(): void {
    this.end();
    this.#isolate = true;
    this.#tests = packageTests(this.#copy, `${this.#copy}/${this.#folder}`, true);
  }

  async #withMistake(change: Change, order: readonly string[]): Promise<TestResult> {
    // Whoever runs next finds it as it is then.
    this.#changed.add(`${this.#copy}/${change.path}`);
    change.plant();
    try {
      const known = order.every((path) => this.#sound.has(path));
      const usual = order.reduce((sum, path) => sum + (this.seconds[path] ?? 0), 0);
      return await this.#run(order, known ? 30 + 4 * usual : this.#most);
    } finally {
      change.restore();
    }
  }

  /** Paths from the root, in what it takes and what it gives. */
  async #run(order: readonly string[], limit: number): Promise<TestResult> {
    const files = order.map((path) => `${this.#copy}/${path}`);
    const result = await this.#tests.run({ changed: [...this.#changed], files }, limit);
    const own = (path: string) => path.slice(this.#copy.length + 1);
    for (const [path, s] of Object.entries(result.seconds)) {
      this.seconds[own(path)] = Math.max(this.seconds[own(path)] ?? 0, s);
    }
    return { ...result, failed: result.failed === null ? null : own(result.failed) };
  }
}
