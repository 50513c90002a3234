import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { documented, writeReference } from "./docs.ts";

it("the API reference has a page for every package, linked from the first", async () => {
  const folder = mkdtempSync(join(tmpdir(), "spiediff-docs-"));
  try {
    await writeReference(folder);
    const index = readFileSync(join(folder, "index.html"), "utf8");
    const links = [...index.matchAll(/<td><a href="([^"]+)">([^<]+)<\/a>/g)];
    expect(links.map(([, , name]) => name)).toEqual(documented().map(({ name }) => name));
    expect(links.length).toBeGreaterThan(20);
    for (const [, page] of links) expect(existsSync(join(folder, page)), page).toBe(true);
    const mesh = readFileSync(join(folder, "libs/mesh/mod.ts/index.html"), "utf8");
    expect(mesh).toContain("nodalDensity");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
