/**
 * `deno task docs`: the API reference of every package with a public face, by `deno doc`, into dist/docs; its
 * first page lists the packages.
 */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readWorkspace } from "./check/workspace.ts";
import { ROOT } from "./root.ts";

/** A package of the reference. */
export interface Documented {
  readonly name: string;
  readonly description: string;
  /** Its public face, relative to the root. */
  readonly module: string;
}

/** Packages that have a mod.ts, tools aside. */
export function documented(): Documented[] {
  return readWorkspace(ROOT).members
    .filter(({ folder }) => /^(libs|apps)\//.test(folder))
    .map(({ folder, manifest }) => ({
      name: manifest.name,
      description: manifest.description ?? "",
      module: `${folder}/mod.ts`,
    }))
    .filter(({ module }) => existsSync(join(ROOT, module)));
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** The first page: `deno doc`'s own shows the first package only. */
export function indexPage(packages: readonly Documented[]): string {
  const rows = packages.map(({ name, description, module }) =>
    `<tr><td><a href="${module}/index.html">${escaped(name)}</a></td><td>${
      escaped(description)
    }</td></tr>`
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>spiediff: API reference</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
td { padding: .2rem 1.5rem .2rem 0; vertical-align: top }
</style>
</head>
<body>
<h1>spiediff: API reference</h1>
<p><a href="all_symbols.html">All symbols</a></p>
<table>
${rows.join("\n")}
</table>
</body>
</html>
`;
}

/** Writes the whole reference in place of what is there. @throws {Error} with what `deno doc` said. */
export async function writeReference(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const packages = documented();
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["doc", "--html", "--quiet", "--name=spiediff", `--output=${folder}`],
      ...packages.map(({ module }) => module),
    ],
    cwd: ROOT,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  writeFileSync(join(folder, "index.html"), indexPage(packages));
}

if (import.meta.main) {
  await writeReference(join(ROOT, "dist", "docs"));
  console.log("Written to dist/docs/index.html");
}
