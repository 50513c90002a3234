import { spawnSync } from "node:child_process";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const MOD = new URL("./mod.ts", import.meta.url).href;
const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

it("without a terminal a failed stage is marked, and its message stands once", () => {
  const program =
    `import { exitCodeOf, failureText, runProgram, stageRunner, UserError } from "${MOD}";
    await runProgram("tool", async (_, { stderr }) => {
      const run = () => Promise.reject(new UserError("The file is odd."));
      try {
        const runStage = stageRunner();
        await runStage({ title: "Good", run: async () => {} });
        await runStage({ title: "Bad", run });
      } catch (error) {
        stderr.write(failureText("tool", error) + "\\n");
        return exitCodeOf(error);
      }
    });`;
  const source = `data:text/typescript,${encodeURIComponent(program)}`;
  const { status, stdout, stderr } = spawnSync(
    execPath,
    ["run", "-A", "--node-modules-dir=manual", "--config", CONFIG, source],
    { encoding: "utf8", env: { ...Deno.env.toObject(), NO_COLOR: "1" } },
  );
  expect(status).toBe(2);
  expect(stdout.trim().split("\n")).toEqual([
    "❯ Good",
    expect.stringMatching(/^✔ Good \(0\.\d s\)$/),
    "❯ Bad",
  ]);
  expect(stderr.trim().split("\n")).toEqual(["✖ Bad", "tool: The file is odd."]);
}, 120_000);
