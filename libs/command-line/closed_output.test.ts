import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const MOD = new URL("./mod.ts", import.meta.url).href;
const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** Prints by stages, by itself, on both streams and past them; its work is a file at the end. */
const PROGRAM = `import { writeFileSync } from "node:fs";
import { runProgram, stageRunner } from ${JSON.stringify(MOD)};
const pause = () => new Promise((resolve) => setTimeout(resolve, 30));
await runProgram("tool", async ([file], { stdout, stderr }) => {
  const run = async (progress) => {
    for (let done = 1; done <= 5; done++, await pause()) progress(done, 5);
  };
  const runStage = stageRunner();
  await runStage({ title: "One", run });
  await runStage({ title: "Two", run });
  for (let line = 0; line < 3; line++, await pause()) {
    stdout.write("line\\n");
    stderr.write("warning\\n");
    console.warn("from a library");
  }
  writeFileSync(file, "done");
  return 0;
});`;

let folder = "", count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spiediff-closed-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the program in a shell that does something to its streams. */
function run(streams: string) {
  const file = join(folder, `work-${++count}`);
  const source = `data:text/typescript,${encodeURIComponent(PROGRAM)}`;
  const command =
    `'${execPath}' run -A --node-modules-dir=manual --config '${CONFIG}' '${source}' '${file}' ${streams}; exit \${PIPESTATUS[0]}`;
  const { status, stderr } = spawnSync("bash", ["-c", command], {
    encoding: "utf8",
    env: { PATH: Deno.env.get("PATH")!, HOME: Deno.env.get("HOME")! },
  });
  return { status, stderr, done: existsSync(file) };
}

describe("work is done and no stack is shown", () => {
  it.each([
    ["stdout's reader leaves at once", "| true"],
    ["stdout's reader leaves after a line", "| head -1"],
    ["both readers leave", "2>&1 | true"],
    ["stderr's reader leaves", "2> >(true) > /dev/null"],
    ["stdout is closed", ">&-"],
    ["stderr is closed", "2>&-"],
    ["stdin is closed", "<&-"],
  ])("exit code 0 where %s", (_what, streams) => {
    const { status, stderr, done } = run(streams);
    expect([status, done]).toEqual([0, true]);
    expect(stderr).not.toMatch(/error|EPIPE|^ +at /im);
  }, 120_000);

  it("a sentence and exit code 1 where the disk is full", () => {
    const { status, stderr, done } = run("> /dev/full");
    expect([status, done]).toEqual([1, true]);
    const sentence =
      "tool: The output could not be written: the disk is full. The work itself went on.";
    expect(stderr.split("\n").filter((line) => line.startsWith("tool:"))).toEqual([sentence]);
    expect(run("2> /dev/full")).toMatchObject({ status: 1, done: true });
    expect(run("> /dev/full 2>&1")).toMatchObject({ status: 1, done: true });
  }, 120_000);
});
