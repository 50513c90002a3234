import type { OperatorData, TrainingState } from "@spiediff/diffusion-train";
import { preset } from "@spiediff/experiment";
import { exclusionDensity } from "@spiediff/law";
import { randomStream } from "@spiediff/random";
import { loadBackend, loadGraphRunner } from "@spiediff/tensor-backend";
import { expect, it } from "vitest";
import { learn, type LearningStage } from "./learn.ts";

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
