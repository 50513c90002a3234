import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { spiediff } from "./testing.ts";

describe("completion", () => {
  it("in a real bash proposes commands, flags and values", async () => {
    const folder = await mkdtemp(join(tmpdir(), "spiediff-completion-"));
    try {
      const { stdout } = await spiediff("completion", "bash");
      const script = join(folder, "completion.sh");
      await writeFile(script, stdout);
      const complete = (...words: string[]) => {
        const list = words.map((word) => `'${word}'`).join(" ");
        const program = `source '${script}'; COMP_WORDS=(spiediff ${list}); ` +
          `COMP_CWORD=${words.length}; _spiediff; printf '%s\\n' "\${COMPREPLY[@]}"`;
        return execFileSync("bash", ["-c", program], { encoding: "utf8", cwd: folder })
          .trim().split("\n");
      };
      expect(complete("co")).toEqual(["compare", "completion"]);
      expect(complete("simulate", "--se")).toEqual(["--seed"]);
      expect(complete("simulate", "--preset", "qu")).toEqual(["quick"]);
      // Neither flag nor value: files.
      expect(complete("train", "comp")).toEqual(["completion.sh"]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
  it("for fish lists every command with its brief", async () => {
    const { stdout } = await spiediff("completion", "fish");
    expect(stdout).toMatch(/-a doctor -d 'Say what is installed/);
    expect(stdout).toMatch(/from simulate' -l preset -d '[^']+' -xa 'lrm /);
  });
  it("refuses other shells", async () => {
    const { code, stderr } = await spiediff("completion", "tcsh");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/one of bash, zsh, fish/)]);
  });
});
