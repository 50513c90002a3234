/** Ensembles by what can be counted: blocks, words, files, progress, and errors worked out by hand. */
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readNpy } from "@spiediff/npy";
import { afterAll, describe, expect, it } from "vitest";
import { type Walkers, walkersSource } from "./_walkers.ts";
import { addFields, createAverages, degreesOfFreedom, standardErrors } from "./averages.ts";
import { checkDuration, checkInteger } from "./checks.ts";
import { openCheckpoint, readEntry, replaceEntry } from "./checkpoint.ts";
import {
  addRecord,
  checkTimes,
  createMoments,
  createRecord,
  type EnsembleOptions,
  packMoments,
  planEnsemble,
  runEnsemble,
  runTrajectories,
  type Simulator,
  withoutPart,
} from "./mod.ts";
import { martingalesAreCurrents } from "./moments.ts";
import { writeFields } from "./record.ts";

const root = mkdtempSync(join(tmpdir(), "spiediff-ensemble-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string) => join(root, name);

const M = 3;
/** Walkers, with the words that were run. */
function counted() {
  const ran: string[] = [];
  const simulator: Simulator<Walkers> = {
    source: (walkers) => {
      const { windows, trajectories } = walkersSource(walkers);
      return {
        windows: (of) => {
          const run = windows(of);
          return (stream, used, use) => {
            ran.push(`${stream.path} ${used}`);
            run(stream, used, use);
          };
        },
        trajectories: (times) => {
          const run = trajectories(times);
          return (stream, used) => {
            ran.push(`${stream.path} ${used}`);
            return run(stream, used);
          };
        },
      };
    },
    worker: new URL("./_walkers_worker.ts", import.meta.url),
  };
  return { ran, simulator };
}
const options = (more: Partial<EnsembleOptions<Walkers>> = {}): EnsembleOptions<Walkers> => {
  const words = more.words ?? { width: 2, streams: [5, "walkers"], prefix: "pair" };
  return {
    simulator: counted().simulator,
    process: { elements: M, spread: 2, drift: 3, width: words.width },
    describe: { system: { sites: 30, drive: 2 }, profileName: "flat", engine: "none" },
    ...{ elements: M, realizations: 11, words, burnIn: 0.5, horizons: [0.1, 0.3] },
    ...{ controlVariates: true, blockSize: 4 },
    ...more,
  };
};
const packed = (record: Awaited<ReturnType<typeof runEnsemble>>) =>
  [...record.blocks, record.total].map(packMoments);

describe("a plan", () => {
  it("cuts realizations into blocks of whole words, 128 where nothing is asked", () => {
    const size = (more: Partial<EnsembleOptions<Walkers>>) => {
      const { job, count } = planEnsemble(options({ blockSize: undefined, ...more }));
      return [job.work.blockSize, count];
    };
    expect(size({ realizations: 11 })).toEqual([2, 6]);
    expect(size({ realizations: 256 })).toEqual([2, 128]);
    expect(size({ realizations: 257 })).toEqual([4, 65]);
    expect(size({ realizations: 100, blocks: 5 })).toEqual([20, 5]);
    expect(size({ realizations: 101, blocks: 5 })).toEqual([22, 5]);
    expect(size({ realizations: 100, blockSize: 30, blocks: 5 })).toEqual([30, 4]);
  });

  it("says in its head what it is of", () => {
    const { head, job } = planEnsemble(options());
    expect(head).toEqual({
      ...{ system: { sites: 30, drive: 2 }, profileName: "flat", engine: "none", elements: M },
      ...{ burnIn: 0.5, horizons: [0.1, 0.3], controlVariates: true, realizations: 11 },
    });
    expect(job.work).toEqual({
      ...{ kind: "moments", burnIn: 0.5, horizons: [0.1, 0.3], controlVariates: true },
      ...{ blockSize: 4, records: false },
    });
  });

  it.each<[Partial<EnsembleOptions<Walkers>>, string]>([
    [{ realizations: 1 }, "realizations must be an integer of at least 2, not 1."],
    [{ realizations: 2.5 }, "realizations must be an integer of at least 2, not 2.5."],
    [{ burnIn: -1e-9 }, "burnIn must be finite and not negative, not -1e-9."],
    [{ burnIn: Infinity }, "burnIn must be finite and not negative, not Infinity."],
    [{ horizons: [] }, "horizons must name at least one time."],
    [{ horizons: [0] }, "horizons[0] must be finite and above 0, not 0."],
    [{ horizons: [0.1, 0.1] }, "horizons[1] = 0.1 must exceed horizons[0] = 0.1."],
    [{ blockSize: undefined, blocks: 0 }, "blocks must be an integer of at least 1, not 0."],
    [{ blockSize: 0 }, "blockSize must be an integer of at least 1, not 0."],
    [{ blockSize: 3 }, "blockSize must be a multiple of 2,"],
  ])("is refused: %j", (more, message) => {
    expect(() => planEnsemble(options(more))).toThrow(message);
  });

  it("takes the ends of what is allowed", () => {
    planEnsemble(options({ realizations: 2, burnIn: 0, blocks: 1 }));
    checkInteger("a", 0, 0);
    checkDuration("a", 0);
    checkTimes("a", [0, 1], -Number.MIN_VALUE);
    expect(() => checkTimes("a", [1, NaN], 0)).toThrow("a[1] must be finite");
  });
});

describe("an ensemble that is run", () => {
  it("draws each word from its own stream, the last one as far as it is used", async () => {
    const { ran, simulator } = counted();
    await runEnsemble(planEnsemble(options({ simulator })), {});
    expect(ran).toEqual([
      ...[0, 1, 2, 3, 4].map((word) => `5/walkers/pair-${word} 2`),
      "5/walkers/pair-5 1",
    ]);
    const single = counted();
    const words = { width: 1, streams: [5, "walkers"] } as const;
    await runEnsemble(
      planEnsemble(options({ simulator: single.simulator, words, realizations: 2 })),
      {},
    );
    expect(single.ran).toEqual(["5/walkers/0 1", "5/walkers/1 1"]);
  });

  it("goes on from its file to the same bits, and does nothing twice", async () => {
    const plan = planEnsemble(options());
    const whole = await runEnsemble(plan, {});
    const file = at("blocks");
    const stop = new AbortController();
    const seen: number[] = [];
    const cut = runEnsemble(plan, {
      checkpointFile: file,
      signal: stop.signal,
      onProgress: (done, total) => {
        seen.push(done, total);
        if (done === 8) stop.abort(new Error("enough"));
      },
    });
    await expect(cut).rejects.toThrow("enough");
    expect(seen).toEqual([4, 11, 8, 11]);
    // A kill in the middle of the next entry leaves bytes that are no entry.
    appendFileSync(file, new Uint8Array(40));
    const { ran, simulator } = counted();
    const progress: number[] = [];
    const resumed = await runEnsemble(planEnsemble(options({ simulator })), {
      checkpointFile: file,
      onProgress: (done) => progress.push(done),
    });
    expect(packed(resumed)).toEqual(packed(whole));
    expect(progress).toEqual([8, 11]);
    expect(ran).toEqual(["5/walkers/pair-4 2", "5/walkers/pair-5 1"]);
    // All is there: nothing runs.
    const again = counted();
    const third = await runEnsemble(planEnsemble(options({ simulator: again.simulator })), {
      checkpointFile: file,
    });
    expect(packed(third)).toEqual(packed(whole));
    expect(again.ran).toEqual([]);
    // Blocks kept without their fields are none for a run that writes them.
    await expect(runEnsemble(plan, { checkpointFile: file, recordsFile: at("fields.npy") }))
      .rejects.toThrow(/belongs to another ensemble/);
  });

  it("writes every realization's fields at all times, from their currents", async () => {
    const plan = planEnsemble(options());
    for (const workers of [1, 2]) {
      const recordsFile = at(`records-${workers}.npy`);
      const { total } = await runEnsemble(plan, { workers, recordsFile });
      const { shape, values } = readNpy(recordsFile);
      expect(shape).toEqual([11, 3, M]);
      // Means over realizations are those of the moments: z, and z + (current in - current out).
      const mean = (t: number, i: number) =>
        Array.from({ length: 11 }, (_, r) => values[(3 * r + t) * M + i] / 11).reduce(
          (a, b) => a + b,
          0,
        );
      for (let i = 0; i < M; i++) {
        expect(mean(0, i)).toBeCloseTo(total.start.mean[i], 12);
        [0, 1].forEach((w) => {
          const { mean: q } = total.windows[w].current;
          expect(mean(1 + w, i)).toBeCloseTo(total.start.mean[i] + q[(i + M - 1) % M] - q[i], 12);
        });
      }
    }
  });

  it("needs a worker at least", async () => {
    await expect(runEnsemble(planEnsemble(options()), { workers: 0 })).rejects.toThrow(
      "workers must be an integer of at least 1, not 0.",
    );
  });

  it("without control variates has currents for martingales and nothing else", async () => {
    const { total } = await runEnsemble(planEnsemble(options({ controlVariates: false })), {});
    for (const { current, martingale, compensator, bracket, withStart } of total.windows) {
      expect(martingale).toEqual(current);
      expect(current.mean.every((q) => q !== 0)).toBe(true);
      for (const none of [compensator.mean, compensator.comoment, bracket, withStart.compensator]) {
        expect(none.every((v) => v === 0)).toBe(true);
      }
    }
  });
});

describe("a record", () => {
  it("has room for all windows, and fields that follow its currents", () => {
    const record = createRecord(M, 2);
    expect(record.start).toHaveLength(M);
    expect(record.windows.map(({ current, bracket }) => [current.length, bracket.length]))
      .toEqual([[M, M * M], [M, M * M]]);
    record.start.set([1, 2, 3]);
    record.windows[0].current.set([0.5, 0, -1]);
    record.windows[1].current.set([1, 2, 4]);
    const out = new Float64Array(9);
    writeFields(record, out);
    expect([...out]).toEqual([
      1,
      2,
      3,
      1 - 1 - 0.5,
      2 + 0.5,
      3 + 1,
      1 + 4 - 1,
      2 + 1 - 2,
      3 + 2 - 4,
    ]);
  });

  it("enters the moments once, with control variates or without", () => {
    const record = createRecord(M, 1);
    const moments = createMoments(M, 1);
    record.windows[0].compensator.fill(1);
    for (const q of [2, 4]) {
      record.windows[0].current.fill(q);
      addRecord(moments, record, true);
    }
    expect([...moments.windows[0].martingale.mean]).toEqual([2, 2, 2]);
    expect(moments.windows[0].martingale.comoment[0]).toBe(2);
    martingalesAreCurrents(moments);
    expect([...moments.windows[0].martingale.mean]).toEqual([3, 3, 3]);
    expect(moments.count).toBe(2);
    expect(() => withoutPart(moments, createMoments(M, 1))).not.toThrow();
    const one = createMoments(M, 1);
    addRecord(one, record);
    expect(() => withoutPart(moments, one)).toThrow(
      "At least 2 realizations must remain without a block of 1 out of 2.",
    );
  });
});

describe("averages", () => {
  const of = (width: number, values: number[], elements = 1) => {
    const averages = createAverages(1, width);
    values.forEach((z) => addFields(averages, Float64Array.of(z), elements));
    return averages;
  };
  it("of realizations have the error of their mean", () => {
    const three = of(1, [1, 2, 6], 10);
    expect(three.mean[0]).toBeCloseTo(30, 12);
    // Variance 7 of 10-fold values: 700, over three.
    expect(standardErrors(three)[0]).toBeCloseTo(Math.sqrt(700 / 3), 12);
    expect(degreesOfFreedom(three)).toBe(2);
    expect(degreesOfFreedom(of(2, [1, 2, 6]))).toBe(2);
  });

  it("of sixteen words or more have that of the words' means", () => {
    const pairs = Array.from({ length: 32 }, (_, r) => (r >> 1) % 4);
    const words = of(2, pairs);
    expect(degreesOfFreedom(words)).toBe(15);
    // Words of 0, 1, 2, 3, four times each: variance 20/15 of their means.
    expect(standardErrors(words)[0]).toBeCloseTo(Math.sqrt(20 / 15 / 16), 12);
    // One realization less: fifteen and a half words are sixteen; two less are fifteen, too few.
    expect(degreesOfFreedom(of(2, pairs.slice(0, 31)))).toBe(15);
    expect(degreesOfFreedom(of(2, pairs.slice(0, 30)))).toBe(29);
    const uneven = of(2, pairs.slice(0, 31)), mean = uneven.mean[0];
    const sums = Array.from({ length: 16 }, (_, w) => (w === 15 ? 1 : 2) * ((w % 4) - mean));
    const about = sums.reduce((s, v) => s + v * v, 0);
    expect(standardErrors(uneven)[0]).toBeCloseTo(Math.sqrt(about * 16 / 15) / 31, 12);
  });
});

describe("trajectories", () => {
  const ensemble = (more: Record<string, unknown> = {}) => {
    const { ran, simulator } = counted();
    const { process, words } = options();
    return {
      ran,
      of: { simulator, process, words, elements: M, realizations: 7, times: [0, 1], ...more },
    };
  };
  const fieldsOf = async () => {
    const kept = new Map<number, Float64Array>();
    const { of } = ensemble();
    const statistics = await runTrajectories(of, {
      onRealization: (r, fields) => void kept.set(r, fields),
    });
    return { kept, statistics };
  };

  it("average densities of all realizations, which are handed out in order", async () => {
    const { kept, statistics } = await fieldsOf();
    expect([...kept.keys()]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(statistics).toMatchObject({
      times: [0, 1],
      elements: M,
      realizations: 7,
      degreesOfFreedom: 6,
    });
    for (let k = 0; k < 2 * M; k++) {
      const values = [...kept.values()].map((fields) => M * fields[k]);
      const mean = values.reduce((a, b) => a + b, 0) / 7;
      expect(statistics.mean[k]).toBeCloseTo(mean, 12);
      const square = values.reduce((s, v) => s + (v - mean) ** 2, 0);
      expect(statistics.standardError[k]).toBeCloseTo(Math.sqrt(square / 6 / 7), 12);
    }
  });

  it("run no realization that is completed, and take it in its place", async () => {
    const { kept, statistics } = await fieldsOf();
    const { ran, of } = ensemble();
    const progress: number[] = [], handed: number[] = [];
    const again = await runTrajectories(of, {
      completed: new Map([0, 1, 2, 5, 6].map((r) => [r, kept.get(r)!])),
      onProgress: (done) => progress.push(done),
      onRealization: (r) => handed.push(r),
    });
    expect(again).toEqual(statistics);
    expect(ran).toEqual(["5/walkers/pair-1 2", "5/walkers/pair-2 2"]);
    expect([handed, progress]).toEqual([[3, 4], [5, 6, 7]]);
    await expect(runTrajectories(of, { completed: new Map([[3, new Float64Array(5)]]) })).rejects
      .toThrow("completed realization 3 must hold times x elements = 6 values, not 5.");
  });

  it("go on from their file, and write every realization's fields", async () => {
    const { kept, statistics } = await fieldsOf();
    const file = at("trajectories"), stop = new AbortController();
    const cut = runTrajectories(ensemble().of, {
      checkpointFile: file,
      signal: stop.signal,
      onProgress: (done) => done === 4 && stop.abort(new Error("enough")),
    });
    await expect(cut).rejects.toThrow("enough");
    const { ran, of } = ensemble();
    const progress: number[] = [];
    const recordsFile = at("trajectories.npy");
    const resumed = await runTrajectories(of, {
      ...{ checkpointFile: file, recordsFile },
      onProgress: (done) => progress.push(done),
    });
    expect(resumed).toEqual(statistics);
    expect(progress).toEqual([4, 6, 7]);
    expect(ran).toEqual(["5/walkers/pair-2 2", "5/walkers/pair-3 1"]);
    const { shape, values } = readNpy(recordsFile);
    expect(shape).toEqual([7, 2, M]);
    for (const r of [4, 5, 6]) expect(values.slice(6 * r, 6 * r + 6)).toEqual(kept.get(r));
  });

  it.each([
    [{ realizations: 1 }, "realizations must be an integer of at least 2, not 1."],
    [{ times: [-1, 1] }, "times[0] must be finite and above"],
    [{ times: [] }, "times must name at least one time."],
  ])("are refused: %j", async (more, message) => {
    await expect(runTrajectories(ensemble(more).of, {})).rejects.toThrow(message);
    await expect(runTrajectories(ensemble().of, { workers: 0.5 })).rejects.toThrow(/^workers/);
  });
});

describe("a checkpoint", () => {
  const values = Float64Array.of(1, -2.5, NaN);
  it("gives back whole entries of its own ensemble, and goes on behind them", () => {
    const path = at("checkpoint");
    const first = openCheckpoint(path, "a".repeat(64));
    expect(first.entries.size).toBe(0);
    first.append(3, values);
    first.append(1, Float64Array.of(7));
    first.close();
    const size = readFileSync(path).length;
    truncateSync(path, size - 1);
    const second = openCheckpoint(path, "a".repeat(64));
    expect([...second.entries]).toEqual([[3, values]]);
    second.append(2, Float64Array.of(8, 9));
    second.close();
    const third = openCheckpoint(path, "a".repeat(64));
    expect([...third.entries]).toEqual([[3, values], [2, Float64Array.of(8, 9)]]);
    third.close();
    expect(() => openCheckpoint(path, "b".repeat(64))).toThrow(
      `The checkpoint ${path} belongs to another ensemble: remove it or name another file.`,
    );
    // One bit of an entry: it and all behind it are computed again.
    const bytes = readFileSync(path);
    bytes[bytes.length - 20] ^= 1;
    writeFileSync(path, bytes);
    const damaged = openCheckpoint(path, "a".repeat(64));
    expect([...damaged.entries.keys()]).toEqual([3]);
    damaged.close();
  });

  it("that a kill cut in its first line is begun anew; other files are left alone", () => {
    const path = at("begun");
    writeFileSync(path, "spiediff-checkpoint 3 aaaa");
    const anew = openCheckpoint(path, "a".repeat(64));
    expect(anew.entries.size).toBe(0);
    anew.append(0, values);
    anew.close();
    expect(readEntry(path, "a".repeat(64))).toEqual({ index: 0, values });
    writeFileSync(path, "PK\u0003");
    expect(() => openCheckpoint(path, "a".repeat(64))).toThrow(/is not a checkpoint of format/);
  });

  it("of one entry is replaced as a whole", () => {
    const path = at("deep/single");
    expect(readEntry(path, "c".repeat(64))).toBeUndefined();
    replaceEntry(path, "c".repeat(64), 5, values);
    replaceEntry(path, "c".repeat(64), 6, Float64Array.of(4));
    expect(readEntry(path, "c".repeat(64))).toEqual({ index: 6, values: Float64Array.of(4) });
  });
});
