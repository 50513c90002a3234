/** What the runner of mutants and its warm test servers say to each other, a line of JSON each. */

/** One run over all test files of the server's package, until the first failure. */
export interface TestRequest {
  /** Absolute paths of sources that have changed since the last run. */
  readonly changed: readonly string[];
  /** Absolute paths of test files, those to be run first; others follow. */
  readonly order: readonly string[];
}

export interface TestAnswer {
  readonly passed: boolean;
  /** Of each test file, by its absolute path. */
  readonly seconds: Readonly<Record<string, number>>;
  /** What the failed ones say. */
  readonly complaint: string;
}

/** In front of an answer, since tests may print as well. */
export const ANSWER = "@answer ";
