import { ddimSteps } from "@spiediff/diffusion";
import { meanMobility, type OperatorData, type TrainingState } from "@spiediff/diffusion-train";
import { STEERED_SAMPLER } from "@spiediff/epinet";
import { preset } from "@spiediff/experiment";
import { exclusionDensity } from "@spiediff/law";
import { randomStream } from "@spiediff/random";
import { loadBackend, loadGraphRunner } from "@spiediff/tensor-backend";
import { expect, it } from "vitest";
import {
  learn,
  learnDiffusion,
  learningData,
  type LearningStage,
  mobilityAtData,
  scheduleSpec,
} from "./learn.ts";

/** Independent particles: m = rho (1 - rho), f' = ln(rho / (1 - rho)), 1 % noise. */
function data(): OperatorData[] {
  const M = 20;
  const { normal } = randomStream(2, "noise");
  return [0.3, 0.6].map((mean, p) => {
    const density = Array.from(
      { length: M },
      (_, i) => mean + 0.2 * Math.cos(2 * Math.PI * i / M + p),
    );
    const force = density.map((rho) => Math.log(rho / (1 - rho)));
    const exact = density.map((a, e) => {
      const rho = (a + density[(e + 1) % M]) / 2;
      return rho * (1 - rho);
    });
    const flux = exact.map((m, e) => -M * m * (force[(e + 1) % M] - force[e]));
    return {
      profileName: `profile ${p}`,
      field: exclusionDensity,
      density,
      mobility: exact.map((m) => m * (1 + 0.01 * normal())),
      mobilityStandardError: exact.map((m) => 0.01 * m),
      flux: flux.map((J) => J + 0.01 * normal()),
      fluxStandardError: flux.map(() => 0.01),
    };
  });
}

it("cut off in any training, goes on from the kept states to the same bits", async () => {
  const { tf } = await loadBackend({ prefer: "wasm" });
  const runner = await loadGraphRunner() ?? undefined;
  const training = {
    ...preset("quick").training,
    hidden: [8, 8],
    batch: 40,
    steps: { k1: 1100, freeEnergy: 1100 },
  };
  const run = (
    kept: Map<LearningStage, TrainingState>,
    onProgress?: (stage: LearningStage, done: number) => void,
  ) =>
    learn(tf, data(), training, randomStream(1, "train"), {
      runner,
      onProgress,
      checkpoint: (stage) => ({
        load: () => Promise.resolve(kept.get(stage)),
        save: (state) => {
          kept.set(stage, structuredClone(state));
          return Promise.resolve();
        },
      }),
    });
  const whole = await run(new Map());
  for (const [stage, at] of [["mobility", 700], ["free energy", 550]] as const) {
    const kept = new Map<LearningStage, TrainingState>();
    const killed = run(kept, (now, done) => {
      if (now === stage && done >= at) throw new Error("killed");
    });
    await expect(killed).rejects.toThrow("killed");
    expect(kept.get(stage)!.step).toBe(500);
    const resumed = await run(kept);
    expect(resumed.mobility).toEqual(whole.mobility);
    expect(resumed.drivingForce).toEqual(whole.drivingForce);
    expect(resumed.mobilityEpinet.weights).toEqual(whole.mobilityEpinet.weights);
    expect(resumed.curves).toEqual(whole.curves);
  }
}, 60_000);

it("the schedule is the configuration's, over its number of steps", () => {
  const { training } = preset("quick");
  const of = (schedule: "cosine" | "linear") =>
    scheduleSpec({ ...training, schedule, diffusionSteps: 70 });
  expect(of("cosine")).toEqual({ name: "cosine", steps: 70, offset: 0.008 });
  expect(of("linear")).toEqual({ name: "linear", steps: 70, betaStart: 1e-4, betaEnd: 0.02 });
});

it("both diffusion models get their own steps, names and seconds, and the data of all profiles", async () => {
  const { tf } = await loadBackend({ prefer: "wasm" });
  const training = {
    ...{ ...preset("quick").training, hidden: [4], batch: 8, heldOut: 0.2 },
    steps: { k1: 2, freeEnergy: 3 },
  };
  const progress: [LearningStage, number, number][] = [];
  const stream = randomStream(4, "train");
  const learned = await learnDiffusion(tf, data(), training, stream, {
    onProgress: (stage, done, total) => void progress.push([stage, done, total]),
    checkpoint: (stage) => ({
      load: () => Promise.resolve(undefined),
      save: () => Promise.resolve(),
      earlierSeconds: () => stage === "mobility" ? 1000 : 2000,
    }),
  });
  expect(progress.filter(([, done, total]) => done === total))
    .toEqual([["mobility", 2, 2], ["free energy", 3, 3]]);
  expect(Object.entries(learned.seconds).map(([stage, s]) => [stage, Math.floor(s / 1000)]))
    .toEqual([["mobility", 1], ["free energy", 2]]);
  expect(learned.data.map(({ heldOut }) => heldOut.filter(Boolean).length)).toEqual([4, 4]);
  // What the epinets are distilled from is made again for the same stream.
  const { mobility } = learned.bases;
  const again = await learningData(tf, mobility, data(), training, randomStream(4, "train"));
  expect(again.data).toEqual(learned.data);
  // Whitenings are functions; the stated errors have been through them.
  const asNumbers = <Row extends { whitening: unknown; heldOutWhitening: unknown }>(
    { whitening: _, heldOutWhitening: __, ...rest }: Row,
  ) => rest;
  expect(again.rows.map(asNumbers)).toEqual(learned.rows.map(asNumbers));
  // The mobility that fluxes are read through is the mean over 64 latents, profile by profile.
  const atData = await mobilityAtData(tf, mobility, learned.data, randomStream(5));
  const latents = Float64Array.from({ length: 64 }, randomStream(5).normal);
  const steps = ddimSteps(mobility.schedule, STEERED_SAMPLER.steps);
  for (const [p, { density }] of learned.data.entries()) {
    const right = density.map((_, e) => density[(e + 1) % density.length]);
    const mean = await meanMobility(
      tf,
      mobility,
      steps,
      Float64Array.from(density),
      Float64Array.from(right),
      latents,
    );
    expect(atData[p]).toHaveLength(density.length);
    atData[p].forEach((m, e) => expect(m / mean[e]).toBeCloseTo(1, 5));
  }
});
