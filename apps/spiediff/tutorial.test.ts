import { chdir, cwd } from "node:process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { spiediff } from "./testing.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Run by CI in a target of its own. */
const ELSEWHERE = ["deno task demo --quick"];

const before = cwd();
let root = "", tutorial = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-tutorial-"));
  await symlink(join(ROOT, "test-data"), join(root, "test-data"));
  tutorial = await readFile(join(ROOT, "docs", "tutorial.md"), "utf8");
  chdir(root);
});
afterAll(async () => {
  chdir(before);
  await rm(root, { recursive: true, force: true });
});

/** Words of a command line; double quotes hold words together. */
const words = (line: string) =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare);
const blocks = (language: string) =>
  [...tutorial.matchAll(new RegExp("```" + language + "\\n([\\s\\S]*?)```", "g"))].map(([, b]) =>
    b
  );

it(
  "every command of docs/tutorial.md runs, in its order, and leaves what the text says",
  async () => {
    const [experiment] = blocks("json");
    await writeFile("my-experiment.json", experiment);
    const lines = blocks("sh").flatMap((block) => block.trim().split("\n"));
    expect(lines.length).toBeGreaterThan(12);
    for (const line of lines) {
      if (ELSEWHERE.includes(line)) continue;
      expect(line).toMatch(/^deno task (-q )?spiediff /);
      const [command, target] = line.replace(/^deno task (-q )?spiediff /, "").split(" > ");
      const quiet = /^(simulate|estimate|train|report|demo|import)$/.test(words(command)[0]);
      const { code, stdout, stderr } = await spiediff(
        ...words(command),
        ...(quiet ? ["--json"] : []),
      );
      expect(code, `${line}\n${stderr}`).toBe(0);
      if (target) await writeFile(target, stdout);
    }
    const left = [
      "experiment.schema.json",
      "watch.html",
      "comparison.html",
      "prediction/report.html",
    ];
    for (const file of [...left, "runs/first/report.html", "runs/mine/model/manifest.json"]) {
      expect(existsSync(file), file).toBe(true);
    }
    const { metrics } = JSON.parse(await readFile("runs/first/metrics.json", "utf8"));
    // Entries of 1.5 % in a smooth curve: the text promises no more than that.
    expect(metrics.k1).toBeLessThan(0.03);
  },
  120_000,
);
