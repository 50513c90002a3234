import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chdir, cwd } from "node:process";
import { afterAll, beforeAll, expect, it } from "vitest";
import { spiediffApplication } from "./application.ts";
import { completables } from "./completion.ts";
import { spiediff } from "./testing.ts";

let folder = "";
const before = cwd();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spiediff-empty-"));
  chdir(folder);
});
afterAll(async () => {
  chdir(before);
  await rm(folder, { recursive: true, force: true });
});

const REFUSAL = /must not be empty|must be|must have|is one more|is one\.|no command/;

it("an empty or blank value is refused by name, of every flag and argument, before any work", async () => {
  const commands = await completables(spiediffApplication);
  const lines = commands.flatMap(({ name, flags }) => [
    ...["", " "].flatMap((empty) => [[name, empty], [name, "a", empty], [name, empty, "a"]]),
    ...flags.map(({ name: flag }) => [name, flag, ""]),
    ...flags.map(({ name: flag }) => [name, `${flag}=`]),
  ]);
  expect(lines.length).toBeGreaterThan(200);
  for (const line of lines) {
    const { code, stdout, stderr } = await spiediff(...line);
    expect([line, code, stdout]).toEqual([line, 2, ""]);
    expect(stderr, line.join(" ")).toMatch(REFUSAL);
  }
  expect(readdirSync(".")).toEqual([]);
});
