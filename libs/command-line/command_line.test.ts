import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildCommand } from "@stricli/core";
import { describe, expect, it } from "vitest";
import {
  application,
  failureText,
  numberParser,
  progressText,
  runApplication,
  secondsText,
  stageRunner,
  UserError,
  writeDurably,
} from "./mod.ts";

const command = (error?: unknown) =>
  application(
    "tool",
    "1.2.3",
    buildCommand<{ count: number }, []>({
      docs: { brief: "A tool" },
      parameters: { flags: { count: { kind: "parsed", parse: Number, brief: "n", default: "1" } } },
      func() {
        if (error) throw error;
        this.process.stdout.write("done\n");
      },
    }),
  );
async function run(app: ReturnType<typeof command>, ...args: string[]) {
  let stdout = "", stderr = "";
  const code = await runApplication(app, args, {
    stdout: { write: (text: string) => void (stdout += text) },
    stderr: { write: (text: string) => void (stderr += text) },
    env: {},
  });
  return { code, stdout, stderr };
}

describe("exit codes", () => {
  it("0 for success, version and help", async () => {
    expect(await run(command())).toEqual({ code: 0, stdout: "done\n", stderr: "" });
    expect((await run(command(), "--version")).stdout).toBe("1.2.3\n");
    expect((await run(command(), "--help")).code).toBe(0);
  });
  it("2 for the user's mistake, with its message and no stack", async () => {
    const { code, stderr } = await run(command(new UserError("h must be above 0, not -1")));
    expect([code, stderr.trim()]).toEqual([2, "tool: h must be above 0, not -1"]);
    expect((await run(command(new RangeError("h must be above 0.")))).code).toBe(2);
    expect((await run(command(), "--cuont", "3")).code).toBe(2);
  });
  it.each<[string, () => unknown]>([
    ["a stack overflow", function deeper(): unknown {
      return [deeper()];
    }],
    ["a negative length", () => new Float64Array(-1)],
    ["an array's length", () => new Array(-1)],
    ["too many digits", () => (1).toFixed(101)],
    ["a negative count", () => "a".repeat(-1)],
    ["a view beyond its buffer", () => new DataView(new ArrayBuffer(8)).getFloat64(4)],
    ["no date", () => new Date(NaN).toISOString()],
    ["no whole number", () => BigInt(0.5)],
    ["no code point", () => String.fromCodePoint(-1)],
  ])("1 for %s, a RangeError of the engine's", async (_what, fault) => {
    let thrown: unknown;
    try {
      fault();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(RangeError);
    const { code, stderr } = await run(command(thrown));
    expect([code, stderr]).toEqual([1, expect.stringContaining("unexpected failure")]);
  });
  it("1 for what we did not foresee, still without a stack", async () => {
    const { code, stderr } = await run(command(new TypeError("x is undefined")));
    expect([code, stderr.trim()]).toEqual([1, "tool: unexpected failure: x is undefined"]);
  });
  it("control characters of a quoted file never reach the terminal", () => {
    expect(failureText("tool", new UserError("a\x1b[31mb\nc"))).toBe("tool: a [31mb\nc");
  });
});

it("a file that cannot be written is called by its own name", async () => {
  const folder = await mkdtemp(join(tmpdir(), "spiediff-write-"));
  const text = async (path: string) =>
    failureText("tool", await writeDurably(path, "x").catch((error) => error));
  expect(await text(folder)).toBe(`tool: ${folder} cannot be used: it is a folder, not a file.`);
  const long = join(folder, "n".repeat(300));
  expect(await text(long)).toBe(`tool: ${long} cannot be used: its name is too long.`);
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), {
    code: "ENOSPC",
  });
  expect(failureText("tool", full)).toBe("tool: The disk is full.");
});

describe("stages", () => {
  it("run in order, and a failing one stops the rest", async () => {
    const seen: string[] = [];
    const stage = (title: string, error?: Error) => ({
      title,
      run: () => {
        seen.push(title);
        return error ? Promise.reject(error) : Promise.resolve(title.length);
      },
    });
    const run = stageRunner({ silent: true });
    expect(await run(stage("one")) + await run(stage("three"))).toBe(8);
    await expect(run(stage("two", new UserError("no")))).rejects.toThrow(UserError);
    expect(seen).toEqual(["one", "three", "two"]);
    expect(Object.keys(run.seconds)).toEqual(["one", "three"]);
  });
  it("count the seconds of earlier attempts, and keep them where nothing was left to do", async () => {
    const kept = new Map([["cut off", { seconds: 100, ended: false }], ["done", {
      seconds: 50,
      ended: true,
    }]]);
    const clock = {
      kept: (title: string) => kept.get(title) ?? { seconds: 0, ended: false },
      keep: (title: string, seconds: number, ended: boolean) => {
        kept.set(title, { seconds, ended });
        return Promise.resolve();
      },
    };
    const working = (title: string) => ({
      title,
      run: (progress: (done: number, total: number) => void) => Promise.resolve(progress(1, 1)),
    });
    const run = stageRunner({ silent: true, clock });
    await run(working("cut off"));
    await run({ title: "done", run: () => Promise.resolve() });
    expect(Math.floor(run.seconds["cut off"])).toBe(100);
    expect(run.seconds.done).toBe(50);
    expect(kept.get("cut off")).toEqual({ seconds: run.seconds["cut off"], ended: true });
    // Done once more, as its data have changed: counted from nothing.
    await run(working("done"));
    expect(run.seconds.done).toBeLessThan(10);
    await run({ title: "new", run: () => Promise.resolve() });
    expect(kept.get("new")?.ended).toBe(true);
  });
  it("say how much is done and how long is left", () => {
    expect(progressText(0.25, 10, "loss 0.1")).toBe("25 %, 30 s left, loss 0.1");
    expect(progressText(0, 1)).toBe("0 %");
    expect(progressText(1, 90)).toBe("100 %");
    expect([secondsText(0.44), secondsText(59.6), secondsText(200)])
      .toEqual(["0.4 s", "1 min 0 s", "3 min 20 s"]);
    expect([9.94, 9.95, 10.4, 10.5, 59.4, 59.5, 119.5, 3600, 7529].map(secondsText)).toEqual(
      ["9.9 s", "10 s", "10 s", "11 s", "59 s", "1 min 0 s", "2 min 0 s", "1 h 0 min", "2 h 5 min"],
    );
    // Never more than is done: rounded down, and nothing is left of what is done.
    expect([0.009, 0.999, 0.5].map((share) => progressText(share, 2)))
      .toEqual(["0 %, 3 min 40 s left", "99 %, 0.0 s left", "50 %, 2.0 s left"]);
    expect([progressText(0, 1, "starts"), progressText(1, 1, "ends")])
      .toEqual(["0 %, starts", "100 %, ends"]);
  });
});

describe("durable files", () => {
  it("replace a file as a whole and leave nothing else, also after a failure", async () => {
    const folder = await mkdtemp(join(tmpdir(), "spiediff-durable-"));
    try {
      const path = join(folder, "deep", "a.json");
      await writeDurably(path, "old");
      await writeDurably(path, "new");
      expect(await readFile(path, "utf8")).toBe("new");
      expect(await readdir(join(folder, "deep"))).toEqual(["a.json"]);
      await writeFile(join(folder, "file"), "");
      await expect(writeDurably(join(folder, "file", "b"), "x")).rejects.toThrow();
      await expect(writeDurably(join(folder, "deep"), "x")).rejects.toThrow();
      expect((await readdir(folder)).sort()).toEqual(["deep", "file"]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("numbers of flags", () => {
  it("are finite decimal numbers", () => {
    expect([" 5", "-1.5e3", ".5"].map(numberParser)).toEqual([5, -1500, 0.5]);
  });
  it.each(["", " ", "0x10", "1e400", "Infinity", "NaN", "1,5", "5 s"])("refuse %j", (text) => {
    expect(() => numberParser(text)).toThrow(`Cannot convert ${text} to a number`);
  });
});
