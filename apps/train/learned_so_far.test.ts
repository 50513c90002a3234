import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ddimSteps } from "@spiediff/diffusion";
import { sampleDrivingForce, sampleMobility } from "@spiediff/diffusion-train";
import { STEERED_SAMPLER } from "@spiediff/epinet";
import { type Experiment, preset } from "@spiediff/experiment";
import type { OperatorEstimate } from "@spiediff/fdt-operators";
import { randomStream } from "@spiediff/random";
import { loadBackend } from "@spiediff/tensor-backend";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkpointFile } from "./checkpoint_file.ts";
import { estimateProfiles } from "./estimate.ts";
import { learnDiffusion } from "./learn.ts";
import { learnedSoFar } from "./learned_so_far.ts";
import { trainingFingerprint } from "./run_folder.ts";
import { trainingData } from "./training_data.ts";

const quick = preset("quick", 3);
const experiment: Experiment = {
  ...quick,
  elements: 10,
  particles: { ...quick.particles, sites: 200, halfWidth: 1, betaJ0: 0 },
  profiles: quick.profiles.slice(0, 2),
  sampling: { ...quick.sampling, realizations: 100 },
  training: {
    ...quick.training,
    seed: 8,
    hidden: [6],
    batch: 20,
    steps: { k1: 60, freeEnergy: 70 },
  },
};
const density = [0.3, 0.45, 0.7];

let folder = "", estimates: OperatorEstimate[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spiediff-watched-"));
  estimates = await estimateProfiles(experiment, { workers: 1 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("what an unfinished training has learned", () => {
  it("is nothing before its first checkpoint", async () => {
    expect(await learnedSoFar(folder, experiment, estimates, density)).toBeNull();
  });

  it("is what its networks give at each density for each of 64 latents", async () => {
    const { tf } = await loadBackend();
    const fingerprint = await trainingFingerprint(experiment, estimates);
    const stream = randomStream(8, "train");
    const data = trainingData(estimates, experiment);
    let watched: ReturnType<typeof learnedSoFar> | undefined;
    const { bases, curves } = await learnDiffusion(tf, data, experiment.training, stream, {
      checkpoint: (stage) => checkpointFile(folder, stage, `${fingerprint} on any`),
      onProgress(stage, done) {
        if (stage === "free energy" && done === 50) {
          watched = learnedSoFar(folder, experiment, estimates, density);
        }
      },
    });
    // While f' had no checkpoint yet.
    const early = await watched;
    expect(early).toMatchObject({ step: 60, curves: { mobility: curves.mobility } });
    expect(Object.keys(early!)).not.toContain("drivingForce");

    const soFar = (await learnedSoFar(folder, experiment, estimates, density))!;
    expect(soFar.step).toBe(70);
    expect(soFar.curves).toEqual(curves);
    expect(soFar.K1).toEqual(early!.K1);
    const { normal } = stream.split("watch");
    const latents = Array.from({ length: 64 }, normal);
    const schedule = ddimSteps(bases.mobility.schedule, STEERED_SAMPLER.steps);
    expect([soFar.K1.length, soFar.drivingForce!.length]).toEqual([64, 64]);
    for (const [m, latent] of latents.entries()) {
      const z = new Float32Array(density.length).fill(latent);
      const rho = Float64Array.from(density);
      const mobility = await sampleMobility(tf, bases.mobility, schedule, rho, z);
      const force = await sampleDrivingForce(tf, bases.drivingForce, schedule, rho, z);
      density.forEach((_, i) => {
        expect(soFar.K1[m][i] / (-experiment.elements * mobility[i])).toBeCloseTo(1, 5);
        expect(soFar.drivingForce![m][i]).toBeCloseTo(force[i], 5);
      });
    }
    // Another training's checkpoints are not this one's.
    const other = { ...experiment, seed: 77 };
    expect(await learnedSoFar(folder, other, estimates, density)).toBeNull();
  });
});
