/** What the runner of mutants and its warm test servers say to each other, a line of JSON each. */

/** One run of test files in the order given, until the first failure. */
export interface TestRequest {
  /** Absolute paths of sources that have changed since the last run. */
  readonly changed: readonly string[];
  /** Absolute paths of test files. */
  readonly files: readonly string[];
}

export interface TestAnswer {
  /** Absolute path of the file that has failed; null where all have passed. */
  readonly failed: string | null;
  /** Of each test file that has run, by its absolute path. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Whether nothing failed but by taking too long, which a busy machine does as well. */
  readonly late: boolean;
  /** What the failed tests say. */
  readonly complaint: string;
}

/** In front of an answer, since tests may print as well. */
export const ANSWER = "@answer ";
