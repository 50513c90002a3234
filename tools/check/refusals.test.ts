import { readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { ROOT } from "../root.ts";

/** The arguments of every `new RangeError(...)` of a source. */
function messages(source: string): string[] {
  return [...source.matchAll(/new RangeError\(/g)].map(({ index, 0: opening }) => {
    const start = index + opening.length;
    let depth = 1, quote = "", at = start;
    for (; depth > 0 && at < source.length; at++) {
      const c = source[at];
      if (quote !== "") {
        if (c === "\\") at++;
        else if (c === quote) quote = "";
      } else if (/["'`]/.test(c)) quote = c;
      else if (c === "(") depth++;
      else if (c === ")") depth--;
    }
    return source.slice(start, at - 1).trim().replace(/,$/, "");
  });
}
const isSentence = (message: string) => /\.["'`]$/.test(message);

describe("a RangeError that is thrown on purpose", () => {
  it("ends with a full stop everywhere: the command line knows it by that from the engine's", () => {
    const files = execFileSync("git", ["ls-files", "libs/*.ts", "apps/*.ts"], {
      cwd: ROOT,
      encoding: "utf8",
    }).trim().split("\n").filter((file) => !file.endsWith(".test.ts"));
    const found = files.flatMap((file) =>
      messages(readFileSync(`${ROOT}/${file}`, "utf8")).map((message) => ({ file, message }))
    );
    expect(found.length).toBeGreaterThan(50);
    expect(found.filter(({ message }) => !isSentence(message))).toEqual([]);
  });
  it("is noticed where it does not", () => {
    const [good, bad] = messages('new RangeError(`a (${f("x")}).`,\n); new RangeError("no stop")');
    expect([isSentence(good), isSentence(bad)]).toEqual([true, false]);
  });
});
