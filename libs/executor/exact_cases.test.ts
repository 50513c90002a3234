/** What is said to Slurm and of shards, word by word. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { faultsText } from "./merge.ts";
import { planOf } from "./plan_file.ts";
import { parseRanges, parseShard, unitsOf } from "./ranges.ts";
import { countListed, listShards, shardPath, writeShard } from "./shard_folder.ts";
import { parseQueue, queueText } from "./slurm/queue.ts";
import { mergeScript } from "./slurm/script.ts";
import { cancelSlurm, keptSlurm, slurmExecutor, slurmQueue } from "./slurm/slurm_executor.ts";
import { arrayLimit, offsetsOf, submitShards } from "./slurm/submit.ts";
import { slurm, temporaryFolder, testJob } from "./testing.ts";

let folder = "";
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("submissions", () => {
  it("say everything that Slurm needs, and keep what they were told with", async () => {
    const job = testJob(folder, 5);
    const { client, of, calls } = slurm({ scontrol: () => "MaxArraySize = 4\n" });
    const options = { partition: "long", time: "30", memory: "2G", sbatch: ["--account=a"] };
    expect((await slurmExecutor(options, client).submit(job)).submitted).toEqual([1, 2, 3, 4, 5]);
    const [array, second, merge] = of("sbatch");
    const name = array[1].slice("--job-name=".length, -".0".length);
    const log = join(folder, "log");
    const common = (output: string) => [
      ...["--parsable", `--chdir=${log}`, `--output=${join(log, output)}`],
      ...["--nodes=1", "--ntasks=1", "--cpus-per-task=1", "--requeue"],
      ...["--partition=long", "--time=30", "--mem=2G", "--account=a"],
    ];
    expect(array).toEqual([
      ...["sbatch", `--job-name=${name}.0`, "--array=1-3"],
      ...[...common("%A_%a.txt"), join(log, "array.sh"), "0"],
    ]);
    expect(second).toEqual([
      ...["sbatch", `--job-name=${name}.3`, "--array=1-2"],
      ...[...common("%A_%a.txt"), join(log, "array.sh"), "3"],
    ]);
    expect(merge).toEqual([
      ...["sbatch", `--job-name=${name}.merge`, "--dependency=afterany:101:102"],
      ...[...common("merge-%j.txt"), join(log, "merge.sh")],
    ]);
    expect(await readFile(join(log, "merge.sh"), "utf8")).toBe(mergeScript(job.mergeCommand));
    expect(await keptSlurm(folder)).toEqual({ options, limit: 3 });
    // The limit is known from then on; the queue is asked by the names of all jobs.
    await slurmQueue(job, client);
    expect(of("scontrol")).toHaveLength(1);
    expect(calls.at(-1)).toEqual([
      ...["squeue", "--noheader", "--array", "--format=%i|%T|%r|%j"],
      `--name=${name}.0,${name}.3,${name}.merge`,
    ]);
    // Another folder, another name.
    const other = slurm();
    await slurmQueue({ ...job, folder: `${folder}x` }, other.client);
    expect(other.calls.at(-1)!.at(-1)).not.toContain(name);
  });

  it("are of nothing where all is there, but for a merge where that is not queued", async () => {
    const job = testJob(folder, 2);
    const { client, of } = slurm();
    for (const shard of [1, 2]) await writeShard(folder, job.plan, shard, new Uint8Array(1));
    expect((await slurmExecutor({}, client).submit(job)).submitted).toEqual([]);
    expect(of("sbatch")).toEqual([]);
    await rm(shardPath(folder, job.plan, 2));
    // Shard 2 runs, and no merge is behind it.
    const busy = slurm({ squeue: () => "7_2|RUNNING|None|X.0\n" });
    expect((await slurmExecutor({}, busy.client).submit(job)).submitted).toEqual([]);
    expect(busy.of("sbatch").map((call) => call[2])).toEqual(["--dependency=afterany:7"]);
  });

  it("are cut where a list of indices would be too long, and refused where Slurm cannot read a path", async () => {
    const job = testJob(folder, 20_000);
    const every = Array.from({ length: 10_000 }, (_, k) => 2 * k + 1);
    const submission = { job, name: "n", limit: 1e6, options: { throttle: 3 } };
    const { client, of } = slurm();
    const ids = await submitShards({ client, ...submission }, every);
    const lists = of("sbatch").map((call) => call[2].replace("--array=", ""));
    expect(ids).toEqual(lists.map((_, k) => String(101 + k)));
    expect(lists.length).toBe(2);
    for (const list of lists) {
      expect(list.length).toBeLessThanOrEqual(30_002);
      expect(list.endsWith("%3")).toBe(true);
    }
    expect(lists.flatMap((list) => parseRanges(list.slice(0, -2), "x"))).toEqual(every);
    const odd = { ...submission, job: { ...job, folder: join(folder, "a\\b") } };
    await expect(submitShards({ client, ...odd }, [1])).rejects.toThrow(/no path with backslashes/);
    const mute = slurm({ sbatch: () => "error: no\n" });
    await expect(submitShards({ client: mute.client, ...submission }, [1]))
      .rejects.toThrow('sbatch printed no job id but "error: no".');
    const percent = { ...submission, job: { ...job, folder: join(folder, "50%") } };
    await submitShards({ client, ...percent }, [1]);
    expect(of("sbatch").at(-1)).toContain(`--output=${join(folder, "50%%", "log", "%A_%a.txt")}`);
  });

  it("take the cluster's largest index, or Slurm's default where it says none", async () => {
    const limit = (answer: () => string) => arrayLimit(slurm({ scontrol: answer }).client);
    expect(await limit(() => "A = 1\nMaxArraySize            = 1001\nB = 2")).toBe(1000);
    expect(await limit(() => "MaxArraySize = 2")).toBe(1);
    expect(await limit(() => "MaxArraySize = 1")).toBe(1000);
    expect(await limit(() => "")).toBe(1000);
    expect(
      await limit(() => {
        throw new Error("no scontrol");
      }),
    ).toBe(1000);
    expect([offsetsOf(6, 3), offsetsOf(7, 3), offsetsOf(1, 1000)]).toEqual([[0, 3], [0, 3, 6], [
      0,
    ]]);
  });
});

describe("the queue", () => {
  it("is read line by line; what is not ours or not a line is left out", () => {
    const queue = parseQueue(
      " 5_2|RUNNING|None|a.b.10 \n5_[3]|PENDING|Priority|a.b.10\n6|RUNNING|None|a.b.0\nx_1|RUNNING|None|a.0\n" +
        "7_1|PENDING|None|a.b.0\n9|RUNNING|None|a.b.merge\n",
    );
    expect([[...queue.running], [...queue.waiting]]).toEqual([[12], [13, 1]]);
    expect([[...queue.jobs], [...queue.mergeJobs], queue.merge]).toEqual([
      ["5", "6", "7"],
      ["9"],
      "RUNNING",
    ]);
    expect([...queue.reasons]).toEqual(["Priority"]);
    expect(queueText(queue)).toBe("1 running, 2 waiting (Priority), merge running");
  });

  it("that does not answer is told from an empty one", async () => {
    const { client } = slurm({
      squeue: () => {
        throw new Error("down");
      },
    });
    expect(await slurmQueue(testJob(folder, 2), client)).toBeNull();
  });

  it("is emptied merge first, and waited for", async () => {
    let looks = 0;
    const lines = "7_[1-2]|PENDING|None|X.0\n8_3|RUNNING|None|X.0\n9|PENDING|Dependency|X.merge\n";
    const { client, of } = slurm({ squeue: () => ++looks < 3 ? lines : "" });
    expect(await cancelSlurm(testJob(folder, 3), client)).toBe(3);
    expect(of("scancel").map(([, id]) => id)).toEqual(["9", "7", "8"]);
    expect(looks).toBe(3);
  });
});

describe("words on shards", () => {
  const plan = planOf("test", {}, 40, "code 1");
  it("count what is missing and what cannot be used, the first ten reasons", () => {
    expect(faultsText(plan, { missing: [], unusable: [] })).toBeNull();
    expect(faultsText(plan, { missing: [3], unusable: [] }))
      .toBe('Of the 40 shards of "test", 1 is missing (3).');
    const unusable = Array.from({ length: 12 }, (_, k) => ({ shard: k + 1, reason: `r${k + 1}` }));
    expect(faultsText(plan, { missing: [], unusable }))
      .toBe(
        'Of the 40 shards of "test", 12 cannot be used (1-12).\n' +
          unusable.slice(0, 10).map(({ reason }) => `  ${reason}\n`).join("") + "  and 2 more",
      );
    expect(faultsText(plan, { missing: [], unusable: unusable.slice(0, 10) })).not.toContain(
      "more",
    );
  });

  it("read numbers up to their limits", () => {
    expect(parseRanges("1..1000000", "x")).toHaveLength(1_000_000);
    expect(() => parseRanges("1..1000001", "x")).toThrow(/^x must be/);
    expect(parseRanges(" 3 - 4 , 3..3", "x")).toEqual([3, 4]);
    expect([parseShard("1/1"), parseShard("8/8")]).toEqual([{ shard: 1, shards: 1 }, {
      shard: 8,
      shards: 8,
    }]);
    expect([unitsOf(1, 3, 10), unitsOf(2, 3, 10), unitsOf(3, 3, 10)]).toEqual([[0, 3], [3, 6], [
      6,
      10,
    ]]);
  });

  it("have names that sort by their number, and are counted by these", async () => {
    expect(shardPath("f", plan, 7)).toBe(join("f", `${plan.config.slice(0, 16)}.07-of-40.shard`));
    expect(planOf("test", { a: 1 }, 40, "c").config).not.toBe(
      planOf("test", { a: 2 }, 40, "c").config,
    );
    for (const shard of [1, 7, 40]) await writeShard(folder, plan, shard, new Uint8Array(1));
    expect(countListed(await listShards(folder, plan))).toBe(3);
    expect(countListed(await listShards(join(folder, "not there"), plan))).toBe(0);
    expect(countListed(await listShards(folder, { ...plan, shards: 41 }))).toBe(0);
  });
});
