/** Runs a package's tests on a planted mistake until the first one notices. */
import { ANSWER, type TestAnswer, type TestRequest } from "./test_protocol.ts";

/** What a run of tests says. */
export type TestOutcome = "passed" | "failed" | "timed out";

export interface TestResult extends TestAnswer {
  readonly outcome: TestOutcome;
}

/** A package's tests in a process that stays warm between runs. */
export interface PackageTests {
  run(request: TestRequest, limitSeconds: number): Promise<TestResult>;
  end(): void;
}

/**
 * @param folder The package's, absolute, in a copy of the workspace.
 * @param isolate Whether each test file has a worker of its own, for tests that need it.
 */
export function packageTests(copy: string, folder: string, isolate: boolean): PackageTests {
  let server: Server | undefined;
  const end = () => {
    server?.end();
    server = undefined;
  };
  return {
    async run(request, limitSeconds) {
      server ??= startServer(copy, folder, isolate);
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<"late">((resolve) =>
        timer = setTimeout(() => resolve("late"), 1000 * limitSeconds)
      );
      const answer = await Promise.race([server.ask(request), late]);
      clearTimeout(timer);
      if (answer === "late" || answer === null) end();
      const silent = { failed: null, seconds: {}, late: answer === "late", complaint: "" };
      if (answer === "late") return { outcome: "timed out", ...silent };
      // A server that ends by itself was broken by the mistake.
      if (answer === null) return { outcome: "failed", ...silent };
      const outcome = answer.failed === null ? "passed" : answer.late ? "timed out" : "failed";
      return { outcome, ...answer };
    },
    end,
  };
}

interface Server {
  /** Null where it has ended. */
  ask(request: TestRequest): Promise<TestAnswer | null>;
  end(): void;
}

function startServer(copy: string, folder: string, isolate: boolean): Server {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${copy}/tools/mutate/test_server.ts`, isolate ? "isolate" : "together"],
    cwd: folder,
    env: { ORT_DISABLE_TELEMETRY: "1", NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    // A group of its own: workers end with it.
    detached: true,
  }).spawn();
  const end = () => {
    running.delete(end);
    endGroup(child.pid);
  };
  running.add(end);
  const input = child.stdin.getWriter();
  const answers = answersOf(child.stdout);
  return {
    async ask(request) {
      try {
        await input.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`));
      } catch {
        return null;
      }
      const { value, done } = await answers.next();
      return done ? null : value;
    },
    end,
  };
}

async function* answersOf(output: ReadableStream<Uint8Array>): AsyncGenerator<TestAnswer, void> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of output) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      if (line.startsWith(ANSWER)) yield JSON.parse(line.slice(ANSWER.length)) as TestAnswer;
    }
  }
}

const running = new Set<() => void>();

/** Ends the tests that are running, when the runner itself is told to end. */
export function endAllTests(): void {
  for (const end of [...running]) end();
}

function endGroup(pid: number): void {
  try {
    Deno.kill(-pid, "SIGKILL");
  } catch { /* The group has ended by itself. */ }
}
