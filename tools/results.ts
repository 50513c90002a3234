import { needOf } from "./test_requirements.ts";

/** What each target leaves behind for the last line of `deno task test`. */
export interface TestCounts {
  passed: number;
  failed: number;
  /** Tests that this machine cannot run, by what they need. */
  skipped?: Record<string, number>;
}

/** Where counts are kept; Nx restores the files with a cached run. */
export const RESULTS_FOLDER = "dist/test-results";

export function writeResult(root: string, name: string, counts: TestCounts): void {
  Deno.mkdirSync(`${root}/${RESULTS_FOLDER}`, { recursive: true });
  Deno.writeTextFileSync(`${root}/${RESULTS_FOLDER}/${name}.json`, JSON.stringify(counts) + "\n");
}

/** @returns `undefined` if the target left nothing, which means that it crashed or never ran. */
export function readResult(root: string, name: string): TestCounts | undefined {
  try {
    const counts = JSON.parse(Deno.readTextFileSync(`${root}/${RESULTS_FOLDER}/${name}.json`));
    return Number.isInteger(counts.passed) && Number.isInteger(counts.failed) ? counts : undefined;
  } catch {
    return undefined;
  }
}

/** The part of vitest's JSON report that is read here. */
export interface VitestReport {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  testResults: { status: string; assertionResults: { status: string; fullName?: string }[] }[];
}

/**
 * Counts of a vitest report. A test file that fails outside of its tests (it does not load, a hook
 * throws) counts as one failure, and so does a run that reports failure without any failed test.
 */
export function countsOf(report: VitestReport): TestCounts {
  const broken =
    report.testResults.filter((file) =>
      file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed")
    ).length;
  const failed = report.numFailedTests + broken;
  const skipped: Record<string, number> = {};
  for (const { status, fullName = "" } of report.testResults.flatMap((r) => r.assertionResults)) {
    if (status !== "skipped" && status !== "pending") continue;
    const need = needOf(fullName) ?? `what "${fullName}" does not say`;
    skipped[need] = (skipped[need] ?? 0) + 1;
  }
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !report.success ? 1 : failed,
    ...(Object.keys(skipped).length > 0 ? { skipped } : {}),
  };
}
