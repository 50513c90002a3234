/**
 * `deno run -A tools/vitest.ts FOLDER NAME`: runs one package's tests and leaves their counts for the
 * summary. One worker each, since Nx runs two packages at a time.
 */
import { countsOf, type VitestReport, writeResult } from "./results.ts";
import { ROOT } from "./root.ts";

const [folder, name] = Deno.args;
if (!folder || !name) {
  console.error("Usage: deno run -A tools/vitest.ts FOLDER NAME");
  Deno.exit(2);
}

// Nx asks for colours; programs that tests start must print as they do into a pipe.
const { FORCE_COLOR: _, ...environment } = Deno.env.toObject();
const report = Deno.makeTempFileSync({ suffix: ".json" });
const { code } = await new Deno.Command(Deno.execPath(), {
  args: [
    ...["run", "-A", "npm:vitest", "run", "--passWithNoTests", "--maxWorkers=1"],
    // Generous, since a busy machine must not fail a test that is right.
    ...["--testTimeout=120000", "--hookTimeout=120000"],
    ...["--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
  ],
  cwd: `${ROOT}/${folder}`,
  // Tests that load onnxruntime themselves send nothing anywhere either.
  clearEnv: true,
  env: { ...environment, ORT_DISABLE_TELEMETRY: "1" },
}).spawn().status;

try {
  const counts = countsOf(JSON.parse(Deno.readTextFileSync(report)) as VitestReport);
  // vitest can fail without a failed test, e.g. on an error that no test caught.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  writeResult(ROOT, name, counts);
  Deno.exitCode = counts.failed === 0 ? 0 : 1;
} catch (error) {
  // vitest writes no report when it finds no test files, and exits with 0 then.
  if (code === 0) writeResult(ROOT, name, { passed: 0, failed: 0 });
  else console.error(`vitest left no report for ${folder}: ${error}`);
  Deno.exitCode = code;
} finally {
  Deno.removeSync(report);
}
