/**
 * `deno task test`: checks, all packages' tests and, where the demo app offers it, a quick demo whose
 * outputs are checked for physics. Installs first what some tests need, where that is possible. Ends with
 * the line "N passed, N failed" (", N skipped"); exits with 1 on any failure. Each check and the quick
 * demo count as one.
 */
import { install } from "@spiediff/slurm-test";
import { nx } from "./nx.ts";
import { readResult, RESULTS_FOLDER, type TestCounts } from "./results.ts";
import { ROOT } from "./root.ts";
import { REQUIREMENTS, skippedText } from "./test_requirements.ts";

interface Project {
  name: string;
  targets: Record<string, unknown>;
}

function projects(): Project[] {
  const { workspace } = JSON.parse(Deno.readTextFileSync(`${ROOT}/deno.json`));
  return (workspace as string[]).map((folder) =>
    JSON.parse(Deno.readTextFileSync(`${ROOT}/${folder}/project.json`))
  );
}

/** The end of a line of counts. */
const and = (skipped: number) => skipped > 0 ? `, ${skipped} skipped` : "";

try {
  Deno.removeSync(`${ROOT}/${RESULTS_FOLDER}`, { recursive: true });
} catch { /* Nothing to forget. */ }

// Before the packages' tests, which run at the same time and would wait for each other's installation.
const unmet = await install(REQUIREMENTS, console.log);

const extra = Deno.args;
const codes = [await nx(["run-many", "-t", "check", "test", "--parallel=2", ...extra])];
const rows: [name: string, counts: TestCounts | undefined][] = [
  ["check", readResult(ROOT, "check")],
  ...projects().filter(({ targets }) => "test" in targets)
    .map(({ name }): [string, TestCounts | undefined] => [name, readResult(ROOT, name)]),
];

for (const { name, targets } of projects()) {
  if (!("quick-demo" in targets)) continue;
  const code = await nx(["run", `${name}:quick-demo`, ...extra]);
  codes.push(code);
  rows.push(["quick demo", { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }]);
}

let passed = 0, failed = 0, skipped = 0;
const needs: Record<string, number> = {};
console.log();
for (const [name, counts] of rows) {
  // A target without a result crashed: that is a failure, not a gap.
  passed += counts?.passed ?? 0;
  failed += counts?.failed ?? 1;
  let left = 0;
  for (const [need, count] of Object.entries(counts?.skipped ?? {})) {
    needs[need] = (needs[need] ?? 0) + count;
    left += count;
  }
  skipped += left;
  const text = counts
    ? `${counts.passed} passed, ${counts.failed} failed${and(left)}`
    : "left no result: 1 failed";
  console.log(`${name.padEnd(18)} ${text}`);
}
if (failed === 0 && codes.some((code) => code !== 0)) failed = 1;
if (skipped > 0) console.log(`\nSkipped:\n${skippedText(needs, unmet)}`);
console.log(`\n${passed} passed, ${failed} failed${and(skipped)}`);
Deno.exit(failed === 0 ? 0 : 1);
