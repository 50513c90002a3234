import { execPath } from "node:process";
import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const STAGES = new URL("./stages.ts", import.meta.url);
const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** Runs a stage that never ends on a pseudo-terminal, presses Ctrl-C, and gives all that was shown. */
function stopped(columns: number): Promise<{ code: number | null; shown: string }> {
  const program = `import { stageRunner } from ${JSON.stringify(STAGES.href)}; ` +
    `await stageRunner()({ title: "Work", run: (p) => new Promise(() => setInterval(() => p(1, 2), 50)) });`;
  const source = `data:text/typescript,${encodeURIComponent(program)}`;
  const command =
    `stty rows 24 cols ${columns}; '${execPath}' run -A --node-modules-dir=manual --config '${CONFIG}' '${source}'`;
  const terminal = spawn("script", ["-qefc", command, "/dev/null"], {
    env: { PATH: Deno.env.get("PATH")!, HOME: Deno.env.get("HOME")!, NO_COLOR: "1", TERM: "xterm" },
  });
  let shown = "", pressed = false;
  terminal.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
    if (!pressed && shown.includes("50 %")) {
      pressed = true;
      terminal.stdin.write("\x03");
    }
  });
  return new Promise((resolve) => terminal.on("close", (code) => resolve({ code, shown })));
}

const noTerminal = spawnSync("script", ["-qec", "true", "/dev/null"]).status !== 0;

describe.skipIf(noTerminal)("on a pseudo-terminal (needs script)", () => {
  it(
    "Ctrl-C leaves a cursor, a word on how to go on, and exit code 130; NO_COLOR is kept",
    async () => {
      const { code, shown } = await stopped(80);
      expect(code).toBe(130);
      expect(shown).toMatch(/Stopped\. The same command goes on where this one was cut off\./);
      expect(shown.lastIndexOf("\x1b[?25h")).toBeGreaterThan(shown.lastIndexOf("\x1b[?25l"));
      // deno-lint-ignore no-control-regex
      expect(shown).not.toMatch(/\x1b\[\d*(;\d+)*m/);
    },
    30_000,
  );
  it("without columns stages are shown by plain lines", async () => {
    const { shown } = await stopped(0);
    expect(shown).toMatch(/Work\r?\n/);
    expect(shown).not.toContain("\x1b[?25l");
  }, 120_000);
});
