import { elementPoints } from "@spiediff/mesh";
import { ddimSteps, DEFAULT_SCHEDULE, noiseSchedule } from "@spiediff/diffusion";
import { longRangeFinite } from "@spiediff/exact-reference";
import { preset } from "@spiediff/experiment";
import { randomStream } from "@spiediff/random";
import { loadBackend, type Tf } from "@spiediff/tensor-backend";
import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { beforeAll, describe, expect, it } from "vitest";
import { syntheticData } from "./_synthetic.ts";
import {
  forceRows,
  holdOut,
  meanMobility,
  type MobilityModel,
  type OperatorData,
  sampleDrivingForce,
  sampleMobility,
  trainDrivingForce,
  trainMobility,
  whitened,
  type Whitening,
} from "./mod.ts";

const M = 25;
const reference = longRangeFinite({ halfWidth: 40, betaJ0: 1 });
const profiles = preset("lrm").profiles;
const schedule = noiseSchedule(DEFAULT_SCHEDULE);
const data = (seed: number): OperatorData[] =>
  syntheticData(reference, profiles, M, 0.01, 0.03, randomStream(seed, "noise"));
const options = (steps: number) => ({
  hidden: [32, 32],
  batch: 128,
  steps,
  learningRate: 0.01,
  schedule,
});
const grid = Array.from({ length: 81 }, (_, i) => 0.1 + 0.01 * i);
const two = ddimSteps(schedule, 2);
const latents = Array.from({ length: 16 }, randomStream(3, "latents").normal);

let tf: Tf;
let model: MobilityModel;
beforeAll(async () => {
  ({ tf } = await loadBackend({ prefer: "wasm" }));
  model = (await trainMobility(tf, data(1), options(1200), randomStream(1, "train"))).model;
}, 60_000);
const relative = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let d = 0, n = 0;
  for (let i = 0; i < b.length; i++) {
    d += (a[i] - b[i]) ** 2;
    n += b[i] ** 2;
  }
  return Math.sqrt(d / n);
};

describe("trainMobility", () => {
  it("learns the mobility from means with 1 % noise to well below that noise", async () => {
    const exact = grid.map(reference.mobility);
    const learned = await meanMobility(tf, model, two, grid, grid, latents);
    // A fit that ignores the density would be off by 0.3.
    expect(relative(learned, exact)).toBeLessThan(0.02);
  });
  it("gives an element the mean of m(rho) over it", async () => {
    const [a, b] = [0.25, 0.7];
    const [z] = latents;
    const latent = new Float32Array(2).fill(z);
    const points = await sampleMobility(tf, model, two, elementPoints(a, b), latent);
    const [mean] = await meanMobility(tf, model, two, [a], [b], [z]);
    expect(mean).toBeCloseTo((points[0] + points[1]) / 2, 6);
    // Over latents too, each of them for all elements.
    const each = await Promise.all(
      latents.map((own) => meanMobility(tf, model, two, [a, b], [b, 0.6], [own])),
    );
    const all = await meanMobility(tf, model, two, [a, b], [b, 0.6], latents);
    all.forEach((v, i) =>
      expect(v).toBeCloseTo(each.reduce((sum, own) => sum + own[i] / latents.length, 0), 6)
    );
  });
  it("knows the mobility of elements far wider than any in the data", async () => {
    const widest = Math.max(
      ...data(1).flatMap(({ density }) =>
        density.map((rho, e) => Math.abs(rho - density[(e + 1) % M]))
      ),
    );
    expect(widest).toBeLessThan(0.2);
    const left = grid.filter((rho) => rho <= 0.5), right = left.map((rho) => rho + 0.4);
    const exact = left.map((rho, i) => {
      const [first, second] = elementPoints(rho, right[i]);
      return (reference.mobility(first) + reference.mobility(second)) / 2;
    });
    expect(relative(await meanMobility(tf, model, two, left, right, latents), exact)).toBeLessThan(
      0.02,
    );
  });
  it("is never negative and symmetric in its arguments, for any densities and latents", async () => {
    const density = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(density, density, fc.double({ min: -6, max: 6, noNaN: true })), {
          minLength: 1,
          maxLength: 20,
        }),
        async (rows) => {
          const [a, b, z] = [0, 1, 2].map((c) => rows.map((row) => row[c]));
          const samples = await sampleMobility(tf, model, two, a, Float32Array.from(z));
          expect(samples.every((m) => m >= 0)).toBe(true);
          const forward = await meanMobility(tf, model, two, a, b, z);
          expect(forward.every((m) => m >= 0)).toBe(true);
          expect(await meanMobility(tf, model, two, b, a, z)).toEqual(forward);
        },
      ),
      { numRuns: 30 },
    );
  });
  it("same stream, same bits; another stream, other bits", async () => {
    const run = async (name: string) => {
      const { model, curve } = await trainMobility(tf, data(1), options(20), randomStream(1, name));
      return { weights: model.weights.perceptron.layers[1].weight, curve };
    };
    const first = await run("a");
    expect(await run("a")).toEqual(first);
    expect((await run("b")).weights).not.toEqual(first.weights);
  });
  it("leaves no tensors behind", async () => {
    const before = tf.memory().numTensors;
    await trainMobility(tf, data(1), options(5), randomStream(1, "a"));
    expect(tf.memory().numTensors).toBe(before);
  });
  it("refuses data that are not finite, or errors that are zero, and stops on a signal", async () => {
    const spoil = (edit: (d: OperatorData) => Partial<OperatorData>) => {
      const all = data(1);
      return [{ ...all[0], ...edit(all[0]) }, ...all.slice(1)];
    };
    const train = (d: OperatorData[]) => trainMobility(tf, d, options(5), randomStream(1, "a"));
    await expect(train(spoil((d) => ({ mobility: d.mobility.map(() => NaN) })))).rejects.toThrow(
      /finite/,
    );
    await expect(train(spoil((d) => ({ mobilityStandardError: d.mobility.map(() => 0) })))).rejects
      .toThrow(/Standard errors/);
    const controller = new AbortController();
    const stopped = trainMobility(tf, data(1), {
      ...options(500),
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    }, randomStream(1, "a"));
    await expect(stopped).rejects.toThrow("enough");
  });
});

describe("held-out elements", () => {
  const split = (share: number) => holdOut(data(1), share, randomStream(5, "held-out"));
  it("are the share asked for, in every profile", () => {
    for (const share of [0.1, 0.2, 0.5]) {
      for (const { heldOut } of split(share)) {
        const count = heldOut.filter(Boolean).length;
        expect(Math.abs(count - share * M)).toBeLessThan(1);
      }
    }
    expect(split(0).every(({ heldOut }) => !heldOut.includes(true))).toBe(true);
    expect(() => split(0.6)).toThrow(/0.5/);
  });
  it("have no part in training: their values may be anything", async () => {
    const spoilt = split(0.2).map((d) => ({
      ...d,
      mobility: d.mobility.map((m, e) => d.heldOut[e] ? 10 * m : m),
      flux: d.flux.map((J, e) => d.heldOut[e] ? J + 5 : J),
    }));
    const networkOf = async (d: OperatorData[]) =>
      (await trainMobility(tf, d, options(30), randomStream(1, "a"))).model.weights.perceptron;
    expect(await networkOf(spoilt)).toEqual(await networkOf(split(0.2)));
    const rowsOf = (d: OperatorData[]) =>
      forceRows(d, split(0.2).map((row) => Float64Array.from(row.mobility)));
    const [a, b] = [rowsOf(spoilt), rowsOf(split(0.2))];
    const matrix = ({ whitening }: { whitening: Whitening }) => whitening.apply(Matrix.eye(M));
    expect(a.map(matrix)).toEqual(b.map(matrix));
    a.forEach((row, p) =>
      row.observedForce.forEach((v, i) => expect(v).toBeCloseTo(b[p].observedForce[i], 6))
    );
  });
  it("add up with the trained ones to the whole action", () => {
    const mobility = data(1).map((row) => Float64Array.from(row.mobility));
    const whole = forceRows(data(1), mobility), parts = forceRows(split(0.2), mobility);
    const action = (matrix: Whitening, flux: Float64Array) =>
      whitened(matrix, flux).reduce((sum, white) => sum + white * white, 0);
    parts.forEach(({ whitening, heldOutWhitening, flux }, p) => {
      const sum = action(whitening, flux) + action(heldOutWhitening, flux);
      // Not exactly: the stated model error of held-out elements knows nothing of their own flux.
      expect(Math.abs(sum / action(whole[p].whitening, flux) - 1)).toBeLessThan(0.01);
    });
  });
  it("lower the curve's held-out loss with training", async () => {
    const { curve } = await trainMobility(tf, split(0.1), options(400), randomStream(1, "a"));
    expect(curve.at(-1)!.heldOut!).toBeLessThan(0.1 * curve[0].heldOut!);
  });
});

describe("forceRows", () => {
  const mobilities = (d: OperatorData[]) => d.map((row) => Float64Array.from(row.mobility));
  it("gives back the exact f' where fluxes have no noise, up to one constant for all", () => {
    const clean = syntheticData(reference, profiles, M, 1e-9, 1e-6, randomStream(1, "noise"));
    const rows = forceRows(clean, mobilities(clean));
    const differences = rows.flatMap((row) =>
      [...row.observedForce].map((v, i) => v - reference.drivingForce(row.density[i]))
    );
    const mean = differences.reduce((a, b) => a + b, 0) / differences.length;
    // What is left is the discretisation of an element's flux and the smooth curve's degree.
    for (const d of differences) expect(Math.abs(d - mean)).toBeLessThan(0.03);
  });
  it("takes the ideal part of f' and a field's work off the fluxes, as the trained mobility has them", () => {
    const plain = data(5).slice(0, 2), E = 3, energy = 0.5;
    const known = plain.map((d) => ({
      ...d,
      flux: d.flux.map((J, e) => J + E * d.mobility[e]),
      ...{ externalField: E, idealEnergy: energy },
    }));
    const [own, less] = [plain, known].map((all) => forceRows(all, mobilities(all)));
    less.forEach((row, p) => {
      const { density, field, mobility } = row;
      const ideal = (i: number) => energy * field.ideal.value(density[i % M]);
      row.flux.forEach((J, e) => {
        const step = ideal(e + 1) - ideal(e);
        expect(J).toBeCloseTo(own[p].flux[e] + M * mobility[e] * step, 8);
        expect(row.knownForce[e]).toBeCloseTo(step - E / M, 12);
        expect(row.observedForce[e]).toBeCloseTo(own[p].observedForce[e] - ideal(e), 6);
      });
    });
    expect(own[0].knownForce.every((v) => v === 0)).toBe(true);
  });
  it("whitens: the mean of |W (flux - exact flux)|^2 / M is 1 within 5 sigma (1e-6)", () => {
    const correlated = randomStream(9, "correlated");
    const samples = 100;
    let sum = 0;
    const profile = profiles.slice(0, 1);
    const exact = syntheticData(reference, profile, M, 1e-9, 1e-9, randomStream(1, "none"))[0];
    // Errors white in a nodal potential, as particles have them, plus a little of their own.
    const sigma = 0.05, own = 0.02;
    const covariance = Array.from({ length: M * M }, (_, at) => {
      const i = Math.floor(at / M), j = at % M, apart = Math.min((i - j + M) % M, (j - i + M) % M);
      return apart === 0 ? 2 * sigma ** 2 + own ** 2 : apart === 1 ? -(sigma ** 2) : 0;
    });
    for (let s = 0; s < samples; s++) {
      const potential = Array.from({ length: M }, () => sigma * correlated.normal());
      const noise = potential.map((p, e) => p - potential[(e + 1) % M] + own * correlated.normal());
      const flux = exact.flux.map((J, e) => J + noise[e]);
      const d = { ...exact, flux, fluxCovariance: covariance };
      const { whitening } = forceRows([d], mobilities([d]))[0];
      for (const white of whitened(whitening, noise)) sum += white * white / (samples * M);
    }
    // The stated model error widens the covariance a little: below 1, never above.
    expect(sum).toBeLessThan(1 + 5 * Math.sqrt(2 / (samples * M)));
    expect(sum).toBeGreaterThan(0.9);
  });
  it("refuses a mobility that is not positive and a covariance that is not positive definite", () => {
    const d = data(1).slice(0, 1);
    expect(() => forceRows(d, [new Float64Array(M)])).toThrow(/not above 0/);
    const bad = [{ ...d[0], fluxCovariance: new Array(M * M).fill(-1) }];
    expect(() => forceRows(bad, mobilities(bad))).toThrow(/positive definite/);
  });
});

describe("trainDrivingForce", () => {
  it("learns f' through the mobility, up to its gauge", async () => {
    const d = data(2);
    const rows = forceRows(d, d.map((row) => Float64Array.from(row.mobility)));
    const { model, curve } = await trainDrivingForce(
      tf,
      rows,
      options(1200),
      randomStream(1, "force"),
    );
    expect(curve.at(-1)!.loss).toBeLessThan(0.01 * curve[0].loss);
    const sum = new Float64Array(grid.length);
    for (const z of latents) {
      const latent = new Float32Array(grid.length).fill(z);
      const sample = await sampleDrivingForce(tf, model, two, grid, latent);
      sample.forEach((v, i) => sum[i] += v / latents.length);
    }
    const exact = grid.map(reference.drivingForce);
    const shift = sum.reduce((s, v, i) => s + (exact[i] - v) / grid.length, 0);
    // f' runs from -2.3 to 1.3 here.
    expect(relative(sum.map((v) => v + shift), exact)).toBeLessThan(0.03);
  }, 60_000);
  it("refuses profiles of different size", async () => {
    const d = data(2);
    const rows = forceRows(d, d.map((row) => Float64Array.from(row.mobility)));
    const cut = { ...rows[0], density: rows[0].density.slice(1) };
    await expect(
      trainDrivingForce(tf, [...rows, cut], options(5), randomStream(1, "force")),
    ).rejects.toThrow(/same number of nodes/);
  });
});
