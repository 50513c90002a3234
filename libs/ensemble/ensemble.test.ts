import { describe, expect, it } from "vitest";
import { type Walkers, walkersSource } from "./_walkers.ts";
import {
  blocksOf,
  type EnsembleOptions,
  packMoments,
  planEnsemble,
  runEnsemble,
  runTrajectories,
  type Simulator,
  totalOf,
} from "./mod.ts";
import type { EnsembleMoments } from "./mod.ts";
import { fingerprintOf } from "./checkpoint.ts";

const simulator: Simulator<Walkers> = {
  source: walkersSource,
  worker: new URL("./_walkers_worker.ts", import.meta.url),
};
const options = (more: Partial<EnsembleOptions<Walkers>> = {}): EnsembleOptions<Walkers> => {
  const width = more.words?.width ?? 1;
  return {
    simulator,
    process: { elements: 30, spread: 2, drift: 3, width },
    describe: { system: { sites: 30 }, profileName: "flat", initialState: "normal" },
    elements: 30,
    realizations: 100,
    words: { width: 1, streams: [5, "walkers", "flat"] },
    burnIn: 0,
    horizons: [0.1, 0.3],
    controlVariates: true,
    blockSize: 12,
    ...more,
  };
};
const words = { width: 4, streams: [5, "walkers", "flat"], prefix: "quartets" } as const;
const packed = (
  { blocks, total }: { blocks: readonly EnsembleMoments[]; total: EnsembleMoments },
) => [...blocks, total].map(packMoments);

describe("an ensemble of any process", () => {
  it.each([["one by one", {}], ["in words", { words }]])(
    "%s has the same bits on one worker or three, and block by block",
    async (_, more) => {
      const plan = planEnsemble(options(more));
      const one = await runEnsemble(plan, {});
      const three = await runEnsemble(plan, { workers: 3 });
      expect(packed(three)).toEqual(packed(one));
      const { count, run, unpack, head } = blocksOf(plan);
      let total: EnsembleMoments | undefined;
      const packedBlocks = Array.from({ length: count }, (_, k) => run(count - 1 - k));
      const blocks = (await Promise.all(packedBlocks)).map(unpack).reverse();
      for (const block of blocks) total = totalOf(total, block);
      expect({ ...head, blocks, total }).toEqual(one);
      expect(one.blocks.map(({ count }) => count)).toEqual([12, 12, 12, 12, 12, 12, 12, 12, 4]);
    },
  );

  it("averages what the process hands over: means and variances (false alarms 1e-4)", async () => {
    const R = 4000;
    const { total } = await runEnsemble(
      planEnsemble(options({ realizations: R, blockSize: 100 })),
      {},
    );
    const { martingale, current, compensator, bracket } = total.windows[1];
    // 30 means at 4.8 standard errors, 30 variances at 4.8 of sqrt(2 / R).
    const variance = 4 * 0.3;
    for (let e = 0; e < 30; e++) {
      expect(Math.abs(martingale.mean[e])).toBeLessThan(4.8 * Math.sqrt(variance / R));
      expect(current.mean[e] - martingale.mean[e]).toBeCloseTo(0.9, 12);
      expect(compensator.mean[e]).toBeCloseTo(0.9, 12);
      const own = martingale.comoment[25 * e + 12] / (R - 1);
      expect(Math.abs(own / variance - 1)).toBeLessThan(4.8 * Math.sqrt(2 / R));
      expect(bracket[25 * e + 12]).toBeCloseTo(variance, 12);
    }
  });

  it("draws from the streams that it was given", async () => {
    const run = async (more: Partial<EnsembleOptions<Walkers>>) =>
      packed(await runEnsemble(planEnsemble(options(more)), {}));
    const base = await run({});
    const others: EnsembleOptions<Walkers>["words"][] = [
      { width: 1, streams: [6, "walkers", "flat"] },
      { width: 1, streams: [5, "walkers", "steep"] },
      { width: 1, streams: [5, "walkers", "flat"], prefix: "a" },
    ];
    for (const words of others) expect(await run({ words })).not.toEqual(base);
    const wide = { ...options(), words };
    expect(() => planEnsemble({ ...wide, blockSize: 6 })).toThrow(/blockSize.*multiple of 4.*6/);
  });

  it("has a fingerprint that sees every field and every number of an array", () => {
    const { job } = planEnsemble(options());
    const marks = [
      job,
      { ...job, realizations: 101 },
      { ...job, elements: 31 },
      { ...job, process: { ...job.process, drift: 3.1 } },
      { ...job, words },
      { ...job, work: { ...job.work, burnIn: 1e-9 } },
      { ...job, work: { ...job.work, records: true } },
      ...[0, 1].map((k) => ({ ...job, process: { density: Float64Array.of(0.1, 0.2 + k) } })),
    ].map(fingerprintOf);
    expect(new Set(marks).size).toBe(marks.length);
    expect(fingerprintOf(structuredClone(job))).toBe(marks[0]);
  });

  it.each([1, 4])(
    "has trajectories in words of %d that do not depend on workers",
    async (width) => {
      const { process } = options();
      const ensemble = {
        simulator,
        ...{ process: { ...process, width }, elements: 30, realizations: 21, times: [0, 1] },
        words: { ...words, width },
      };
      const one = await runTrajectories(ensemble, {});
      expect(await runTrajectories(ensemble, { workers: 3 })).toEqual(one);
      expect(one.mean[7]).toBeCloseTo(1, 0);
      expect(one.standardError[7]).toBeGreaterThan(0);
    },
  );

  it("hands a worker's error on", async () => {
    const plan = planEnsemble(options());
    const broken = { ...plan.job, process: null as unknown as Walkers };
    for (const workers of [1, 2]) {
      await expect(runEnsemble({ ...plan, job: broken }, { workers })).rejects.toThrow(/elements/);
    }
  });
});
