import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { findCompiler } from "@spiediff/kmc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { experimentFile, spiediff } from "./testing.ts";

const noCompiler = await findCompiler() === null;
let folder = "", experiment = "";
const { XDG_CACHE_HOME, SPIEDIFF_ENGINE } = process.env;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spiediff-engine-"));
  process.env.XDG_CACHE_HOME = join(folder, "cache");
  experiment = await experimentFile(folder, "tiny");
});
afterAll(async () => {
  for (const [name, value] of Object.entries({ XDG_CACHE_HOME, SPIEDIFF_ENGINE })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await rm(folder, { recursive: true });
});

/** Simulates with one engine; what is said of it, and the records. */
async function simulate(engine: string) {
  const run = join(folder, engine);
  const { code, stdout, stderr } = await spiediff(
    ...["simulate", run, "--experiment", experiment, "--engine", engine, "--json"],
    ...["--workers", "1"],
  );
  if (code !== 0) return { code, stderr, engine: undefined, records: [] };
  const names = (await readdir(join(run, "records"))).sort();
  const records = await Promise.all(
    names.map(async (name) => (await readFile(join(run, "records", name))).toString("base64")),
  );
  return { code, stderr, engine: JSON.parse(stdout).engine, records };
}

describe("--engine", () => {
  it("refuses native code that nobody has built, and what is no engine", async () => {
    const native = await simulate("native");
    expect(native.code).toBe(2);
    expect(native.stderr).toMatch(/not built for this machine.*`spiediff engine build`/);
    const odd = await simulate("fortran");
    expect([odd.code, odd.stderr]).toEqual([2, expect.stringMatching(/engine.*fortran/s)]);
    expect((await spiediff("engine", "clean")).code).toBe(2);
  });

  it.skipIf(noCompiler)("is named, and leaves the same records (needs gcc)", async () => {
    const built = await spiediff("engine", "build", "--json");
    expect([built.code, built.stderr]).toEqual([0, ""]);
    expect(JSON.parse(built.stdout)).toMatchObject({
      present: false,
      path: expect.stringContaining(folder),
    });
    expect((await spiediff("engine", "build")).stdout).toMatch(
      /^The native engine is there already/,
    );
    const wasm = await simulate("wasm");
    expect(wasm.engine).toBe("wasm");
    expect(wasm.records.length).toBe(2);
    for (const engine of ["native", "typescript"]) {
      expect(await simulate(engine)).toEqual({ ...wasm, engine });
    }
  }, 60_000);
});
