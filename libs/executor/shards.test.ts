import { Buffer } from "node:buffer";
import { copyFile, mkdir, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assert, asyncProperty, integer, uniqueArray } from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makePlannedShard } from "./make_shard.ts";
import { faultsText, findFaults, mergeShards, packShards, toMake } from "./merge.ts";
import { isMerged, markMerged, openPlan, planOf } from "./plan_file.ts";
import { packPath, shardPath, writeShard } from "./shard_folder.ts";
import { computeShard, temporaryFolder, testJob } from "./testing.ts";
import type { Plan } from "./types.ts";

let folder = "";
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const argument = { size: 100 };
const make = async (plan: Plan, ...shards: number[]) => {
  for (const shard of shards) {
    await writeShard(folder, plan, shard, await computeShard(argument, shard, plan.shards, ""));
  }
};
const all = (plan: Plan) => Array.from({ length: plan.shards }, (_, k) => k + 1);
/** What a reducer sees whose result depends on the order and on every byte. */
async function merged(plan: Plan): Promise<string> {
  const seen: string[] = [];
  await mergeShards(folder, plan, (shard, payload) => void seen.push(`${shard}:${payload}`));
  return seen.join("\n");
}
const plan = testJob("", 6, argument).plan;
/** The same by definition: what the work makes of each shard, in the order of their numbers. */
async function byDefinition(): Promise<string> {
  const payloads = await Promise.all(
    all(plan).map((shard) => computeShard(argument, shard, plan.shards, "")),
  );
  return payloads.map((payload, k) => `${k + 1}:${payload}`).join("\n");
}

describe("shard files", () => {
  it("are the same bytes whenever they are made, and none is half there", async () => {
    await make(plan, 1);
    const first = await readFile(shardPath(folder, plan, 1));
    await make(plan, 1);
    expect(await readFile(shardPath(folder, plan, 1))).toEqual(first);
    expect(new TextDecoder().decode(first)).toMatch(/^spiediff-shard 1 \{"work":"test","config":"/);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it("are refused when cut short anywhere, changed anywhere, or somebody else's", async () => {
    await make(plan, ...all(plan));
    const path = shardPath(folder, plan, 3);
    const whole = await readFile(path);
    const reason = async () => (await findFaults(folder, plan)).unusable[0]?.reason;
    for (let length = 0; length < whole.length; length += 17) {
      await truncate(path, length);
      expect(await reason(), `${length} bytes`).toMatch(/is empty|is cut short/);
      await writeFile(path, whole);
    }
    for (let at = 0; at < whole.length; at += 13) {
      const changed = Uint8Array.from(whole);
      changed[at] ^= 4;
      await writeFile(path, changed);
      expect(await reason(), `byte ${at}`)
        .toMatch(/no shard of format|damaged header|does not have its SHA-256|in its header/);
    }
    await copyFile(shardPath(folder, plan, 2), path);
    expect(await reason()).toBe(`${path} holds shard 2.`);
    const others: [Partial<Plan>, RegExp][] = [
      [{ config: "0".repeat(64) }, /is of another configuration \(000000000000…\)/],
      [{ code: "test 2" }, /was made by test 2, not test 1/],
      [{ shards: 7 }, /is one of 7 shards, not 6/],
      [{ work: "else" }, /is of the work "else", not "test"/],
    ];
    for (const [difference, message] of others) {
      const other = { ...plan, ...difference };
      await make(other, 3);
      if (shardPath(folder, other, 3) !== path) await copyFile(shardPath(folder, other, 3), path);
      expect(await reason()).toMatch(message);
    }
    await writeFile(path, whole);
    expect(await reason()).toBeUndefined();
  });
});

describe("the merge", () => {
  it("says exactly what is missing and what is unusable, and hands over nothing then", async () => {
    await make(plan, 1, 3, 5, 6);
    await truncate(shardPath(folder, plan, 5), 260);
    const faults = await findFaults(folder, plan);
    expect(toMake(faults)).toEqual([2, 4, 5]);
    const text = faultsText(plan, faults)!;
    expect(text.split("\n")[0])
      .toBe('Of the 6 shards of "test", 2 are missing (2,4) and 1 cannot be used (5).');
    expect(text).toMatch(/5-of-6\.shard is cut short by \d+ bytes\.$/);
    const seen: number[] = [];
    await expect(mergeShards(folder, plan, (shard) => void seen.push(shard))).rejects.toThrow(text);
    expect(seen).toEqual([]);
  });

  it("does not depend on how shards were packed: packing is associative", async () => {
    await make(plan, ...all(plan));
    const single = await byDefinition();
    const files = await Promise.all(all(plan).map((k) => readFile(shardPath(folder, plan, k))));
    const cuts = uniqueArray(integer({ min: 1, max: 5 }), { maxLength: 5 });
    await assert(
      asyncProperty(cuts, cuts, async (first, second) => {
        await rm(folder, { recursive: true });
        await mkdir(folder);
        await make(plan, ...all(plan));
        // Two rounds of packing at different places, then all at once.
        for (const places of [first, second]) {
          const ends = [...places].sort((a, b) => a - b);
          for (const [i, end] of [...ends, 6].entries()) {
            await packShards(folder, plan, (ends[i - 1] ?? 0) + 1, end);
          }
          expect(await merged(plan)).toBe(single);
        }
        await packShards(folder, plan, 1, 6);
        expect(await readdir(folder)).toHaveLength(1);
        expect(await merged(plan)).toBe(single);
        // One shard's file behind the other.
        expect(await readFile(packPath(folder, plan, 1, 6))).toEqual(Buffer.concat(files));
      }),
      { numRuns: 8, seed: 10 },
    );
  });

  it("counts a shard once that is there twice, and refuses one with two contents", async () => {
    await make(plan, ...all(plan).reverse());
    const single = await byDefinition();
    await packShards(folder, plan, 1, 4);
    await make(plan, 2);
    expect(await merged(plan)).toBe(single);
    await writeShard(folder, plan, 2, new Uint8Array(5));
    await expect(merged(plan)).rejects.toThrow(
      `${packPath(folder, plan, 1, 4)} and ${
        shardPath(folder, plan, 2)
      } hold different contents of shard 2.`,
    );
  });

  it("packs nothing and removes nothing where a shard is missing", async () => {
    await make(plan, 1, 2, 4);
    await expect(packShards(folder, plan, 1, 4)).rejects.toThrow("Shard 3 is missing");
    expect(await readdir(folder)).toHaveLength(3);
  });
});

describe("plans", () => {
  const kept = { plan, argument };
  it("give way only when nothing of theirs would be lost", async () => {
    await openPlan(folder, kept);
    const other = { plan: planOf("test", { size: 7 }, 6, "test 1"), argument: { size: 7 } };
    await openPlan(folder, other);
    await openPlan(folder, kept);
    await make(plan, 1);
    await expect(openPlan(folder, other)).rejects.toThrow("holds shards of another configuration");
    const finer = { plan: { ...plan, shards: 9 }, argument };
    await expect(openPlan(folder, finer)).rejects.toThrow("a plan of 6 shards, not 9");
    await expect(openPlan(folder, { plan: { ...plan, code: "test 2" }, argument }))
      .rejects.toThrow("holds shards of test 1, not test 2. Delete it to start anew.");
    await markMerged(folder, plan);
    await openPlan(folder, other);
    expect(await isMerged(folder, other.plan)).toBe(false);
    expect((await readdir(folder)).filter((name) => name.endsWith(".shard"))).toEqual([]);
  });

  it("make a shard by number only as what they are", async () => {
    await openPlan(folder, kept);
    const run = (shard: number, code = "test 1") =>
      makePlannedShard(folder, code, () => Promise.resolve(computeShard), shard);
    await run(6);
    await expect(run(7)).rejects.toThrow("must be a whole number from 1 to 6, not 7");
    await expect(run(1, "test 2")).rejects.toThrow("was planned by test 1, but this is test 2");
    await writeFile(join(folder, "plan.json"), JSON.stringify({ plan, argument: { size: 8 } }));
    await expect(run(1)).rejects.toThrow("plan.json is damaged");
  });
});
