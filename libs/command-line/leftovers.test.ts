import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { clearLeftoversOf, writeAllDurably } from "./mod.ts";

const root = mkdtempSync(join(tmpdir(), "spiediff-outputs-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root);
});

/** Beyond the largest process number of Linux, 2^22. */
const GONE = "5000000-0123abcd", HERE = `${process.ppid}-0123abcd`;
const at = (name: string) => join(root, name);
const write = (name: string, text = "") => writeFileSync(at(name), text);

describe("what a killed command has left of an output", () => {
  it("goes with the next one that writes it; what others write or have left stays", async () => {
    const own = [`a.csv.partial-${GONE}`, `.a.csv.old-${GONE}`];
    const others = [
      ...[`a.csv.partial-${HERE}`, `b.csv.partial-${GONE}`, `a.csv.partial-${GONE}.txt`],
      ...["xa.csv.partial-1-0123abc", "a.csv.partial-draft"],
    ];
    for (const name of [...own, ...others, "a.csv"]) write(name, "old");
    await writeAllDurably(new Map([[at("a.csv"), "new"]]));
    expect(readdirSync(root).sort()).toEqual([...others, "a.csv"].sort());
    expect(readFileSync(at("a.csv"), "utf8")).toBe("new");
  });

  it("a folder that was moved aside comes back where none has taken its place", () => {
    mkdirSync(at(`.model.old-${GONE}`));
    write(`.model.old-${GONE}/weights`, "good");
    mkdirSync(at(`.model.partial-${GONE}`));
    clearLeftoversOf(at("model"));
    expect(readdirSync(root)).toEqual(["model"]);
    mkdirSync(at(`.model.old-${GONE}`));
    clearLeftoversOf(at("model"));
    expect(readFileSync(at("model/weights"), "utf8")).toBe("good");
    expect(readdirSync(root)).toEqual(["model"]);
  });
});

it("of files that belong together none is replaced unless all can be written", async () => {
  write("a.csv", "good");
  write("file");
  const files = new Map([[at("a.csv"), "new"], [at("file/b.csv"), "new"]]);
  await expect(writeAllDurably(files)).rejects.toThrow();
  expect(readFileSync(at("a.csv"), "utf8")).toBe("good");
  expect(readdirSync(root).sort()).toEqual(["a.csv", "file"]);
  await writeAllDurably(new Map([...files.keys()].slice(0, 1).map((path) => [path, "new"])));
  expect(existsSync(at("a.csv"))).toBe(true);
  expect(readFileSync(at("a.csv"), "utf8")).toBe("new");
});
