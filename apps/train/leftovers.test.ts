import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { afterAll, expect, it } from "vitest";
import { writerOf } from "@spiediff/command-line";
import { removeLeftovers } from "./leftovers.ts";

const root = mkdtempSync(join(tmpdir(), "spiediff-leftovers-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Beyond the largest process number of Linux, 2^22. */
const GONE = 5_000_000;

it("only what a process that is gone has left unfinished is removed, and never from shards", () => {
  const gone = [
    `a.json.partial-${GONE}-0123abcd`,
    `records/b.bin.partial-${GONE}-0123abcd`,
    `.model.partial-${GONE}-0123abcd/manifest.json`,
    `.model.old-${process.pid}-0123abcd/manifest.json`,
  ];
  const kept = [
    `a.json.partial-${process.ppid}-0123abcd`,
    `shards/simulate/1.bin.partial-${GONE}-0123abcd`,
    "a.json",
    "notes.partial-draft",
    `a.partial-${GONE}-0123abcd.txt`,
  ];
  for (const path of [...gone, ...kept]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), "");
  }
  removeLeftovers(root);
  const left = (paths: string[]) => paths.filter((path) => existsSync(join(root, path)));
  expect(left(gone)).toEqual([]);
  expect(left(kept)).toEqual(kept);
  expect(kept.slice(0, 4).map((path) => writerOf(path.split("/").at(-1)!)))
    .toEqual([process.ppid, GONE, undefined, undefined]);
});
