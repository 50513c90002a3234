import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { localExecutor } from "./local_executor.ts";
import { findFaults, mergeShards } from "./merge.ts";
import { formatRanges, parseRanges, parseShard, unitsOf } from "./ranges.ts";
import { shardPath, writeShard } from "./shard_folder.ts";
import { checkSlurmOptions } from "./slurm/options.ts";
import { parseQueue, queueText } from "./slurm/queue.ts";
import { arrayScript } from "./slurm/script.ts";
import { cancelSlurm, slurmExecutor } from "./slurm/slurm_executor.ts";
import { computeShard, slurm, temporaryFolder, testJob } from "./testing.ts";
import type { Job } from "./types.ts";

let folder = "";
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const make = async ({ plan, argument }: Job, ...shards: number[]) => {
  for (const shard of shards) {
    await writeShard(folder, plan, shard, await computeShard(argument, shard, plan.shards, ""));
  }
};

describe("numbers of shards", () => {
  it("read and write Slurm's ranges", () => {
    expect(formatRanges([1, 2, 3, 7, 9, 10])).toBe("1-3,7,9-10");
    expect(parseRanges("1..3,7,9-10,2", "--seeds")).toEqual([1, 2, 3, 7, 9, 10]);
    for (const text of ["", "a", "3..1", "1,,2", "-1", "1.5", "1-1e3"]) {
      expect(() => parseRanges(text, "--seeds"), text).toThrow("--seeds must be whole numbers");
    }
    expect(parseShard("3/8")).toEqual({ shard: 3, shards: 8 });
    for (const text of ["0/8", "9/8", "3", "3/", "a/b"]) {
      expect(() => parseShard(text), text).toThrow("K/N must be");
    }
  });
  it("cut units without gap or overlap, as evenly as they go", () => {
    for (const [shards, units] of [[1, 1], [3, 10], [7, 7], [64, 1000]]) {
      const cuts = Array.from({ length: shards }, (_, k) => unitsOf(k + 1, shards, units));
      expect([cuts[0][0], cuts.at(-1)![1]]).toEqual([0, units]);
      cuts.slice(1).forEach(([from], k) => expect(from).toBe(cuts[k][1]));
      const sizes = cuts.map(([from, to]) => to - from);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }
  });
});

describe("worker threads", () => {
  it("make what is missing, the same bytes for any number of them", async () => {
    const job = testJob(folder, 9);
    await localExecutor({ workers: 1 }).run(job);
    const bytes: Uint8Array[] = [];
    await mergeShards(folder, job.plan, (_, payload) => void bytes.push(payload.slice()));
    const kept = (await stat(shardPath(folder, job.plan, 1))).mtimeMs;
    for (const shard of [2, 5, 9]) await rm(shardPath(folder, job.plan, shard));
    const seen: number[] = [];
    await localExecutor({ workers: 4 }).run(job, { onProgress: (done) => void seen.push(done) });
    expect(seen).toEqual([6, 7, 8, 9]);
    expect((await stat(shardPath(folder, job.plan, 1))).mtimeMs).toBe(kept);
    let at = 0;
    await mergeShards(folder, job.plan, (_, payload) => expect(payload).toEqual(bytes[at++]));
  });
  it("pass a shard's error on, keep the others, and stop when told", async () => {
    const job = testJob(folder, 6, { size: 10, fails: 4 });
    const failing = localExecutor({ workers: 1 }).run(job);
    await expect(failing).rejects.toMatchObject({ name: "RangeError", message: /shard 4 of 6/ });
    expect((await findFaults(folder, job.plan)).missing).toEqual([4, 5, 6]);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(localExecutor({ workers: 1 }).run(job, { signal })).rejects.toThrow("enough");
    expect(() => localExecutor({ workers: 0 })).toThrow("at least 1, not 0");
    const lost = { ...job, module: new URL("./not_there.ts", import.meta.url).href };
    await expect(localExecutor({ workers: 1 }).run(lost)).rejects
      .toMatchObject({ name: "TypeError", message: /^Module not found.*not_there\.ts/ });
  });
});

describe("Slurm, what it is told", () => {
  /** A Slurm whose arrays have ten tasks, with the queue that it tells. */
  function heard(squeue: () => string = () => "") {
    let id = 100;
    const { client, calls, of } = slurm({
      sbatch: () => `${++id}\n`,
      scontrol: () => "MaxArraySize            = 11\n",
      squeue,
    });
    return { calls, client, submissions: () => of("sbatch") };
  }
  const flag = (call: string[], name: string) =>
    call.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);

  it("submits what is missing, in arrays that the cluster takes, and one merge behind all", async () => {
    const job = testJob(folder, 25);
    await make(job, 2, 3, 14);
    const { client, submissions } = heard();
    const options = { throttle: 4, time: "30", memory: "2G", sbatch: ["--account=a b"] };
    const { submitted } = await slurmExecutor(options, client).submit(job);
    expect(submitted).toHaveLength(22);
    const [first, second, third, merge] = submissions();
    expect([first, second, third].map((call) => [flag(call, "array"), call.at(-1)]))
      .toEqual([["1,4-10%4", "0"], ["1-3,5-10%4", "10"], ["1-5%4", "20"]]);
    expect(first).toEqual(expect.arrayContaining(["--time=30", "--mem=2G", "--account=a b"]));
    expect(flag(merge, "dependency")).toBe("afterany:101:102:103");
    expect(flag(merge, "job-name")).toMatch(/^spiediff-test-[0-9a-f]{12}\.merge$/);
    expect(await readFile(join(folder, "log", "array.sh"), "utf8"))
      .toContain(`exec '/bin/make it' '${folder}' "$((SLURM_ARRAY_TASK_ID + $1))"\n`);
  });

  it("leaves to the queue what is in it, and puts the merge behind that too", async () => {
    const job = testJob(folder, 8);
    await make(job, 1, 2);
    const lines =
      "7_3|RUNNING|None|X.0\n7_[4-5%2]|PENDING|JobArrayTaskLimit|X.0\n8|PENDING|Dependency|X.merge\n";
    const { calls, client, submissions } = heard(() => lines);
    expect((await slurmExecutor({}, client).submit(job)).submitted).toEqual([6, 7, 8]);
    expect(calls).toContainEqual(["scancel", "8"]);
    expect(flag(submissions()[1], "dependency")).toBe("afterany:7:101");
    // All of the rest is queued: nothing to do.
    const busy = heard(() => "7_[3-8]|PENDING|Resources|X.0\n8|PENDING|Dependency|X.merge\n");
    expect((await slurmExecutor({}, busy.client).submit(job)).submitted).toEqual([]);
    expect(busy.submissions()).toEqual([]);
  });

  it("follows to a precise end when the queue is empty, and merges itself if only that is left", async () => {
    const job = testJob(folder, 3);
    await make(job, 1, 3);
    let merges = 0;
    const counting = { ...job, merge: () => Promise.resolve(void merges++) };
    const { client } = heard();
    const executor = slurmExecutor({}, client);
    await expect(executor.follow(counting)).rejects.toThrow("1 is missing (2)");
    await make(job, 2);
    await executor.follow(counting);
    expect(merges).toBe(1);
    expect(await cancelSlurm(job, client)).toBe(0);
  });

  it("reads the queue and says it in words", () => {
    const queue = parseQueue(
      "12_7|COMPLETING|None|spiediff-a.1000\n12_[1-3,9%2]|PENDING|Resources|spiediff-a.0\n" +
        "13|PENDING|Dependency|spiediff-a.merge\nslurm_load_jobs error\n\n",
    );
    expect([...queue.running, ...queue.waiting]).toEqual([1007, 1, 2, 3, 9]);
    expect(queueText(queue)).toBe("1 running, 4 waiting (Resources), merge pending");
    expect(queueText(parseQueue(""))).toBe("0 running, 0 waiting, merge not queued");
  });

  it("quotes words for the shell and refuses options that Slurm would not take", () => {
    expect(arrayScript(["a'b", "$(c)", "d e"])).toContain(`exec 'a'\\''b' '$(c)' 'd e' "$((`);
    const wrong: [object, RegExp][] = [
      [{ time: "soon" }, /--time must be minutes/],
      [{ memory: "lots" }, /--memory must be a size/],
      [{ throttle: 0 }, /--throttle must be a whole number of at least 1, not 0/],
      [{ partition: "a b" }, /--partition must be a partition's name/],
      [{ sbatch: ["rm -rf"] }, /--sbatch takes arguments such as/],
    ];
    for (const [options, message] of wrong) {
      expect(() => checkSlurmOptions(options)).toThrow(message);
    }
    for (const time of ["30", "2:00", "2:00:00", "1-12", "1-12:30:00", "UNLIMITED"]) {
      checkSlurmOptions({ time });
    }
  });
});
