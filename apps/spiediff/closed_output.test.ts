import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { DENO_AS_INSTALLED } from "@spiediff/train";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { experimentFile } from "./testing.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MODEL = `${ROOT}test-data/lrm-quick-model`;

let root = "", experiment = "", run = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-closed-"));
  experiment = await experimentFile(root, "tiny");
  run = join(root, "run");
});
afterAll(() => rm(root, { recursive: true, force: true }));

function shell(command: string) {
  // As installed: runs at once would wait for one another to look after the packages, and say so.
  const deno = `'${execPath}' run -A ${DENO_AS_INSTALLED.join(" ")} --config '${ROOT}deno.json'`;
  const program = `${deno} '${ROOT}apps/spiediff/main.ts'`;
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["-c", `${program} ${command}; exit \${PIPESTATUS[0]}`],
    { encoding: "utf8" },
  );
  return { status, stdout, stderr };
}

describe("a reader who leaves", () => {
  it.each([
    ["--help | true"],
    [`explain '${MODEL}' --json | head -c1`],
    [`predict '${MODEL}' --profile 0.5 --times 0.001 --members 5 --json | head -c1`],
    ["schema | true"],
  ])("ends `%s` quietly", (command) => {
    const { status, stderr } = shell(command);
    expect(status).toBe(0);
    // A prediction may warn, and shows no more than that.
    expect(stderr.replace(/^warning: .*\n/gm, "")).toBe("");
  }, 120_000);

  it("takes nothing of what simulate, estimate and train have done", async () => {
    expect(shell(`simulate '${run}' --experiment '${experiment}' | true`).status).toBe(0);
    expect(await readdir(join(run, "records"))).toHaveLength(2);
    expect(shell(`estimate '${run}' 2>&1 | true`).status).toBe(0);
    expect(await readdir(join(run, "estimates"))).toHaveLength(2);
    const train = shell(`train '${run}' | head -1`);
    expect(train.status).toBe(0);
    expect(train.stderr).not.toMatch(/EPIPE|^ +at /m);
    expect(existsSync(join(run, "model", "manifest.json"))).toBe(true);
  }, 60_000);

  it("changes no exit code of a mistake", () => {
    expect(shell("trian 2>&1 | true").status).toBe(2);
    expect(shell("trian 2> /dev/full").status).toBe(2);
  }, 120_000);
});
