/** One graph of a member against its networks, asked one after the other. */
import { randomStream } from "@spiediff/random";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { epinetParts } from "./epinet_parts.ts";
import {
  epinetGraph,
  type EpinetWeights,
  lawGraph,
  mobilityDenoiserGraph,
  randomDenoiser,
  randomPerceptron,
} from "./mod.ts";

const { normal, uniform } = randomStream(5, "law-graph");
const HIDDEN = 12, UNITS = 9, D = 7, WIDTH = 5, B = 40, FEATURES = HIDDEN + 1;
const denoiser = mobilityDenoiserGraph(
  randomDenoiser(1, [10, HIDDEN], 20, 4, normal),
  { offset: 0.4, scale: 3 },
);
const STEPS = [
  { timestep: 19, stateCoefficient: 0.6, cleanCoefficient: 0.7 },
  { timestep: 9, stateCoefficient: 0, cleanCoefficient: 1 },
];
const state = { mean: 0.2, std: 1.3 };
const draws = (count: number, scale = 1) =>
  Float32Array.from({ length: count }, () => scale * normal());

/** @param byFeatures Which indices read the features. */
function weights(byFeatures: (d: number) => boolean): EpinetWeights {
  const prior = draws((FEATURES + UNITS + 1) * D, 0.3);
  for (let i = 0; i < FEATURES * D; i++) if (!byFeatures(i % D)) prior[i] = 0;
  return {
    featureDim: FEATURES,
    conditionDim: 1,
    indexDim: D,
    randomLayer: randomPerceptron([1, UNITS], "tanh", normal, 1).layers[0],
    randomScale: 0.8,
    prior,
    learnable: prior.map((v) => v / 2),
    outputScale: 1.5,
  };
}

const member = draws(B * WIDTH), density = Float32Array.from({ length: B }, uniform);

async function evaluated(model: Uint8Array, feeds: Record<string, Tensor>) {
  const session = await InferenceSession.create(model);
  const out = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(out).map(([k, { data }]) => [k, data as Float32Array]));
}
const column = (values: Float32Array) => new Tensor("float32", values, [B, values.length / B]);

/** The same reverse process through the two networks, everything else in double precision. */
async function oneByOne(
  epinet: Uint8Array,
  random: Float32Array,
  steered: Float32Array,
  soft?: number,
) {
  const latent = Float32Array.from({ length: B }, (_, r) => member[r * WIDTH + 1]);
  const index = new Float32Array(B * D);
  for (let r = 0; r < B; r++) {
    const z = latent[r];
    const terms = [1, z, (z * z - 1) / Math.SQRT2, (z ** 3 - 3 * z) / Math.sqrt(6)];
    for (let d = 0; d < D; d++) {
      for (let k = 0; k < WIDTH; k++) index[r * D + d] += member[r * WIDTH + k] * random[k * D + d];
      terms.forEach((term, t) => index[r * D + d] += term * steered[t * D + d]);
    }
  }
  let noisy = latent, value = new Float32Array(B);
  for (const { timestep, stateCoefficient, cleanCoefficient } of STEPS) {
    const { raw, features } = await evaluated(denoiser, {
      density: column(density),
      state: column(noisy),
      timestep: new Tensor("int32", Int32Array.of(timestep), [1]),
    });
    const { correction } = await evaluated(epinet, {
      features: column(features),
      index: column(index),
    });
    value = raw.map((v, r) =>
      soft === undefined ? v + correction[r] : soft * Math.log1p(Math.exp(v + correction[r]))
    );
    noisy = noisy.map((y, r) =>
      stateCoefficient * y + cleanCoefficient * (value[r] - state.mean) / state.std
    );
  }
  return value;
}

describe("the law of a member in one graph", () => {
  const someOf = (rows: number, used: (row: number, d: number) => boolean) =>
    Float32Array.from(
      { length: rows * D },
      (_, i) => used(Math.floor(i / D), i % D) ? normal() : 0,
    );
  const all = () => true, none = () => false;
  const cases: [string, (d: number) => boolean, Float32Array, Float32Array, number?][] = [
    ["all indices read features", all, someOf(WIDTH, all), someOf(4, all), 0.7],
    [
      "steered ones alone do",
      (d) => d >= 3,
      someOf(WIDTH, (_, d) => d < 3),
      someOf(4, (_, d) => d >= 3),
    ],
    ["no index reads them", none, someOf(WIDTH, all), someOf(4, all), 0.7],
    ["nothing is steered", all, someOf(WIDTH, (row) => row === 2), someOf(4, none)],
    ["nothing is random", all, someOf(WIDTH, none), someOf(4, (row) => row < 2), 2],
    ["no index means anything", all, someOf(WIDTH, none), someOf(4, none)],
  ];
  it.each(cases)(
    "is that of its networks: %s",
    async (_title, byFeatures, random, steered, soft) => {
      const epinet = epinetGraph("epinet", weights(byFeatures));
      const quantity = {
        ...{ denoiser, epinet, output: "raw", latent: 1, random, steered, state },
        ...(soft === undefined ? {} : { softplusScale: soft }),
      };
      const { value } = await evaluated(lawGraph("law", WIDTH, STEPS, { value: quantity }), {
        density: column(density),
        member: column(member),
      });
      const want = await oneByOne(epinet, random, steered, soft);
      want.forEach((v, r) => expect(Math.abs(value[r] - v)).toBeLessThan(1e-5 * (1 + Math.abs(v))));
    },
  );
});

describe("an epinet's numbers", () => {
  it("are those that its graph was written from", () => {
    const own = weights(() => true);
    const parts = epinetParts(epinetGraph("epinet", own));
    expect(parts).toMatchObject({
      featureDim: FEATURES,
      conditionDim: 1,
      units: UNITS,
      indexDim: D,
    });
    expect([...parts.layerWeight]).toEqual([...own.randomLayer.weight]);
    expect([...parts.layerBias]).toEqual([...own.randomLayer.bias]);
    parts.readout.forEach((readout, i) => {
      const row = Math.floor(i / D), random = row >= FEATURES && row < FEATURES + UNITS;
      const want = own.outputScale * (random ? own.randomScale : 1) *
        (own.prior[i] + own.learnable[i]);
      expect(Math.abs(readout - want)).toBeLessThan(1e-6 * (1 + Math.abs(want)));
    });
  });
  it("are refused of any other graph, by its name", () => {
    expect(() => epinetParts(denoiser)).toThrow(/"mobility-denoiser" is not an epinet's/);
  });
});
