import { describe, expect, it } from "vitest";
import { minimise, type TrainingProblem } from "./training_loop.ts";
import type { TrainingState } from "./types.ts";

/** `|p - 3|^2` with noise that depends on the step alone; held-out loss given by the test. */
function quadratic(
  heldOut?: (step: number) => number,
): TrainingProblem & { parameters: Float32Array[] } {
  const parameters = [Float32Array.of(0, 1), Float32Array.of(-2)];
  let step = 0;
  return {
    parameters,
    lossAndGradients(k) {
      step = k + 1;
      const noise = Math.sin(12.9898 * k);
      const gradients = parameters.map((p) => p.map((v) => 2 * (v - 3) + noise));
      return {
        loss: parameters.flatMap((p) => [...p]).reduce((s, v) => s + (v - 3) ** 2, 0),
        gradients,
      };
    },
    ...(heldOut ? { heldOutLoss: () => heldOut(step) } : {}),
  };
}

function memoryStore() {
  const kept: { state?: TrainingState; saves: number } = { saves: 0 };
  return {
    kept,
    load: () => Promise.resolve(kept.state),
    save: (state: TrainingState) => {
      kept.saves++;
      kept.state = structuredClone(state);
      return Promise.resolve();
    },
  };
}

describe("minimise", () => {
  const options = { steps: 1200, learningRate: 0.05 };
  it("comes to the minimum and reports the curve", async () => {
    const problem = quadratic();
    const curve = await minimise(problem, options);
    for (const p of problem.parameters.flatMap((p) => [...p])) expect(p).toBeCloseTo(3, 1);
    expect(curve.length).toBe(24);
    expect(curve.at(-1)!.loss).toBeLessThan(0.01 * curve[0].loss);
    expect(curve[0]).not.toHaveProperty("heldOut");
  });
  it("keeps the average of the least held-out loss", async () => {
    const bowl = quadratic((step) => 1 + Math.abs(step - 600));
    let then: number[] = [], near: number[] = [];
    const heldOut = bowl.heldOutLoss!;
    bowl.heldOutLoss = (average) => {
      const loss = heldOut(average);
      if (loss === 1) then = average.flatMap((p) => [...p]);
      if (loss === 1) near = bowl.parameters.flatMap((p) => [...p]);
      return loss;
    };
    const curve = await minimise(bowl, options);
    then.forEach((v, i) => expect(Math.abs(v - near[i])).toBeLessThan(0.1));
    expect(bowl.parameters.flatMap((p) => [...p])).toEqual(then);
    expect(curve.find(({ step }) => step === 600)!.heldOut).toBe(1);
  });
  it("stops early once the held-out loss has not fallen for 0.4 of the steps", async () => {
    const curve = await minimise(quadratic((step) => step), options);
    expect(curve.at(-1)!.step).toBe(50 + 500);
  });
  it("cut off anywhere, goes on from its checkpoint to the same bits", async () => {
    const heldOut = (step: number) => Math.cos(step / 250);
    const whole = quadratic(heldOut);
    const curve = await minimise(whole, options);
    for (const cut of [50, 500, 850, 1150]) {
      const store = memoryStore();
      const killed = minimise(quadratic(heldOut), {
        ...options,
        checkpoint: store,
        onProgress: (done) => {
          if (done === cut) throw new Error("killed");
        },
      });
      await expect(killed).rejects.toThrow("killed");
      expect(store.kept.state?.step).toBe(cut > 1000 ? 1000 : cut > 500 ? 500 : undefined);
      const resumed = quadratic(heldOut);
      expect(await minimise(resumed, { ...options, checkpoint: store })).toEqual(curve);
      expect(resumed.parameters).toEqual(whole.parameters);
    }
  });
  it("a finished training is taken up without a step", async () => {
    const store = memoryStore();
    const first = quadratic();
    const curve = await minimise(first, { ...options, checkpoint: store });
    const again = quadratic();
    again.lossAndGradients = () => {
      throw new Error("no step is left");
    };
    expect(await minimise(again, { ...options, checkpoint: store })).toEqual(curve);
    expect(again.parameters).toEqual(first.parameters);
  });
  it("names the step at which a loss is not finite", async () => {
    const problem = quadratic();
    const { lossAndGradients } = problem;
    problem.lossAndGradients = (step) =>
      step === 7 ? { loss: NaN, gradients: [] } : lossAndGradients(step);
    await expect(minimise(problem, options)).rejects.toThrow(/step 7/);
  });
});
