/** Every sentence that a command line answers a mistake with, word by word. */
import { spawnSync } from "node:child_process";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { buildCommand, buildRouteMap } from "@stricli/core";
import { describe, expect, it, vi } from "vitest";
import { guardOutput } from "./guarded_output.ts";
import {
  application,
  exitCodeOf,
  failureText,
  Interruption,
  isUsersMistake,
  numberParser,
  runApplication,
  secondsText,
  type StageProgress,
  stageRunner,
  textParser,
  unreadableFile,
  UserError,
} from "./mod.ts";
import { unwritableText } from "./user_error.ts";

const refusing = (text: string): string => {
  if (text === "odd") throw new UserError("--own is odd.");
  if (text === "worse") throw new Error("Cannot be worse");
  return text;
};
const one = (positional?: "one" | "two") =>
  buildCommand({
    docs: { brief: "One" },
    parameters: {
      flags: {
        maxCount: { kind: "parsed", parse: numberParser, brief: "n", default: "1" },
        out: { kind: "parsed", parse: textParser, brief: "o", optional: true },
        own: { kind: "parsed", parse: refusing, brief: "w", optional: true },
        kind: { kind: "enum", values: ["a", "b"], brief: "k", default: "a" },
        needed: { kind: "parsed", parse: textParser, brief: "x", default: "y" },
      },
      ...(positional && {
        positional: {
          kind: "tuple",
          parameters: Array.from({ length: positional === "one" ? 1 : 2 }, (_, k) => ({
            ...{ brief: "file", placeholder: ["FILE", "other"][k], parse: textParser },
          })),
        },
      }),
    },
    func(
      this: { process: { stdout: { write(text: string): void } } },
      flags: unknown,
      ...rest: unknown[]
    ) {
      this.process.stdout.write(JSON.stringify([flags, ...rest]));
    },
  } as never) as Parameters<typeof application>[2];

async function run(target: Parameters<typeof application>[2], ...args: string[]) {
  let stdout = "", stderr = "";
  const code = await runApplication(application("tool", "1", target), args, {
    stdout: { write: (text: string) => void (stdout += text) },
    stderr: { write: (text: string) => void (stderr += text) },
    env: {},
  });
  return { code, stdout, stderr: stderr.trim() };
}
const HINT = " Add --help for flags and examples.";

describe("mistakes of a command line", () => {
  it.each<[string[], string]>([
    [["--max-cuont", "3"], "There is no flag --max-cuont. Did you mean --max-count?"],
    [["--zzzzzz"], "There is no flag --zzzzzz."],
    [["-z"], "There is no flag -z."],
    [["--max-count", "x"], '--max-count must be a number, not "x".'],
    [["--max-count", "1e400"], '--max-count must be a number, not "1e400".'],
    [["--out", ""], "--out must not be empty."],
    [["--out", " "], "--out must not be empty."],
    [["--out="], "--out must not be empty."],
    [["--own", "odd"], "--own is odd."],
    [["--own", "worse"], '--own cannot be "worse": cannot be worse.'],
    [["--kind", "c"], '--kind must be one of a, b, not "c".'],
    [["--out"], "--out needs a value."],
    [["--out", "--kind", "a"], "--out needs a value, and --kind follows it."],
    [["--out", "a", "--out", "b"], '--out is given twice: "a" and "b".'],
    [["more"], 'No argument is expected, and "more" is one.'],
  ])("%j", async (args, text) => {
    expect(await run(one(), ...args)).toEqual({
      code: 2,
      stdout: "",
      stderr: `tool: ${text}${HINT}`,
    });
  });

  it("in arguments are named by their places", async () => {
    const said = async (of: "one" | "two", ...args: string[]) => {
      const { code, stderr } = await run(one(of), ...args);
      expect(code).toBe(2);
      return stderr.replace(HINT, "").replace("tool: ", "");
    };
    expect(await said("one")).toBe("The argument FILE is missing.");
    expect(await said("one", "a", "b")).toBe('Only 1 argument is expected, and "b" is one more.');
    expect(await said("two", "a", "b", "c")).toBe(
      'Only 2 arguments are expected, and "c" is one more.',
    );
    expect(await said("one", "--out=")).toBe("--out must not be empty.");
    expect(await said("one", "a", "--out=")).toBe("--out must not be empty.");
    expect(await said("one", "")).toBe("FILE must not be empty.");
    expect(await said("two", "a", "")).toBe("--other must not be empty.");
  });

  it("in names of commands are told the nearest ones", async () => {
    const map = buildRouteMap({
      routes: { predict: one() as never, train: one() as never },
      docs: { brief: "all" },
    }) as Parameters<typeof application>[2];
    expect((await run(map, "predcit")).stderr).toBe(
      'tool: There is no command "predcit". Did you mean predict? `tool --help` lists all commands.',
    );
    const far = await run(map, "zzzzzzzzz");
    expect(far).toMatchObject({
      code: 2,
      stderr: 'tool: There is no command "zzzzzzzzz". `tool --help` lists all commands.',
    });
  });

  it("are none where all is well", async () => {
    const { code, stdout } = await run(one("one"), "--max-count", "7", "a", "--kind", "b");
    expect([code, JSON.parse(stdout)])
      .toEqual([0, [{ maxCount: 7, kind: "b", needed: "y" }, "a"]]);
  });
});

describe("failures", () => {
  const system = (code: string, more: Record<string, unknown> = {}) =>
    Object.assign(new Error(`${code}: it failed, open '/a/b'`), { code, ...more });

  it("of files are sentences on the path, or on what the caller calls it", () => {
    expect(failureText("tool", system("ENOENT", { path: "/c" })))
      .toBe("tool: /c cannot be used: there is no such file or folder.");
    expect(failureText("tool", system("EACCES")))
      .toBe("tool: /a/b cannot be used: it may not be read or written by you.");
    expect(failureText("tool", Object.assign(new Error("full"), { code: "ENOSPC" })))
      .toBe("tool: The disk is full.");
    expect(unreadableFile("The model /m", system("EISDIR")).message)
      .toBe("The model /m cannot be used: it is a folder, not a file.");
    expect(unreadableFile("The model /m", new Error("what?")).message)
      .toBe("The model /m cannot be read: what?");
    expect(exitCodeOf(system("EROFS"))).toBe(2);
    // An address that is in use is no file.
    const listening = system("EACCES", { syscall: "listen" });
    expect([exitCodeOf(listening), failureText("tool", listening)])
      .toEqual([1, expect.stringContaining("unexpected failure: EACCES")]);
    expect(exitCodeOf(system("EWHAT"))).toBe(1);
  });

  it.each([
    ["EACCES", "it may not be read or written by you"],
    ["EEXIST", "a file of that name is in the way"],
    ["EISDIR", "it is a folder, not a file"],
    ["EBUSY", "another program uses it"],
    ["EDQUOT", "your share of the disk is used up"],
    ["ELOOP", "its links lead in a circle"],
    ["ENAMETOOLONG", "its name is too long"],
    ["ENOENT", "there is no such file or folder"],
    ["ENOSPC", "the disk is full"],
    ["ENOTDIR", "a part of the path is a file, not a folder"],
    ["EPERM", "it may not be changed by you"],
    ["EROFS", "the disk is read-only"],
  ])("of the system's kind %s are: %s", (code, text) => {
    expect(failureText("tool", system(code, { path: "/c" }))).toBe(
      `tool: /c cannot be used: ${text}.`,
    );
  });

  it("are the user's by the error's name, or a RangeError that is a sentence", () => {
    const named = (name: string) => Object.assign(new Error("x"), { name });
    for (
      const name of [
        "UserError",
        "ConfigError",
        "ModelError",
        "NpyError",
        "SolverError",
        "ShardError",
        "TrajectoryError",
      ]
    ) {
      expect(isUsersMistake(named(name)), name).toBe(true);
    }
    expect([isUsersMistake(named("Error")), isUsersMistake("text"), isUsersMistake(null)])
      .toEqual([false, false, false]);
    expect([isUsersMistake(new RangeError("A.")), isUsersMistake(new RangeError("A"))])
      .toEqual([true, false]);
    expect(isUsersMistake(new TypeError("A."))).toBe(false);
    expect([
      failureText("t", new Interruption("Stopped.")),
      exitCodeOf(new Interruption("Stopped.")),
    ])
      .toEqual(["t: Stopped.", 1]);
    expect(failureText("t", "text")).toBe("t: unexpected failure: text");
  });

  it("of printing say that the work itself went on", () => {
    expect(unwritableText("The output", Object.assign(new Error("x"), { code: "ENOSPC" })))
      .toBe("The output could not be written: the disk is full. The work itself went on.");
    expect(unwritableText("The output", new Error("It broke.")))
      .toBe("The output could not be written: It broke. The work itself went on.");
  });
});

it("numbers that vanish or overflow are none, zeros are", () => {
  expect(["0", "0.0", "-0e5", "+3", "1.", "1E2"].map(numberParser)).toEqual([0, 0, -0, 3, 1, 100]);
  for (const text of ["1e-400", "-0.1e-400", "1e999", ".", "e5", "1e", "--1"]) {
    expect(() => numberParser(text)).toThrow(`Cannot convert ${text} to a number`);
  }
});

it("times are told in two units, the smaller one rounded, the larger never up", () => {
  expect([0, 9.949, 225, 3599.4, 3599.6, 9900, 7170, 7169].map(secondsText)).toEqual(
    [
      "0.0 s",
      "9.9 s",
      "3 min 45 s",
      "59 min 59 s",
      "1 h 0 min",
      "2 h 45 min",
      "2 h 0 min",
      "1 h 59 min",
    ],
  );
});

describe("a stage's clock", () => {
  it("is noted every two seconds, so that a kill loses no more", async () => {
    let now = 1000;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
    try {
      const noted: [string, number, boolean][] = [];
      const run = stageRunner({
        silent: true,
        clock: {
          kept: () => ({ seconds: 100, ended: false }),
          keep: (...entry) => Promise.resolve(void noted.push(entry)),
        },
      });
      const at = (seconds: number, progress: StageProgress) => {
        now = 1000 + 1000 * seconds;
        progress(1, 2);
      };
      await run({
        title: "Long",
        run: async (progress) => {
          for (const seconds of [1.9, 2, 3.9, 4.5, 6.4, 6.5]) {
            at(seconds, progress);
            await new Promise((done) => setTimeout(done));
          }
          now = 8000;
        },
      });
      expect(noted).toEqual([
        ...[2, 4.5, 6.5].map((s) => ["Long", 100 + s, false]),
        ["Long", 107, true],
      ]);
      expect(run.seconds).toEqual({ Long: 107 });
    } finally {
      clock.mockRestore();
    }
  });
});

it("without a terminal a stage says each fifth of its way, and its end", () => {
  const program = `import { stageRunner } from "${new URL("./mod.ts", import.meta.url).href}";
    await stageRunner()({ title: "Work", run: (progress) => {
      for (const k of [1, 19, 20, 39, 41, 60, 61, 99, 100]) progress(k, 100, "step " + k);
      progress(0, 0, "nothing to do");
      return Promise.resolve();
    } });`;
  const { stdout } = spawnSync(
    execPath,
    [
      "run",
      "-A",
      "--node-modules-dir=manual",
      "--config",
      fileURLToPath(new URL("../../deno.json", import.meta.url)),
    ].concat(
      `data:text/typescript,${encodeURIComponent(program)}`,
    ),
    { encoding: "utf8", env: { ...Deno.env.toObject(), NO_COLOR: "1" } },
  );
  expect(
    [...stdout.matchAll(/(\d+) %.*, (step \d+|nothing to do)/g)].map((
      [, share, note],
    ) => [share, note]),
  )
    .toEqual([
      ...[["20", "step 20"], ["41", "step 41"], ["61", "step 61"], ["99", "step 99"]],
      ...[["100", "step 100"], ["100", "nothing to do"]],
    ]);
}, 120_000);

describe("a stream whose reader has gone", () => {
  const streamOf = (fault?: { code: string; by: "event" | "exception" }, isTTY = false) => {
    const written: string[] = [], listeners: ((error: Error) => void)[] = [];
    const error = Object.assign(new Error("gone"), { code: fault?.code });
    const stream = {
      isTTY,
      write(text: string | Uint8Array, ..._more: unknown[]): boolean {
        if (fault?.by === "exception") throw error;
        written.push(String(text));
        if (fault !== undefined) listeners.forEach((listener) => listener(error));
        return false;
      },
      on: (_: "error", listener: (error: Error) => void) => listeners.push(listener),
    };
    return { stream, written, guard: guardOutput(stream) };
  };

  it("takes what it can, and drops the rest quietly", async () => {
    const whole = streamOf();
    expect(whole.stream.write("a")).toBe(false);
    expect([whole.written, whole.guard.lost()]).toEqual([["a"], null]);
    for (const code of ["EPIPE", "ECONNRESET", "EBADF", "ERR_STREAM_DESTROYED"]) {
      for (const by of ["event", "exception"] as const) {
        const { stream, written, guard } = streamOf({ code, by });
        stream.write("a");
        // Whoever waits for the text to be written goes on.
        await new Promise<void>((done) => void expect(stream.write("b", "utf8", done)).toBe(true));
        expect(written).toEqual(by === "event" ? ["a"] : []);
        expect(guard.lost()).toBeNull();
      }
    }
  });

  it("but not a fault of the disk, which is told", () => {
    const full = streamOf({ code: "ENOSPC", by: "exception" });
    full.stream.write("a");
    expect(full.guard.lost()?.message).toBe("gone");
    for (const isTTY of [true, false]) {
      const { stream, guard } = streamOf({ code: "EIO", by: "event" }, isTTY);
      stream.write("a");
      expect(guard.lost() === null).toBe(isTTY);
    }
  });
});
