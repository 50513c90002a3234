import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readModel } from "@spiediff/model-artifact";
import { withRunLock, withShardLock } from "@spiediff/train";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { experimentFile, spiediff } from "./testing.ts";
import { runProcess } from "./testing_kill.ts";

let root = "", experiment = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-shards-"));
  experiment = await experimentFile(root, "tiny");
});
afterAll(() => rm(root, { recursive: true, force: true }));

const records = (run: string) =>
  Promise.all(
    ["wide", "low"].map((name) => readFile(join(run, "records", `${name}.record`), "latin1")),
  );
const simulate = (run: string, ...more: string[]) =>
  spiediff("simulate", run, "--experiment", experiment, "--json", ...more);
const shard = (text: string, run: string) =>
  spiediff("shard", text, run, "--experiment", experiment, "--json");

describe("work in shards, without a cluster", () => {
  it("gives the same bits for any workers and shards, and by hand in any order", async () => {
    const [one, two, hand] = ["one", "two", "hand"].map((name) => join(root, name));
    await simulate(one, "--workers", "1", "--shards", "1");
    expect((await simulate(two, "--workers", "2", "--shards", "13")).code).toBe(0);
    for (const k of [2, 3, 1]) expect((await shard(`${k}/3`, hand)).code).toBe(0);
    expect((await spiediff("merge", hand, "--json")).code).toBe(0);
    const first = await records(one);
    expect(await records(two)).toEqual(first);
    expect(await records(hand)).toEqual(first);
    // Local shards are gone when they are merged; those made by hand are their maker's.
    expect(await readdir(join(two, "shards"))).toEqual([]);
    expect(await shard("1/3", hand)).toMatchObject({ code: 0 });
    expect((await spiediff("status", hand)).stdout).toBe(
      "simulate: 3 of 3 shards, merged\nResults: estimates none, model none, report none.\n",
    );
  });

  it("goes on from what is there, and refuses another cut or experiment", async () => {
    const run = join(root, "half");
    await shard("4/5", run);
    await shard("1/5", run);
    const { works } = JSON.parse((await spiediff("status", run, "--json")).stdout);
    expect(works[0]).toMatchObject({ work: "simulate", shards: 5, done: 2, missing: "2-3,5" });
    const early = await spiediff("merge", run);
    expect([early.code, early.stderr])
      .toEqual([2, 'spiediff: Of the 5 shards of "simulate", 3 are missing (2-3,5).\n']);
    const other = await shard("2/6", run);
    expect([other.code, other.stderr])
      .toEqual([2, expect.stringContaining("a plan of 5 shards, not 6. Delete it to start anew.")]);
    expect((await spiediff("resume", run, "--json", "--workers", "1")).code).toBe(0);
    expect(await records(run)).toEqual(await records(join(root, "one")));
  });

  it("says in words what was made, packed, merged and resumed, and what is left", async () => {
    const run = join(root, "words"), folder = join(run, "shards", "simulate");
    const said = async (...args: string[]) => {
      const { code, stdout, stderr } = await spiediff(...args);
      return code === 0 ? stdout : `${code} ${stderr.replace("spiediff: ", "")}`;
    };
    const own = ["--experiment", experiment];
    expect(await said("shard", "1/4", run, ...own))
      .toMatch(new RegExp(`^Shard 1 of 4, engine \\w+: ${folder}\n$`));
    expect(await said("shard", "2/4", run, ...own, "--seeds", "1")).toBe(
      "2 --seeds needs --work train.\n",
    );
    expect(await said("shard", "1/4", run, "--work", "train")).toBe(
      "2 --work train needs --seeds, such as 1..8.\n",
    );
    await shard("2/4", run);
    for (const [range, count, from, to] of [["1,3", 2, 1, 3], ["4-5", 2, 4, 5], ["0-1", 2, 0, 1]]) {
      expect(await said("merge", run, "--pack", String(range))).toBe(
        `2 --pack must be one range within 1-4, not ${count} shards from ${from} to ${to}.\n`,
      );
    }
    expect(await said("merge", run, "--pack", "1-2")).toBe(`Packed shards of simulate: ${run}\n`);
    expect((await readdir(folder)).filter((name) => /\.(shard|pack)$/.test(name))).toEqual([
      expect.stringMatching(/\.1\.\.2-of-4\.pack$/),
    ]);
    expect(await said("resume", run, "--workers", "1")).toContain(`Merged simulate: ${run}\n`);
    expect(await said("resume", run)).toBe(`Nothing is missing: ${run}\n`);
    expect(JSON.parse(await said("resume", run, "--json"))).toEqual({
      ...{ run, resumed: [], detached: false },
    });
    expect(await said("merge", run)).toBe(`Merged simulate: ${run}\n`);
    expect(JSON.parse(await said("merge", run, "--pack", "1-4", "--json")))
      .toEqual({ run, works: ["simulate"], packed: [1, 2, 3, 4] });
    expect(await said("shard", "1/4", run, ...own)).toBe(
      `${run} has all results of simulate; nothing is left to do.\n`,
    );
    expect(await records(run)).toEqual(await records(join(root, "one")));
  });

  it("makes shards of one run at once, in processes that plan one after another", async () => {
    const run = join(root, "together");
    const shards = ["1/3", "2/3", "3/3"].map((text) =>
      runProcess(run, ["shard", text, run, "--experiment", experiment, "--json"])
    );
    for (const { code, stderr } of await Promise.all(shards)) {
      expect([code, stderr]).toEqual([0, ""]);
    }
    const merges = [1, 2].map(() => spiediff("merge", run, "--json"));
    for (const { code, stderr } of await Promise.all(merges)) {
      expect([code, stderr]).toEqual([0, ""]);
    }
    expect(await records(run)).toEqual(await records(join(root, "one")));
    expect((await readdir(run)).filter((name) => name.startsWith("."))).toEqual([]);
  }, 60_000);

  it("waits for nobody but other shards where a command works in the folder", async () => {
    const run = join(root, "busy");
    expect((await shard("1/5", run)).code).toBe(0);
    await withRunLock(run, "estimate", async () => {
      for (const command of [["merge", run], ["resume", run], ["shard", "1/5", run]]) {
        const { code, stderr } = await spiediff(...command, "--json");
        expect([code, stderr], command[0])
          .toEqual([2, expect.stringMatching(/in use by `estimate` since/)]);
      }
    });
  });

  it("neither removes what a shard is being made for nor plans over another experiment", async () => {
    const run = join(root, "hand");
    const other = ["--experiment", experiment, "--seed", "77", "--json"];
    const over = await spiediff("shard", "1/3", run, ...other);
    expect([over.code, over.stderr]).toEqual([2, expect.stringMatching(/seed is 5 there, not 77/)]);
    const made = await withShardLock(run, () => Promise.resolve(7), async (planned) => {
      const cleared = await spiediff("simulate", run, ...other, "--overwrite");
      expect([cleared.code, cleared.stderr])
        .toEqual([
          2,
          expect.stringMatching(/A shard of .* is being made by `shard` since .*delete/),
        ]);
      // What does not remove shards may go on beside them.
      expect((await spiediff("merge", run, "--json")).code).toBe(0);
      return planned;
    });
    expect(made).toBe(7);
    expect((await spiediff("simulate", run, ...other, "--overwrite")).code).toBe(0);
  });

  it("trains seeds on the same estimates, each into a run folder of its own", async () => {
    const run = join(root, "one");
    await spiediff("estimate", run, "--json");
    const train = () => spiediff("train", run, "--seeds", "4", "--json", "--workers", "1");
    // What the merge would replace is in use: the shard is kept, and merged when it is asked for again.
    await withRunLock(join(run, "seeds", "4"), "report", async () => {
      const { code, stderr } = await train();
      expect([code, stderr]).toEqual([2, expect.stringMatching(/seeds.4 is in use by `report`/)]);
    });
    const seeds = await train();
    expect(seeds.code).toBe(0);
    const folder = JSON.parse(seeds.stdout).seeds[0];
    const { manifest } = await readModel(join(folder, "model"));
    expect(manifest.config).toMatchObject({ seed: 5, training: { seed: 4 } });
    // It is a run like any other: nothing is left to train.
    expect((await spiediff("train", folder, "--json")).code).toBe(0);
    expect((await readModel(join(folder, "model"))).manifest.integrity).toBe(manifest.integrity);
  });
});
