/** The commands on a real Slurm: the same bits as one machine, and every fault mended or named. */
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { copyFileSync, existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSlurm } from "./mod.ts";
import {
  experimentFile,
  hashes,
  QUICK,
  SLOW,
  spiediff,
  spiediffProcess,
  succeeds,
  taskOf,
  until,
} from "./testing.ts";

// Arrays of at most five indices: eight shards need two of them.
const slurm = await startSlurm({ maxArraySize: 6 });
const isUp = typeof slurm !== "string";
const title = isUp ? "on a real Slurm" : `on a real Slurm (needs Slurm: ${slurm})`;
const command = (name: string, ...args: string[]) =>
  isUp ? slurm.command(name, ...args) : Promise.reject(new Error(slurm));
/** Several runs of seconds on a machine that may be busy. */
const LONG = 240_000;

let root = "";
/** Records of both experiments, made by one worker of this machine. */
const reference: Record<string, Record<string, string>> = {};
const fresh = (name: string) => join(root, name);
const shardsOf = (run: string) => join(run, "shards", "simulate");
const shardFile = (run: string, shard: number) =>
  join(
    shardsOf(run),
    readdirSync(shardsOf(run)).find((name) => name.endsWith(`.${shard}-of-4.shard`))!,
  );
const simulate = (run: string, experiment: string, ...more: string[]) =>
  spiediff("simulate", run, "--json", "--experiment", fresh(`${experiment}.json`), ...more);
const onSlurm = (run: string, experiment: string, ...more: string[]) =>
  simulate(run, experiment, "--executor", "slurm", ...more);
/** Submits the slow experiment in four shards and returns. */
const submit = (run: string, ...more: string[]) =>
  onSlurm(run, "slow", "--shards", "4", "--detach", ...more);
const queued = async () => (await command("squeue", "--noheader", "--array")).trim();
const queueEmpty = () => until("an empty queue", async () => await queued() === "");
async function expectSlowRecords(run: string) {
  expect(await hashes(join(run, "records"))).toEqual(reference.slow);
}

beforeAll(async () => {
  if (!isUp) return;
  Object.assign(process.env, slurm.env);
  root = await mkdtemp(join(tmpdir(), "spiediff-slurm-test-"));
  for (const experiment of [QUICK, SLOW]) {
    experimentFile(root, experiment);
    const run = fresh(`one-${experiment.name}`);
    await simulate(run, experiment.name, "--workers", "1");
    reference[experiment.name] = await hashes(join(run, "records"));
  }
}, LONG);
afterAll(async () => {
  if (!isUp) return;
  await slurm.stop();
  await rm(root, { recursive: true, force: true });
}, LONG);

describe.skipIf(!isUp)(title, () => {
  it(
    "gives the bits of one worker: two workers, eight tasks, shards by hand in any order",
    async () => {
      const two = fresh("two"), tasks = fresh("eight tasks, 'odd' %A path"), hand = fresh("hand");
      expect((await simulate(two, "quick", "--workers", "2", "--shards", "7")).code).toBe(0);
      const options = [
        "--time",
        "10",
        "--memory",
        "500M",
        "--partition",
        "main",
        "--throttle",
        "4",
      ];
      const { code, stderr } = await onSlurm(tasks, "quick", "--shards", "8", ...options);
      expect([code, stderr]).toEqual([0, ""]);
      for (const shard of [4, 2, 6, 1, 5, 3]) {
        const args = [`${shard}/6`, hand, "--experiment", fresh("quick.json"), "--json"];
        expect((await spiediff("shard", ...args)).code).toBe(0);
        if (shard === 1) await spiediff("merge", hand, "--pack", "1-2", "--json");
      }
      // Packs of packs and of single shards: how they were grouped leaves no trace.
      expect((await spiediff("merge", hand, "--pack", "1-5", "--json")).code).toBe(0);
      expect(readdirSync(shardsOf(hand)).filter((name) => /shard$|pack$/.test(name))).toHaveLength(
        2,
      );
      expect((await spiediff("merge", hand, "--json")).code).toBe(0);

      const estimates: unknown[] = [];
      for (const run of [fresh("one-quick"), two, tasks, hand]) {
        expect(await hashes(join(run, "records")), run).toEqual(reference.quick);
        expect((await spiediff("estimate", run, "--json")).code).toBe(0);
        estimates.push(await hashes(join(run, "estimates")));
      }
      // K and drift are in the estimates, every digit of them.
      expect(new Set(estimates.map((e) => JSON.stringify(e))).size).toBe(1);

      const train = (run: string, ...more: string[]) =>
        spiediff("train", run, "--seeds", "3,8", "--json", ...more);
      expect((await train(two, "--workers", "1")).code).toBe(0);
      expect((await train(tasks, "--executor", "slurm")).code).toBe(0);
      const models = await hashes(join(two, "seeds"));
      expect(await hashes(join(tasks, "seeds"))).toEqual(models);
      expect(models["3/model/mobility-denoiser.onnx"]).not.toBe(
        models["8/model/mobility-denoiser.onnx"],
      );
      const seed = fresh("two/seeds/3");
      expect((await spiediff("report", seed, "--json")).code).toBe(0);
    },
    LONG,
  );

  it(
    "a task killed by SIGKILL and one by scancel: says which, and makes only those anew",
    async () => {
      const run = fresh("killed");
      await submit(run);
      const [first, second] = await Promise.all(
        [2, 3].map((shard) => until(`task ${shard}`, () => taskOf(run, shard))),
      );
      expect(second).not.toBe(first);
      process.kill(first, "SIGKILL");
      const id =
        /^(\d+)_3\|/m.exec(await command("squeue", "--noheader", "-r", "--format=%i|"))![1];
      await command("scancel", `${id}_3`);
      await queueEmpty();
      const status = JSON.parse((await spiediff("status", run, "--json")).stdout).works[0];
      expect(status).toMatchObject({ done: 2, missing: "2-3", merged: false });
      expect(existsSync(join(run, "records", "wide.json"))).toBe(false);
      const log = join(shardsOf(run), "log");
      const merge = readdirSync(log).find((name) => name.startsWith("merge-"))!;
      expect(await readFile(join(log, merge), "utf8"))
        .toContain('Of the 4 shards of "simulate", 2 are missing (2-3).');
      const whole = await hashes(shardsOf(run));
      expect((await spiediff("resume", run, "--json")).code).toBe(0);
      await expectSlowRecords(run);
      expect(await hashes(shardsOf(run))).toMatchObject(
        Object.fromEntries(Object.entries(whole).filter(([name]) => name.endsWith(".shard"))),
      );
      expect(readdirSync(log).filter((name) => /^\d+_/.test(name))).toHaveLength(6);
    },
    LONG,
  );

  it("shards that are cut short, tampered with or of another run are refused by name", async () => {
    const run = fresh("damaged"), other = fresh("other");
    await writeFile(
      fresh("other.json"),
      JSON.stringify({ ...QUICK, name: "other", seed: 6 }),
    );
    for (const [folder, name] of [[run, "quick"], [other, "other"]]) {
      for (const shard of [1, 2, 3, 4]) {
        const from = ["--experiment", fresh(`${name}.json`), "--json"];
        await spiediff("shard", `${shard}/4`, folder, ...from);
      }
    }
    await truncate(shardFile(run, 1), 5000);
    copyFileSync(shardFile(other, 2), shardFile(run, 2));
    const third = await readFile(shardFile(run, 3));
    third[third.length - 1] ^= 1;
    await writeFile(shardFile(run, 3), third);
    const { code, stderr } = await spiediff("merge", run);
    expect(code).toBe(2);
    expect(stderr).toContain('Of the 4 shards of "simulate", 3 cannot be used (1-3).');
    expect(stderr).toMatch(/1-of-4\.shard is cut short by \d+ bytes\./);
    expect(stderr).toMatch(/2-of-4\.shard is of another configuration/);
    expect(stderr).toMatch(/3-of-4\.shard does not have its SHA-256\./);
    expect(existsSync(join(run, "records"))).toBe(false);
    expect((await spiediff("resume", run, "--executor", "slurm", "--json")).code).toBe(0);
    expect(await hashes(join(run, "records"))).toEqual(reference.quick);
    expect(readdirSync(join(shardsOf(run), "log")).filter((name) => /^\d+_/.test(name)).sort())
      .toEqual([1, 2, 3].map((shard) => expect.stringMatching(`_${shard}.txt$`)));
  }, LONG);

  it("goes on while the controller is restarted", async () => {
    const run = fresh("restarted");
    await submit(run);
    await until("a task", () => taskOf(run, 1));
    if (isUp) await slurm.stopController();
    const resumed = spiediffProcess("resume", run);
    await until("a complaint or an end", () => taskOf(run, 1) === undefined);
    if (isUp) await slurm.startController();
    await resumed.ended;
    // Resuming may have found no controller; the work has gone on by itself, or goes on now.
    expect((await spiediff("resume", run, "--json")).code).toBe(0);
    await expectSlowRecords(run);
  }, LONG);

  it("survives the end of the command, is found again, and is submitted only once", async () => {
    const run = fresh("left");
    const args = ["simulate", run, "--experiment", fresh("slow.json"), "--executor", "slurm"];
    const { child, ended } = spiediffProcess(...args, "--shards", "4");
    await until("a task", () => taskOf(run, 1));
    // Not `child.kill`, after which Deno tells the signal in place of the exit code.
    process.kill(child.pid!, "SIGINT");
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining("Slurm goes on with the work.")]);
    const { works: [status] } = JSON.parse((await spiediff("status", run, "--json")).stdout);
    expect(status.slurm).toMatch(/running, \d waiting.*, merge pending/);
    expect((await spiediff("resume", run, "--json")).code).toBe(0);
    await expectSlowRecords(run);
    const log = readdirSync(join(shardsOf(run), "log"));
    expect(log.filter((name) => name.startsWith("merge-"))).toHaveLength(1);
    expect(log.filter((name) => /^\d+_/.test(name))).toHaveLength(4);
  }, LONG);

  it("cancels cleanly, and two merges at once count nothing twice", async () => {
    const run = fresh("cancelled");
    await submit(run, "--throttle", "2");
    await until("a task", () => taskOf(run, 1));
    const cancelled = JSON.parse((await spiediff("cancel", run, "--json")).stdout);
    expect(cancelled.cancelled).toBeGreaterThanOrEqual(2);
    expect(await queued()).toBe("");
    expect([1, 2, 3, 4].map((shard) => taskOf(run, shard))).toEqual(Array(4).fill(undefined));
    const resumed = spiediff("resume", run, "--json");
    // Merges that come too early, and several at once when all is there.
    const early = await spiediff("merge", run);
    expect([early.code, early.stderr]).toEqual([2, expect.stringContaining("missing")]);
    expect((await resumed).code).toBe(0);
    const merges = await Promise.all([1, 2, 3].map(() => spiediff("merge", run, "--json")));
    expect(merges.map(({ code }) => code)).toEqual([0, 0, 0]);
    await expectSlowRecords(run);
    expect(readdirSync(join(run, "records"))).toEqual(["wide.record"]);
  }, LONG);

  it(
    "a full disk ends tasks with its name, and loses nothing else (needs file systems that root can mount)",
    async (context) => {
      const disk = fresh("disk");
      await mkdir(disk);
      const sized = (...more: string[]) => succeeds("mount", "-t", "tmpfs", ...more, "none", disk);
      if (!await sized("-o", "size=400k")) context.skip("no file system can be mounted here");
      try {
        const run = join(disk, "run");
        await onSlurm(run, "quick", "--shards", "8", "--detach");
        await queueEmpty();
        const { works: [status] } = JSON.parse((await spiediff("status", run, "--json")).stdout);
        expect(status.done).toBeLessThan(8);
        const log = join(shardsOf(run), "log");
        const words = await Promise.all(
          readdirSync(log).filter((name) => name.endsWith(".txt"))
            .map((name) => readFile(join(log, name), "utf8")),
        );
        expect(words.join("")).toContain("the disk is full");
        expect(await sized("-o", "remount,size=200m")).toBe(true);
        expect((await spiediff("resume", run, "--json")).code).toBe(0);
        expect(await hashes(join(run, "records"))).toEqual(reference.quick);
      } finally {
        await succeeds("umount", "--lazy", disk);
      }
    },
    LONG,
  );
});
