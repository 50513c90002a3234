import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { withRunLock } from "./run_lock.ts";
import { refuseWhileShardsRun, withShardLock } from "./shard_locks.ts";

const root = mkdtempSync(join(tmpdir(), "spiediff-lock-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const lockOf = (folder: string) => join(folder, ".lock.json");

/** Starts a process that takes a folder's lock and keeps it; resolves when it has it. */
function holder(folder: string): Promise<{ kill: () => Promise<void> }> {
  const module = fileURLToPath(new URL("./run_lock.ts", import.meta.url));
  const script = `import { withRunLock } from ${JSON.stringify("file://" + module)};
    await withRunLock(${JSON.stringify(folder)}, "train", async () => {
      console.log("held"); await new Promise((done) => setTimeout(done, 60_000)); });`;
  const path = join(root, "holder.ts");
  writeFileSync(path, script);
  const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
  const child = spawn(process.execPath, ["run", "-A", "--no-check", "--config", config, path]);
  return new Promise((resolve, reject) => {
    child.once("exit", () => reject(new Error("The holder ended before it held the lock.")));
    child.stdout.once("data", () => {
      child.removeAllListeners("exit");
      const kill = () =>
        new Promise<void>((done) => child.once("exit", () => done()) && child.kill("SIGKILL"));
      resolve({ kill });
    });
  });
}

describe("the lock of a run folder", () => {
  it("lets one command in at a time, and goes with it, also when it fails", async () => {
    const folder = join(root, "one");
    await withRunLock(folder, "train", async () => {
      await expect(withRunLock(folder, "demo", () => Promise.resolve()))
        .rejects.toThrow(/is in use by `train` since 20.*process \d+ on/);
      writeFileSync(join(folder, "file"), "");
    });
    const failing = () => withRunLock(folder, "train", () => Promise.reject(new Error("broken")));
    await expect(failing()).rejects.toThrow("broken");
    expect(existsSync(lockOf(folder))).toBe(false);
    expect(await withRunLock(folder, "train", () => Promise.resolve(7))).toBe(7);
  });

  it("leaves no folder behind that it made for nothing", async () => {
    const folder = join(root, "nothing");
    await withRunLock(folder, "train", () => Promise.resolve());
    expect(existsSync(folder)).toBe(false);
  });

  it("holds between processes, and not beyond the death of its owner", async () => {
    const folder = join(root, "killed");
    const other = await holder(folder);
    await expect(withRunLock(folder, "estimate", () => Promise.resolve()))
      .rejects.toThrow(/is in use by `train`/);
    await other.kill();
    expect(existsSync(lockOf(folder))).toBe(true);
    expect(await withRunLock(folder, "estimate", () => Promise.resolve(1))).toBe(1);
    expect(existsSync(lockOf(folder))).toBe(false);
  });

  it.each([
    ["a number that another process has by now", { started: "another boot 1" }, true],
    ["a process of another machine, which cannot be asked", { host: "elsewhere" }, false],
  ])("owned by %s", async (_, change, isStale) => {
    const folder = join(root, `owner-${isStale}`);
    await withRunLock(folder, "train", async () => {
      const own = JSON.parse(readFileSync(lockOf(folder), "utf8"));
      expect(own).toMatchObject({ host: hostname(), process: process.pid, command: "train" });
      writeFileSync(lockOf(folder), JSON.stringify({ ...own, ...change }));
      const second = withRunLock(folder, "demo", () => Promise.resolve("in"));
      if (isStale) expect(await second).toBe("in");
      else await expect(second).rejects.toThrow(/on elsewhere.*delete .*\.lock\.json/);
    });
  });

  it("that nobody can read is not taken for free", async () => {
    const folder = join(root, "unreadable");
    await withRunLock(folder, "train", async () => {
      writeFileSync(lockOf(folder), "{");
      await expect(withRunLock(folder, "demo", () => Promise.resolve())).rejects.toThrow(/in use/);
    });
  });

  it("is waited for by those who have the patience, for the commands that they name", async () => {
    const folder = join(root, "patience");
    const order: string[] = [];
    const hold = (command: string, seconds: number) =>
      withRunLock(folder, command, async () => {
        order.push(command);
        await new Promise((done) => setTimeout(done, 300));
      }, { seconds, commands: ["shard"] });
    const first = hold("shard", 0);
    await expect(hold("late", 0)).rejects.toThrow(/in use by `shard`/);
    await Promise.all([first, hold("merge", 20)]);
    const second = hold("estimate", 0);
    await expect(hold("merge", 20)).rejects.toThrow(/in use by `estimate`/);
    await second;
    expect(order).toEqual(["shard", "merge", "estimate"]);
  });

  it("of a shard that was killed is forgotten, that of another machine holds", async () => {
    const folder = join(root, "shard");
    await withShardLock(folder, () => Promise.resolve(), () => {
      const [name] = readdirSync(folder);
      const path = join(folder, name);
      const own = JSON.parse(readFileSync(path, "utf8"));
      expect(() => refuseWhileShardsRun(folder)).toThrow(/is being made by `shard`/);
      writeFileSync(path, JSON.stringify({ ...own, host: "elsewhere" }));
      expect(() => refuseWhileShardsRun(folder)).toThrow(/on elsewhere.*delete/);
      writeFileSync(path, JSON.stringify({ ...own, process: 5_000_000 }));
      refuseWhileShardsRun(folder);
      expect(readdirSync(folder)).toEqual([]);
      return Promise.resolve();
    });
  });
});
