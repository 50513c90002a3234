import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** A Markdown file's text by its path relative to the root. */
export type Pages = Map<string, string>;

/** All Markdown of the repository that git does not ignore. */
export function markdownPages(root: string): Pages {
  const listed = execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
    { cwd: root, encoding: "utf8" },
  );
  return new Map(
    listed.split("\n").filter((path) => path !== "" && existsSync(`${root}/${path}`))
      .map((path) => [path, readFileSync(`${root}/${path}`, "utf8")]),
  );
}
