/** Runs a package's tests on a planted mistake until the first one notices. */
import { packageOf } from "./sample.ts";

/** What a run of tests says. "none" when no test imports the file. */
export type TestOutcome = "passed" | "failed" | "timed out" | "none";

/** The outcome with what vitest printed. */
export interface TestResult {
  readonly outcome: TestOutcome;
  readonly text: string;
}

/** How tests are run: `vitest` of one folder, over all its files or over those that import one. */
export interface TestRun {
  /** Absolute. */
  readonly folder: string;
  /** Only the tests that import this file, absolute. */
  readonly related?: string;
  readonly limitSeconds: number;
}

/**
 * One run of vitest that ends at the first failure, and with every process that it started at the limit.
 */
export async function runTests({ folder, related, limitSeconds }: TestRun): Promise<TestResult> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...[
        "run",
        "-A",
        "npm:vitest",
        ...(related === undefined ? ["run"] : ["related", related, "--run"]),
      ],
      ...["--bail", "1", "--maxWorkers=1", "--passWithNoTests", "--reporter=dot"],
      ...["--testTimeout=60000", "--hookTimeout=60000"],
    ],
    cwd: folder,
    env: { ORT_DISABLE_TELEMETRY: "1", NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    // A group of its own: workers end with it.
    detached: true,
  }).spawn();
  const stop = () => endGroup(child.pid);
  running.add(stop);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, 1000 * limitSeconds);
  try {
    const { success, stdout, stderr } = await child.output();
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    if (late) return { outcome: "timed out", text };
    if (success && /No test files found/.test(text)) return { outcome: "none", text };
    return { outcome: success ? "passed" : "failed", text };
  } finally {
    clearTimeout(timer);
    running.delete(stop);
    stop();
  }
}

const running = new Set<() => void>();

/** Ends the tests that are running, when the runner itself is told to end. */
export function endAllTests(): void {
  for (const stop of running) stop();
}

function endGroup(pid: number): void {
  try {
    Deno.kill(-pid, "SIGKILL");
  } catch { /* The group has ended by itself. */ }
}

/** Folders whose package.json names the package of `folder`, in order. */
export function dependents(root: string, folders: readonly string[], folder: string): string[] {
  const name = JSON.parse(Deno.readTextFileSync(`${root}/${folder}/package.json`)).name as string;
  return folders.filter((other) => {
    const manifest = JSON.parse(Deno.readTextFileSync(`${root}/${other}/package.json`));
    return other !== folder && name in { ...manifest.dependencies, ...manifest.devDependencies };
  });
}

/**
 * The runs that may notice a mistake in `path`, quickest first: the package's tests that import the file, all of
 * the package's (some start the file as a program or worker), and those of the packages that use it.
 */
export function runsFor(
  copy: string,
  folders: readonly string[],
  path: string,
  limitSeconds: number,
) {
  const folder = packageOf(path);
  return {
    related: { folder: `${copy}/${folder}`, related: `${copy}/${path}`, limitSeconds },
    whole: { folder: `${copy}/${folder}`, limitSeconds },
    users: dependents(copy, folders, folder)
      .map((user) => ({ folder: `${copy}/${user}`, limitSeconds })),
  };
}
