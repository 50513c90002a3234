import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { fencesOf, pagesWithExamples, statedOutput } from "./check/examples.ts";
import { markdownPages } from "./check/pages.ts";
import { ROOT } from "./root.ts";

/**
 * What each example of these pages prints, in the order of the text, by Deno's own runner of examples: one
 * process for all. Types are checked by `deno task check`.
 */
async function outputs(paths: readonly string[]): Promise<Map<string, string[]>> {
  const { stdout } = await promisify(execFile)(
    Deno.execPath(),
    ["test", "--doc", "--no-check", "--allow-all", ...paths],
    { cwd: ROOT, env: { ...Deno.env.toObject(), NO_COLOR: "1" }, maxBuffer: 2 ** 24 },
  ).catch((error) => {
    throw new Error(`Examples fail:\n${error.stdout}${error.stderr}`);
  });
  const found: { path: string; line: number; printed: string }[] = [];
  for (const part of stdout.split(/^running \d+ tests? from /m).slice(1)) {
    const [, path, line] = /^(?:\.\/)?(.*)#(\d+)-\d+\.ts$/m.exec(part)!;
    const printed = [
      ...part.matchAll(/^-+ (?:\S+ )?output -+\n([\s\S]*?)\n-+ (?:\S+ )?output end/gm),
    ]
      .map(([, text]) => text);
    found.push({ path, line: Number(line), printed: printed.join("\n") });
  }
  const sorted = found.toSorted((a, b) => a.line - b.line);
  return new Map(paths.map((path) => [
    path,
    sorted.filter((one) => one.path === path).map(({ printed }) => printed),
  ]));
}

describe("examples in Markdown", () => {
  const pages = markdownPages(ROOT);
  const paths = pagesWithExamples(pages);

  it("run and print what they say", async () => {
    const stated = new Map(paths.map((path) => [
      path,
      fencesOf(pages.get(path)!).filter(({ language }) => language === "ts")
        .map(({ code }) => statedOutput(code).join("\n")),
    ]));
    expect(await outputs(paths)).toEqual(stated);
  });

  it("all say something", () => {
    const silent = paths.flatMap((path) => fencesOf(pages.get(path)!))
      .filter(({ language, code }) => language === "ts" && statedOutput(code).length === 0);
    expect(silent.length).toBe(0);
    expect(paths.length).toBeGreaterThan(15);
  });
});
