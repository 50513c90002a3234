import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeFixture } from "./_fixture_model.ts";

/** Runs a program to its end; never throws for its exit code. */
const execute = (file: string, args: string[], options: { cwd: string; env?: object }) =>
  new Promise<{ code: number; stdout: string; stderr: string; seconds: number }>((resolve) => {
    const started = performance.now();
    const env = options.env as Record<string, string> | undefined;
    execFile(file, args, { cwd: options.cwd, env }, (error, stdout, stderr) => {
      const code = error ? Number(error.code ?? 1) : 0;
      resolve({ code, stdout, stderr, seconds: (performance.now() - started) / 1e3 });
    });
  });

/** Names in a temporary folder that are not the predictor's own caches. */
const foreign = (names: string[]) => names.filter((name) => !name.startsWith("spiediff-"));
const deno = process.execPath;
let root = "";
let built: { folder: { path: string; bytes: number }; oneFile: { path: string; bytes: number } };
/** `unshare -n` gives a process no network at all, where the system allows it. */
let isolate: string[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-standalone-"));
  await writeFixture(join(root, "model"));
  const repository = join(import.meta.dirname!, "..", "..");
  const build = await execute(
    deno,
    ["run", "-A", "tools/standalone/build.ts", "--out", root, "--one-file", "--quick"],
    { cwd: repository },
  );
  expect(build.code, build.stderr).toBe(0);
  built = JSON.parse(build.stdout);
  const probe = await execute("/usr/bin/unshare", ["-n", "/bin/true"], { cwd: root });
  if (probe.code === 0) isolate = ["/usr/bin/unshare", "-n"];
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

/** Starts an artifact in an empty folder, with nothing in its environment but `env`. */
async function start(name: string, program: string, args: string[], env: Record<string, string>) {
  const empty = join(root, name);
  await mkdir(empty);
  const [file, ...rest] = [...isolate, program, ...args];
  return { ...await execute(file, rest, { cwd: empty, env }), empty };
}

describe("the standalone predictor", () => {
  const predict = ["--profile", "0.5+0.3*cos(2*pi*x)", "--members", "50", "--times", "0,0.01"];

  it(
    "as a folder stays under 50 MB and runs in an empty folder with an empty environment",
    async () => {
      expect(built.folder.bytes).toBeLessThan(50e6);
      // The folder needs some JavaScript runtime; the PATH holds that alone, and the shell's tools.
      const bin = join(root, "bin");
      await mkdir(bin);
      await symlink(deno, join(bin, "deno"));
      const env = { PATH: `${bin}:/usr/bin:/bin`, TMPDIR: join(root, "scratch") };
      await mkdir(env.TMPDIR);
      const result = await start(
        "run-folder",
        join(built.folder.path, "predictor"),
        ["predict", join(root, "model"), ...predict, "--out", "result"],
        env,
      );
      expect(result.code, result.stderr).toBe(0);
      expect(result.stdout).toMatch(/50 members/);
      expect((await readdir(join(result.empty, "result"))).sort()).toEqual([
        "prediction.csv",
        "prediction.json",
        "report.html",
      ]);
      const csv = await readFile(join(result.empty, "result", "prediction.csv"), "utf8");
      expect(csv.trim().split("\n").length).toBe(52);
      const homeless = await start(
        "run-homeless",
        join(built.folder.path, "predictor"),
        ["explain", join(root, "model")],
        { ...env, HOME: "/proc/no-home" },
      );
      expect(homeless.code, homeless.stderr).toBe(0);
      const bad = await start(
        "run-bad",
        join(built.folder.path, "predictor"),
        ["predict", join(root, "model"), "--profile", "2"],
        env,
      );
      expect([bad.code, bad.stdout]).toEqual([2, ""]);
      expect(bad.stderr).toMatch(/strictly between 0 and 1/);
      expect(foreign(await readdir(env.TMPDIR))).toEqual([]);
      // It lives beside its caller, not in the caller's folder.
      expect(await readdir(bad.empty)).toEqual([]);
    },
    30_000,
  );

  it("as one file brings its own runtime: no PATH, no home, no network", async () => {
    const env = { TMPDIR: join(root, "unpacked") };
    await mkdir(env.TMPDIR);
    const args = ["predict", join(root, "model"), ...predict];
    const first = await start("run-first", built.oneFile.path, args, env);
    expect(first.code, first.stderr).toBe(0);
    const second = await start("run-second", built.oneFile.path, args, env);
    expect(second.code, second.stderr).toBe(0);
    const numbers = (text: string) => text.split("\n").slice(0, 3);
    expect(numbers(second.stdout)).toEqual(numbers(first.stdout));
    expect(second.seconds).toBeLessThan(first.seconds);
    // One folder, nothing half-unpacked, and no trace of anything else: onnxruntime would leave the files
    // of its telemetry here, were it not switched off.
    const names = await readdir(env.TMPDIR);
    expect(foreign(names)).toEqual([]);
    const caches = await Promise.all(names.map((name) => readdir(join(env.TMPDIR, name))));
    expect(caches.flat().filter((name) => name.startsWith("spiediff-predictor-")).length).toBe(1);
    expect(caches.flat().filter((name) => name.startsWith(".unpack"))).toEqual([]);
  }, 60_000);
});
