import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { validationPage } from "./validation.ts";

const DOCS = fileURLToPath(new URL("../docs/", import.meta.url));

describe("docs/validation.md", () => {
  it("lists every study with its command; if not: deno run -A tools/validation.ts", () => {
    const page = readFileSync(DOCS + "validation.md", "utf8");
    const studies = readdirSync(DOCS + "studies")
      .filter((name) => existsSync(`${DOCS}studies/${name}/result.json`));
    expect(studies.length).toBeGreaterThan(2);
    for (const name of studies) {
      const { command } = JSON.parse(readFileSync(`${DOCS}studies/${name}/result.json`, "utf8"));
      expect(page, name).toContain(`studies/${name}/README.md`);
      expect(page, name).toContain(`\`${command}\``);
    }
  });
  it("says what is missed, and counts what is kept", () => {
    const claims = [
      { name: "a", value: 1, max: 2 },
      { name: "b|c", value: 3, max: 2 },
      { name: "measured", value: 5 },
    ];
    const study = { name: "s", title: "Study", command: "deno task study s", seed: 1, claims };
    const page = validationPage([study]);
    expect(page).toContain("1 of 2 bounded claims are kept");
    expect(page).toContain("| [s](#s) | Study | 1 | 1 |");
    expect(page).toMatch(/\| b\\\|c \| 3 \| at most 2 \| \*\*missed\*\* \|\n\| a \| 1 \|/);
    expect(page).toMatch(/\| measured \| 5 \| .*\| {2}\|/);
  });
});
