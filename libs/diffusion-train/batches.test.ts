/** What a training step sees, number by number, and what the first model says before any step. */
import { ddimSteps, noiseSchedule, signalAndNoise } from "@spiediff/diffusion";
import { longRangeFinite } from "@spiediff/exact-reference";
import { preset } from "@spiediff/experiment";
import { elementPoints } from "@spiediff/mesh";
import type { DenoiserWeights } from "@spiediff/onnx-graph";
import { randomStream } from "@spiediff/random";
import { type Feed, type GraphRunner, loadBackend, type Tf } from "@spiediff/tensor-backend";
import { Matrix } from "ml-matrix";
import { beforeAll, describe, expect, it } from "vitest";
import { syntheticData } from "./_synthetic.ts";
import {
  forceRows,
  holdOut,
  type OperatorData,
  sampleDrivingForce,
  sampleMobility,
  trainDrivingForce,
  trainMobility,
  type Whitening,
} from "./mod.ts";
import { mobilityRows } from "./mobility_rows.ts";

const M = 12, EMBEDDING = 16, STEPS = 5;
const schedule = noiseSchedule({ name: "cosine", steps: STEPS, offset: 0.008 });
const reference = longRangeFinite({ halfWidth: 40, betaJ0: 1 });
const data = syntheticData(
  reference,
  preset("lrm").profiles.slice(0, 2),
  M,
  0.02,
  0.03,
  randomStream(1, "noise"),
);
const options = { hidden: [4, 3], batch: 60, steps: 200, learningRate: 0.01, schedule };

let tf: Tf;
beforeAll(async () => {
  ({ tf } = await loadBackend({ prefer: "wasm" }));
});

/** A runner that notes each step's batch and gives no gradient: weights stay what they were. */
function noting() {
  const batches: Record<string, Feed>[] = [];
  let released = 0;
  const runner: GraphRunner = {
    name: "noting",
    prepare: () =>
      Promise.resolve({
        run(feeds) {
          const own = Object.entries(feeds).filter(([name]) => !/^p\d+$/.test(name));
          batches.push(structuredClone(Object.fromEntries(own)));
          const zeros = Object.entries(feeds).map(([name, { data }]) =>
            [`gradient_${name}`, new Float32Array(data.length)] as const
          );
          return Promise.resolve({ loss: Float32Array.of(1), ...Object.fromEntries(zeros) });
        },
        release: () => {
          released++;
          return Promise.resolve();
        },
      }),
  };
  return { runner, batches, released: () => released };
}

/** Mean and variance of numbers that should be standard normal, within 5 sigma (1e-6). */
function expectNormal(values: number[]) {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const square = values.reduce((a, b) => a + b * b, 0) / n;
  expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(n));
  expect(Math.abs(square - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
}

/** The timestep whose embedding a row of network inputs ends with. */
function timestepOf(row: Float32Array, { timeEmbedding }: DenoiserWeights): number {
  const embedding = row.slice(2);
  for (let t = 0; t < STEPS; t++) {
    const own = timeEmbedding.subarray(t * EMBEDDING, (t + 1) * EMBEDDING);
    if (own.every((v, k) => v === embedding[k])) return t;
  }
  throw new Error("No timestep has this embedding.");
}

/** A perceptron in double precision. */
function evaluate({ perceptron: { layers } }: DenoiserWeights, input: ArrayLike<number>): number {
  let x = Array.from(input);
  layers.forEach((layer, l) => {
    x = Array.from({ length: layer.outputs }, (_, j) => {
      const a = x.reduce(
        (sum, v, i) => sum + v * layer.weight[i * layer.outputs + j],
        layer.bias[j],
      );
      return l === layers.length - 1 ? a : a / (1 + Math.exp(-a));
    });
  });
  return x[0];
}
const inputOf = (weights: DenoiserWeights, condition: number, state: number, t: number) => [
  condition,
  state,
  ...weights.timeEmbedding.subarray(t * EMBEDDING, (t + 1) * EMBEDDING),
];
const spread = (values: ArrayLike<number>) => {
  const n = values.length, all = Array.from(values);
  const mean = all.reduce((a, b) => a + b, 0) / n;
  return { mean, std: Math.sqrt(all.reduce((a, b) => a + (b - mean) ** 2, 0) / n) };
};
const softplus = (x: number) => Math.log(1 + Math.exp(x));

describe("a batch of mobilities", () => {
  const rows = mobilityRows(data);

  it("has rows of the data at their two points, at every timestep, with fresh normal noise", async () => {
    const { runner, batches, released } = noting();
    const { model } = await trainMobility(tf, data, { ...options, runner }, randomStream(2, "a"));
    expect(released()).toBe(1);
    const state = spread(rows.mobility);
    expect(model.state.mean).toBeCloseTo(state.mean, 12);
    expect(model.state.std).toBeCloseTo(state.std, 12);
    const condition = spread(rows.left.map((a, i) => (a + rows.right[i]) / 2));
    expect(model.condition.offset).toBeCloseTo(condition.mean, 12);
    expect(model.condition.scale).toBeCloseTo(1 / condition.std, 10);
    // An output of 0 is the mean: softplus(0) = ln 2.
    expect(model.scale * softplus(0)).toBeCloseTo(state.mean, 12);
    const precision = Array.from(rows.standardError, (se) => 1 / se ** 2);
    const meanPrecision = precision.reduce((a, b) => a + b, 0) / precision.length;

    const noise: number[] = [], seen = new Set<number>(), times = new Array(STEPS).fill(0);
    // The first call only tells the shapes.
    expect(batches).toHaveLength(options.steps);
    for (const { first, second, target, weight } of batches) {
      expect(first.shape).toEqual([options.batch, 2 + EMBEDDING]);
      expect(second.shape).toEqual(first.shape);
      expect([target.shape, weight.shape]).toEqual([[options.batch, 1], [options.batch, 1]]);
      for (let b = 0; b < options.batch; b++) {
        const row = first.data.subarray(b * 18, (b + 1) * 18);
        const other = second.data.subarray(b * 18, (b + 1) * 18);
        const i = rows.mobility.findIndex((m) => Math.abs(target.data[b] - m / state.std) < 1e-5);
        seen.add(i);
        const t = timestepOf(row, model.weights);
        times[t]++;
        elementPoints(rows.left[i], rows.right[i]).forEach((rho, k) =>
          expect([row, other][k][0]).toBeCloseTo((rho - condition.mean) / condition.std, 5)
        );
        expect(other.subarray(1)).toEqual(row.subarray(1));
        expect(weight.data[b]).toBeCloseTo(precision[i] / meanPrecision / options.batch, 6);
        const [signal, amplitude] = signalAndNoise(schedule, t);
        noise.push((row[1] - signal * (rows.mobility[i] - state.mean) / state.std) / amplitude);
      }
    }
    expect(seen.size).toBe(2 * M);
    expectNormal(noise);
    // Each of five timesteps: 5 sigma of a binomial.
    const n = noise.length;
    for (const count of times) {
      expect(Math.abs(count - n / STEPS)).toBeLessThan(5 * Math.sqrt(n * 0.16));
    }
  });

  it("that is held out is seen eight times, at the last timestep, by the loss of the weights kept", async () => {
    const { runner } = noting();
    const split = holdOut(data, 0.25, randomStream(3, "held"));
    const stream = randomStream(2, "b");
    const { model, curve } = await trainMobility(
      tf,
      split,
      { ...options, steps: 50, runner },
      stream,
    );
    const kept = mobilityRows(split, "held out");
    expect(kept.mobility).toHaveLength(6);
    const draw = stream.split("held-out");
    const precision = Array.from(kept.standardError, (se) => 1 / se ** 2);
    const total = precision.reduce((a, b) => a + b, 0);
    const [signal, noise] = signalAndNoise(schedule, STEPS - 1);
    const { mean, std } = model.state, { offset, scale } = model.condition;
    let loss = 0;
    for (let b = 0; b < 8 * 6; b++) {
      const i = b % 6;
      const y = signal * (kept.mobility[i] - mean) / std + noise * draw.normal();
      const [first, second] = elementPoints(kept.left[i], kept.right[i]).map((rho) =>
        softplus(
          evaluate(model.weights, inputOf(model.weights, (rho - offset) * scale, y, STEPS - 1)),
        )
      );
      const residual = (model.scale * (first + second) / 2 - kept.mobility[i]) / std;
      loss += precision[i] / total / 8 * residual ** 2;
    }
    expect(curve).toHaveLength(1);
    expect(curve[0].heldOut! / loss).toBeCloseTo(1, 4);
  });

  it("sampled in one step is the head's mobility at the latent and the last timestep", async () => {
    const { runner } = noting();
    const { model } = await trainMobility(
      tf,
      data,
      { ...options, steps: 1, runner },
      randomStream(4, "c"),
    );
    const density = [0.2, 0.5, 0.7], latent = Float32Array.of(-1.5, 0.3, 2);
    const sample = await sampleMobility(tf, model, ddimSteps(schedule, 1), density, latent);
    density.forEach((rho, i) => {
      const condition = (rho - model.condition.offset) * model.condition.scale;
      const raw = evaluate(model.weights, inputOf(model.weights, condition, latent[i], STEPS - 1));
      expect(sample[i]).toBeCloseTo(model.scale * softplus(raw), 5);
    });
    expect([...latent]).toEqual([-1.5, 0.30000001192092896, 2]);
  });
});

describe("a batch of profiles", () => {
  const mobility = (d: readonly OperatorData[]) => d.map((row) => Float64Array.from(row.mobility));
  const rows = forceRows(data, mobility(data));
  /** `W (J - physics f')` for a given f', and W J. */
  const white = (W: Whitening, J: ArrayLike<number>) => {
    const matrix = W.apply(Matrix.eye(M));
    return Float64Array.from(
      { length: M },
      (_, r) => Array.from(J).reduce((sum, v, e) => sum + matrix.get(r, e) * v, 0),
    );
  };
  const unit = rows.flatMap((row) => [...white(row.whitening, row.flux)])
    .reduce((sum, v) => sum + v * v, 0) / (2 * M);

  it.each([[60, 5], [66, 6], [65, 5], [3, 1]])(
    "of %i rows is %i profiles, one timestep each, all their elements and their physics",
    async (batch, P) => {
      const { runner, batches, released } = noting();
      const steps = P === 5 ? 200 : 3;
      const { model } = await trainDrivingForce(
        tf,
        rows,
        { ...options, batch, steps, runner },
        randomStream(2, "a"),
      );
      expect(released()).toBe(1);
      const state = spread(rows.flatMap((row) => [...row.observedForce]));
      const density = spread(rows.flatMap((row) => [...row.density]));
      expect(model.state.mean).toBeCloseTo(state.mean, 12);
      expect(model.state.std).toBeCloseTo(state.std, 12);
      expect(model.energyScale).toBeCloseTo(state.std * density.std, 12);
      expect(model.condition.offset).toBeCloseTo(density.mean, 12);
      expect(model.condition.scale).toBeCloseTo(1 / density.std, 10);
      const noise: number[] = [], seen = [0, 0], times = new Array(STEPS).fill(0);
      for (const { x, fluxOperator, flux, weight } of batches) {
        expect([x.shape, fluxOperator.shape, flux.shape, weight.shape])
          .toEqual([[P * M, 18], [P, M, M], [P, M, 1], [1]]);
        expect(weight.data[0] * P * M * unit).toBeCloseTo(1, 5);
        for (let p = 0; p < P; p++) {
          const at = (i: number) => x.data.subarray((p * M + i) * 18, (p * M + i + 1) * 18);
          const own = rows.findIndex(({ density: rho }) =>
            Math.abs(at(0)[0] - (rho[0] - density.mean) / density.std) < 1e-5
          );
          seen[own]++;
          const row = rows[own], t = timestepOf(at(0), model.weights);
          times[t]++;
          const [signal, amplitude] = signalAndNoise(schedule, t);
          for (let i = 0; i < M; i++) {
            expect(at(i)[0]).toBeCloseTo((row.density[i] - density.mean) / density.std, 5);
            expect(timestepOf(at(i), model.weights)).toBe(t);
            const clean = (row.observedForce[i] - state.mean) / state.std;
            noise.push((at(i)[1] - signal * clean) / amplitude);
          }
          const whiteFlux = white(row.whitening, row.flux);
          // A f' = W J(f') for any f'.
          const force = row.density.map((rho) => rho * rho - rho);
          const physics = white(
            row.whitening,
            force.map((f, e) => -M * row.mobility[e] * (force[(e + 1) % M] - f)),
          );
          for (let r = 0; r < M; r++) {
            expect(flux.data[p * M + r] / whiteFlux[r]).toBeCloseTo(1, 4);
            let sum = 0;
            for (let i = 0; i < M; i++) sum += fluxOperator.data[(p * M + r) * M + i] * force[i];
            expect(Math.abs(sum - physics[r])).toBeLessThan(1e-3 * (1 + Math.abs(physics[r])));
          }
        }
      }
      if (steps < 200) return;
      expect(Math.min(...seen)).toBeGreaterThan(400);
      expect(Math.min(...times)).toBeGreaterThan(140);
      expectNormal(noise);
    },
  );

  it("sampled in one step is the slope of f in density at the last timestep", async () => {
    const { runner } = noting();
    const { model } = await trainDrivingForce(
      tf,
      rows,
      { ...options, steps: 1, runner },
      randomStream(4, "c"),
    );
    const density = [0.2, 0.5, 0.7], latent = Float32Array.of(-1.5, 0.3, 2);
    const sample = await sampleDrivingForce(tf, model, ddimSteps(schedule, 1), density, latent);
    density.forEach((rho, i) => {
      const f = (r: number) =>
        model.energyScale * evaluate(
          model.weights,
          inputOf(
            model.weights,
            (r - model.condition.offset) * model.condition.scale,
            latent[i],
            STEPS - 1,
          ),
        );
      expect(sample[i]).toBeCloseTo((f(rho + 1e-5) - f(rho - 1e-5)) / 2e-5, 4);
    });
  });

  it("that is held out is seen three times by all profiles", async () => {
    const { runner } = noting();
    const split = holdOut(data, 0.25, randomStream(3, "held"));
    const kept = forceRows(split, mobility(split));
    const stream = randomStream(2, "b");
    const { model, curve } = await trainDrivingForce(
      tf,
      kept,
      { ...options, steps: 50, runner },
      stream,
    );
    const own = kept.flatMap((row) => [...white(row.whitening, row.flux)])
      .reduce((sum, v) => sum + v * v, 0) / (2 * M);
    const draw = stream.split("held-out");
    const [signal, noise] = signalAndNoise(schedule, STEPS - 1);
    const slope = model.energyScale;
    let loss = 0;
    for (let p = 0; p < 6; p++) {
      const row = kept[p % 2];
      const force = row.density.map((rho, i) => {
        const y = signal * (row.observedForce[i] - model.state.mean) / model.state.std +
          noise * draw.normal();
        const f = (r: number) =>
          slope * evaluate(
            model.weights,
            inputOf(
              model.weights,
              (r - model.condition.offset) * model.condition.scale,
              y,
              STEPS - 1,
            ),
          );
        return (f(rho + 1e-5) - f(rho - 1e-5)) / 2e-5;
      });
      const residual = white(
        row.heldOutWhitening,
        row.flux.map((J, e) => -M * row.mobility[e] * (force[(e + 1) % M] - force[e]) - J),
      );
      loss += residual.reduce((sum, v) => sum + v * v, 0) / (3 * 6 * own);
    }
    expect(kept.map(({ heldOutCount }) => heldOutCount)).toEqual([3, 3]);
    expect(curve[0].heldOut! / loss).toBeCloseTo(1, 3);
  });
});
