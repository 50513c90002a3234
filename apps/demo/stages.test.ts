/** The demo's stages one by one: what they keep, take up again after a kill, and hand on. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Experiment,
  parseSimulation,
  preset,
  type SimulatedExperiment,
} from "@spiediff/experiment";
import { randomStream } from "@spiediff/random";
import { loadBackend } from "@spiediff/tensor-backend";
import {
  checkpointFile,
  estimateProfiles,
  learnDiffusion,
  learnedSoFar,
  trainingData,
  trainingFingerprint,
} from "@spiediff/train";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { predictionStage } from "./demo_run.ts";
import { groundTruthStage, hasGroundTruth } from "./ground_truth.ts";
import { liveLaw } from "./live_law.ts";
import { reportFingerprint } from "./report_fingerprint.ts";

const root = mkdtempSync(join(tmpdir(), "spiediff-stages-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const quick = preset("quick", 3);
const small: SimulatedExperiment = parseSimulation({
  ...quick,
  elements: 6,
  particles: { ...quick.particles, sites: 60, halfWidth: 3 },
  prediction: { ...quick.prediction, times: [0, 1e-3, 2e-3] },
  groundTruth: { realizations: 9 },
});

describe("the direct simulation", () => {
  const folder = join(root, "truth"), file = join(folder, "kmc-realizations.json");
  const quiet = () => {};
  const run = (experiment = small, progress: (...of: never[]) => void = quiet) =>
    groundTruthStage(experiment, folder, 1).run(progress as never);
  const kept = () => JSON.parse(readFileSync(file, "utf8"));
  const keep = (change: object) =>
    writeFileSync(file, JSON.stringify({ ...kept(), ...change }) + "\n");
  const numbers = (of: { realizations: object }) => Object.keys(of.realizations).map(Number);

  it("keeps its realizations as they are done, four at a time, and goes on from them after a kill", async () => {
    const killed = run(small, (done: number) => {
      if (done === 7) throw new Error("killed");
    });
    await expect(killed).rejects.toThrow("killed");
    // What was being written then is written.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = kept();
    expect(numbers(before).length).toBeGreaterThanOrEqual(4);
    expect(numbers(before).length).toBeLessThan(9);
    expect(await hasGroundTruth(small, folder)).toBe(false);
    expect(before.seconds).toBeGreaterThan(0);
    expect(before.seconds).toBeLessThan(60);
    keep({ seconds: 1000 });
    const seen: unknown[] = [];
    const { statistics, seconds } = await run(small, (...of: unknown[]) => void seen.push(of));
    expect(seen.at(-1)).toEqual([9, 9, "9 of 9 realizations"]);
    // Those of the earlier attempt, and its own few.
    expect(seconds).toBeGreaterThan(1000);
    expect(seconds).toBeLessThan(1060);
    expect(kept().seconds).toBeGreaterThan(1000);
    expect(kept().seconds).toBeLessThan(1060);
    expect(numbers(kept())).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await hasGroundTruth(small, folder)).toBe(true);
    // The same bits as in one go.
    rmSync(file);
    const whole = await run();
    expect(whole.statistics).toEqual(statistics);
    expect(whole.seconds).toBeGreaterThan(0);
    expect(whole.seconds).toBeLessThan(60);
  });

  it("that is there is read without a word, its realizations the first ones asked for", async () => {
    const seen: unknown[] = [];
    const first = { ...small, groundTruth: { realizations: 6 } };
    const { statistics } = await run(first, (...of: unknown[]) => void seen.push(of));
    expect(seen).toEqual([]);
    const { realizations } = kept();
    // Averages over hats of width 1/6.
    const mean = (at: number) =>
      6 * [0, 1, 2, 3, 4, 5].reduce((sum, r) => sum + realizations[r][at] / 6, 0);
    [0, 7, 17].forEach((at) => expect(statistics.mean[at]).toBeCloseTo(mean(at), 12));
    expect(await hasGroundTruth({ ...small, groundTruth: { realizations: 10 } }, folder)).toBe(
      false,
    );
  });

  it("is another one for other particles, mesh, seed, profile or times, and for these alone", async () => {
    const { particles, prediction } = small;
    const others: Partial<SimulatedExperiment>[] = [
      { particles: { ...particles, beta: 2 } as typeof particles },
      { particles: { ...particles, drive: 2 } as typeof particles },
      { elements: 5 },
      { seed: 4 },
      { prediction: { ...prediction, times: [0, 1e-3, 3e-3] } },
      { prediction: { ...prediction, profile: { ...prediction.profile, mean: 0.45 } } },
    ];
    for (const other of others) {
      expect(await hasGroundTruth({ ...small, ...other }, folder), JSON.stringify(other)).toBe(
        false,
      );
    }
    const same = { ...small, name: "other", training: { ...small.training, batch: 1 } };
    expect(await hasGroundTruth(same, folder)).toBe(true);
    writeFileSync(file, readFileSync(file, "utf8").slice(0, 50));
    expect(await hasGroundTruth(small, folder)).toBe(false);
  });
});

describe("the prediction of a run", () => {
  const folder = join(root, "predicted");
  const model = fileURLToPath(new URL("../../test-data/lrm-quick-model", import.meta.url));
  const predicting = (members: number): Experiment => ({
    ...quick,
    prediction: { ...quick.prediction, times: [0, 1e-3], members },
  });
  it(
    "shows at most 200 members over time, its seconds are seconds, its steps are told",
    async () => {
      cpSync(model, join(folder, "model"), { recursive: true });
      for (const [members, shown] of [[230, 200], [30, 30]]) {
        const seen: unknown[] = [], start = performance.now();
        const { prediction, course, predictionSeconds, law } = await predictionStage(
          predicting(members),
          folder,
          1,
        ).run((...of: unknown[]) => void seen.push(of));
        const wall = (performance.now() - start) / 1000;
        expect(prediction.memberCount).toBe(members);
        expect(course).toMatchObject({ memberCount: shown });
        expect(predictionSeconds).toBeGreaterThan(0);
        expect(predictionSeconds).toBeLessThan(wall);
        expect(seen).toEqual([[1, 3, "pictures"], [2, 3, "bands of the law"]]);
        expect(law.density.length).toBeGreaterThan(100);
        // Fluctuations beyond the law are for the prediction alone.
        expect(prediction.times).toEqual([0, 1e-3]);
        expect(course!.times.length).toBeGreaterThan(prediction.times.length);
      }
    },
    60_000,
  );
});

it("a report is of its experiment and its training", async () => {
  const own = await reportFingerprint(small, "t");
  expect(await reportFingerprint(small, "t")).toBe(own);
  expect(await reportFingerprint(small, "u")).not.toBe(own);
  expect(await reportFingerprint({ ...small, name: "other" }, "t")).not.toBe(own);
});

describe("what a training has learned up to now", () => {
  const folder = join(root, "live");
  const experiment: SimulatedExperiment = {
    ...small,
    particles: { ...small.particles, halfWidth: 1 } as typeof small.particles,
    profiles: small.profiles.slice(0, 2),
    sampling: { ...small.sampling, realizations: 100 },
    training: { ...small.training, hidden: [6], batch: 12, steps: { k1: 160, freeEnergy: 170 } },
  };
  let estimates: Awaited<ReturnType<typeof estimateProfiles>>;
  beforeAll(async () => {
    estimates = await estimateProfiles(experiment, { workers: 1 });
  });
  it("is nothing before the first checkpoint, and then its curves and members' bands", async () => {
    expect(await liveLaw(folder, experiment, estimates)).toBeNull();
    const { tf } = await loadBackend();
    const fingerprint = await trainingFingerprint(experiment, estimates);
    const { curves } = await learnDiffusion(
      tf,
      trainingData(estimates, experiment),
      experiment.training,
      randomStream(experiment.seed, "train"),
      { checkpoint: (stage) => checkpointFile(folder, stage, `${fingerprint} on any`) },
    );
    const law = (await liveLaw(folder, experiment, estimates))!;
    expect(law.source).toBe("checkpoints");
    expect(law.training.map(({ loss }) => loss)).toEqual(
      [curves.mobility, curves["free energy"]].map((curve) => curve.map(({ loss }) => loss)),
    );
    const { density, learned: { mean } } = law.k1;
    const { K1 } = (await learnedSoFar(folder, experiment, estimates, density))!;
    [0, 50, density.length - 1].forEach((i) =>
      expect(mean[i]).toBeCloseTo(K1.reduce((sum, own) => sum + own[i] / K1.length, 0), 6)
    );
    expect(law.drivingForce!.learned.mean).toHaveLength(density.length);
  });
});
