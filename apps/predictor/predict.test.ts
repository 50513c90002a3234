import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deviationsOfParts } from "@spiediff/law";
import { coarsenAverages } from "@spiediff/mesh";
import fc from "fast-check";
import { rough, smoothProfile } from "./arbitraries.ts";
import { type FixtureOptions, writeFixture } from "./_fixture_model.ts";
import { learnedLaw } from "./learned_law.ts";
import { loadModel } from "./load_model.ts";
import { predict, predictStream } from "./predict.ts";
import type { Model, Prediction, PredictOptions } from "./types.ts";

let root = "";
const opened: Model[] = [];
const fixture = async (name: string, options?: FixtureOptions): Promise<Model> => {
  const folder = join(root, name);
  await writeFixture(folder, options);
  const model = await loadModel(folder, { threads: 1 });
  opened.push(model);
  return model;
};
let model: Model;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-predict-"));
  model = await fixture("model");
});
afterAll(async () => {
  for (const open of opened) await open.close();
  await rm(root, { recursive: true, force: true });
});

const wave = (x: number) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x);
const options: PredictOptions = { seed: 3, members: 40 };
const largestDifference = (a: Float64Array, b: Float64Array) =>
  a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);

function expectPhysics(prediction: Prediction, members: number) {
  const { invariants, steps, freeEnergy } = prediction;
  expect(invariants.maxMassDrift).toBeLessThan(1e-12);
  expect(invariants.maxFreeEnergyRise).toBeLessThan(1e-13);
  expect(invariants.operatorsNotPSD).toBe(0);
  expect(invariants.projections).toBe(0);
  expect(invariants.operatorsChecked).toBe(steps.lawEvaluations * members);
  expect(invariants.minDensity).toBeGreaterThan(0);
  expect(invariants.maxDensity).toBeLessThan(1);
  for (let t = 1; t < freeEnergy.mean.length; t++) {
    expect(freeEnergy.mean[t]).toBeLessThanOrEqual(freeEnergy.mean[t - 1] + 1e-13);
  }
}

describe("an external field", () => {
  const at = (externalField: number, profile = wave, times = [0, 0.01]) =>
    predict(model, profile, times, { ...options, externalField });

  it("keeps mass, claims nothing of F, and one against mirrored profiles gives mirrored densities", async () => {
    const skew = (x: number) => wave(x) + 0.1 * Math.sin(4 * Math.PI * x);
    const [right, left] = [await at(8, skew), await at(-8, (x) => skew(1 - x))];
    expect(right.invariants.maxMassDrift).toBeLessThan(1e-12);
    expect(right.invariants.maxFreeEnergyRise).toBeNull();
    expect(right.externalField).toBe(8);
    const { mean } = right.density[1], mirrored = left.density[1].mean;
    const M = mean.length;
    expect(largestDifference(mean, mirrored.map((_, i) => mirrored[(M - i) % M]))).toBeLessThan(
      1e-6,
    );
    expect(largestDifference(mean, (await at(0, skew)).density[1].mean)).toBeGreaterThan(5e-4);
  });

  it("moves densities by -E d_x m at first", async () => {
    const E = 5, t = 1e-5;
    const [driven, still] = [await at(E, wave, [t]), await at(0, wave, [t])];
    const speed = driven.density[0].mean.map((v, i) => (v - still.density[0].mean[i]) / (E * t));
    const grid = Array.from({ length: 141 }, (_, i) => 0.15 + i / 200);
    const { mobility } = await learnedLaw(model, grid, options);
    const mobilityAt = (rho: number) => {
      const place = (rho - 0.15) * 200, i = Math.min(139, Math.floor(place));
      return mobility.mean[i] + (place - i) * (mobility.mean[i + 1] - mobility.mean[i]);
    };
    const expected = driven.x.map((x) =>
      -12.5 * (mobilityAt(wave(x + 0.04)) - mobilityAt(wave(x - 0.04)))
    );
    // Averages over hats, and differences over two elements: a few percent at 25 nodes.
    const scale = Math.max(...expected.map(Math.abs));
    expect(largestDifference(speed, expected) / scale).toBeLessThan(0.1);
  });

  it("is that of the training unless another is asked for; a strong one is warned of", async () => {
    const driven = await fixture("driven", { change: (content) => content.externalField = 6 });
    const [own, none] = [
      await predict(driven, wave, [0.01], options),
      await predict(driven, wave, [0.01], { ...options, externalField: 0 }),
    ];
    expect([...own.density[0].mean]).toEqual([...(await at(6, wave, [0.01])).density[0].mean]);
    expect([...none.density[0].mean]).toEqual([...(await at(0, wave, [0.01])).density[0].mean]);
    expect(none.invariants.maxFreeEnergyRise).toBeLessThan(1e-13);
    expect(own.warnings.join()).not.toMatch(/not weak/);
    expect((await at(500, wave, [1e-4])).warnings.join()).toMatch(
      /not weak: .* a work of 0.25 k_B T/,
    );
    await expect(at(NaN)).rejects.toThrow(/externalField must be finite, not NaN/);
  });
});

describe("a gradient energy", () => {
  const withKappa = (kappa: number) =>
    fixture(`kappa ${kappa}`, {
      change: (content) => content.gradientEnergy = { kappa, mobilityExponent: kappa },
    });
  it("keeps the physics, damps waves if positive and helps them if negative", async () => {
    const [flat, stiff, soft] = [model, await withKappa(2e-3), await withKappa(-3e-4)];
    const amplitudes: number[] = [];
    for (const one of [soft, flat, stiff]) {
      const prediction = await predict(one, wave, [0, 0.02], options);
      expectPhysics(prediction, options.members);
      const { mean } = prediction.density[1];
      amplitudes.push(Math.max(...mean) - Math.min(...mean));
    }
    expect(amplitudes[0]).toBeGreaterThan(amplitudes[1]);
    expect(amplitudes[1]).toBeGreaterThan(amplitudes[2] + 1e-3);
  });
  it("of a repulsion is for meshes whose waves it does not let grow", async () => {
    const repulsive = await withKappa(-4e-4);
    const predicted = (elements: number) =>
      predict(repulsive, wave, [0.001], { ...options, elements });
    expect((await predicted(25)).meshError).not.toBeNull();
    expect((await predicted(30)).meshError).toBeNull();
    await expect(predicted(60)).rejects.toThrow(
      "elements must be at most 50, not 60: on a finer mesh",
    );
  });
});

describe("predict", () => {
  it("starts from the profile's hat averages and relaxes it, with ordered bands", async () => {
    const p = await predict(model, wave, [0, 0.01, 0.05, 0.2], options);
    expect(p.x.length).toBe(25);
    expect(p.initial.mass).toBeCloseTo(0.5, 14);
    // A mode k has lumped amplitude sinc^2(pi k / M) (theory page, section 2).
    const s = Math.PI / 25;
    expect(p.density[0].mean[0]).toBeCloseTo(0.5 + 0.3 * (Math.sin(s) / s) ** 2, 12);
    expect(p.density[0].lower[0]).toBeCloseTo(p.density[0].upper[0], 12);
    const amplitude = p.density.map((band) => Math.max(...band.mean) - Math.min(...band.mean));
    for (let t = 1; t < 4; t++) expect(amplitude[t]).toBeLessThan(amplitude[t - 1]);
    p.density.slice(1).forEach((band) =>
      band.mean.forEach((mean, i) => {
        expect(band.lower[i]).toBeLessThanOrEqual(mean);
        expect(band.upper[i]).toBeGreaterThanOrEqual(mean);
      })
    );
    expect(p.density[2].upper[0] - p.density[2].lower[0]).toBeGreaterThan(1e-3);
    expectPhysics(p, 40);
    expect(p.warnings).toEqual([]);
  });

  it("keeps the physics for arbitrary profiles, times and seeds", async () => {
    // Corrections so small that no member loses the convexity of f: one that does separates, and a law
    // without the logarithm of mixing may then run to the bounds, which the solver refuses.
    const convex = await fixture("convex", { epinetScale: 0.01 });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(smoothProfile, rough(25)),
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        async (profile, seed, members, ddimSteps) => {
          const sampler = { kind: "ddim", steps: ddimSteps } as const;
          const times = [1e-4, 0.003, 0.02];
          const p = await predict(convex, profile, times, { seed, members, sampler });
          expectPhysics(p, members);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("repeats itself bit for bit with the same seed, and not with another", async () => {
    const run = (seed: number) => predict(model, wave, [0.02], { ...options, seed });
    const [a, b, c] = [await run(5), await run(5), await run(6)];
    expect(b.density).toEqual(a.density);
    expect(b.freeEnergy).toEqual(a.freeEnergy);
    expect(largestDifference(c.density[0].mean, a.density[0].mean)).toBeGreaterThan(1e-6);
  });

  it.each(["never", "always"] as const)(
    "a batch of n equals n single runs, tabulate %s",
    async (tabulate) => {
      const common = { seed: 8, tabulate, fixedStep: 1e-3, keepMembers: true } as const;
      const all = await predict(model, wave, [0.006], { ...common, members: 6 });
      for (let m = 0; m < 6; m++) {
        const one = await predict(model, wave, [0.006], { ...common, members: 1, firstMember: m });
        const own = all.members![0].slice(25 * m, 25 * (m + 1));
        // Matrix products of other batch sizes may differ in the last bit of float32.
        expect(largestDifference(one.members![0], own)).toBeLessThan(1e-6);
      }
    },
  );

  it("tables agree with direct inference within their measured error", async () => {
    const run = (tabulate: "always" | "never") =>
      predict(model, wave, [0.01, 0.03], { ...options, members: 12, tabulate });
    const [table, direct] = [await run("always"), await run("never")];
    expect(table.table.used).toBe(true);
    expect(direct.table.used).toBe(false);
    expect(table.table.k1Error).toBeLessThan(1e-3);
    expect(table.table.drivingForceError).toBeLessThan(1e-3);
    for (let t = 0; t < 2; t++) {
      expect(largestDifference(table.density[t].mean, direct.density[t].mean)).toBeLessThan(2e-5);
    }
    expect(direct.invariants.maxFreeEnergyRise).toBeLessThan(1e-6);
  });

  it("DDPM and DDIM with all steps differ only by the sampler's noise", async () => {
    const run = (sampler: PredictOptions["sampler"]) =>
      predict(model, wave, [0.02], { ...options, members: 12, sampler });
    const ddpm = await run({ kind: "ddpm" });
    const again = await run({ kind: "ddpm" });
    const ddim = await run({ kind: "ddim", steps: 50 });
    expect(again.density).toEqual(ddpm.density);
    expectPhysics(ddpm, 12);
    const difference = largestDifference(ddpm.density[0].mean, ddim.density[0].mean);
    expect(difference).toBeGreaterThan(0);
    expect(difference).toBeLessThan(0.02);
  });

  it("gives frames as they are reached, the same as the whole", async () => {
    const whole = await predict(model, wave, [0.01, 0.02], options);
    const frames = predictStream(model, wave, [0.01, 0.02], options);
    for (let t = 0; t < 2; t++) {
      const { value, done } = await frames.next();
      expect(done).toBe(false);
      expect(value).toMatchObject({ time: whole.times[t], density: whole.density[t] });
    }
    expect((await frames.next()).done).toBe(true);
  });

  it("a stationary state ends long work, in tables and by direct inference", async () => {
    for (const tabulate of ["auto", "never"] as const) {
      const few = { ...options, members: 3, tabulate };
      const p = await predict(model, wave, [0, 0.01, 1e3, 1e6], few);
      expect(p.stationaryFrom!).toBeGreaterThan(0.01);
      expect(p.stationaryFrom!).toBeLessThan(1e3);
      expect(p.density[3].mean).toEqual(p.density[2].mean);
      expect(p.parts[3].data).toEqual(p.parts[2].data);
      expect(p.steps.accepted).toBeLessThan(5000);
      p.density[3].mean.forEach((rho) => expect(Math.abs(rho - p.initial.mass)).toBeLessThan(1e-6));
      expect(p.warnings.join()).not.toMatch(/stationary/);
    }
    expect((await predict(model, wave, [0.01], options)).stationaryFrom).toBeNull();
  });

  it("200 elements by the stiff method agree with 25 by RK4", async () => {
    // The finest tables, whose errors on different densities are far below that of the meshes.
    const common = { ...options, members: 4, tabulate: "always", tableTolerance: 1e-9 } as const;
    const coarse = await predict(model, wave, [0.03], common);
    const fine = await predict(model, wave, [0.03], { ...common, elements: 200, tolerance: 1e-6 });
    expectPhysics(fine, 4);
    expect(coarse.meshError![0]).toBeLessThan(1e-3);
    expect(fine.meshError![0]).toBeLessThan(1e-5);
    expect(fine.steps.accepted).toBeLessThan(600);
    // Wider hats average more: the fine result is read over the same hats.
    let read = fine.density[0].mean;
    while (read.length > 25) read = coarsenAverages(read);
    expect(largestDifference(read, coarse.density[0].mean)).toBeLessThan(coarse.meshError![0]);
  });

  it("a mesh of 25 elements is as good as it says, against 75, read at its nodes", async () => {
    const common = { ...options, members: 2, tabulate: "always", keepMembers: true } as const;
    const [a, b] = [
      await predict(model, wave, [0.01, 0.03], common),
      await predict(model, wave, [0.01, 0.03], { ...common, elements: 75, method: "rk4" }),
    ];
    for (let t = 0; t < 2; t++) {
      let worst = 0;
      for (let m = 0; m < 2; m++) {
        for (let i = 0; i < 25; i++) {
          // The hat of three elements from hats of one: weights 1, 2, 3, 2, 1 over 9.
          const fine = [1, 2, 3, 2, 1].reduce(
            (sum, w, k) => sum + w / 9 * b.members![t][75 * m + (3 * i + k - 2 + 75) % 75],
            0,
          );
          worst = Math.max(worst, Math.abs(fine - a.members![t][25 * m + i]));
        }
      }
      // Steps of both add what their tolerance allows.
      expect(worst).toBeLessThan(1.5 * a.meshError![t] + 5e-6);
      expect(worst).toBeGreaterThan(a.meshError![t] / 1.5 - 5e-6);
    }
  });

  it("bands are sums of parts: long steps, few elements and the law's own error widen them", async () => {
    const parts = (p: Prediction) =>
      deviationsOfParts(p.parts).map(({ deviation }) => deviation[0]!);
    const plain = await predict(model, wave, [0.01], options);
    const [data, mesh, step, law, correlations] = parts(plain);
    expect([data > 10 * mesh, mesh > 10 * step, correlations > 0]).toEqual([true, true, true]);
    expect(law).toBeNull();
    const half = (p: Prediction, i: number) => p.density[0].upper[i] - p.density[0].mean[i];
    const long = { ...options, method: "rosenbrock2", fixedStep: 5e-3 } as const;
    const rough = await predict(model, wave, [0.01], long);
    expect(parts(rough)[2]).toBeGreaterThan(10 * step);
    const other = { ...model, manifest: { ...model.manifest, lawError: 0.05 } };
    const wide = await predict(other, wave, [0.01], options);
    expect(wide.density[0].mean).toEqual(plain.density[0].mean);
    wide.parts[0].law!.forEach((sd, i) =>
      expect(half(wide, i)).toBeCloseTo(Math.hypot(half(plain, i), 1.959964 * sd), 7)
    );
    // The error of a flux goes with the error: all else is the same.
    const twice = { ...model, manifest: { ...model.manifest, lawError: 0.1 } };
    const [, , , more] = parts(await predict(twice, wave, [0.01], options));
    expect(more / parts(wide)[3]).toBeCloseTo(2, 9);
  });

  it("says from when on the model extrapolates", async () => {
    const wide = await predict(
      model,
      (x) => 0.5 + 0.42 * Math.cos(2 * Math.PI * x),
      [0.01],
      options,
    );
    expect(wide.coverage.firstTimeOutside).toBe(0);
    expect(wide.warnings.join()).toMatch(/extrapolates from time 0/);
    const few = await predict(model, wave, [0.01], { ...options, members: 5 });
    expect(few.warnings.join()).toMatch(/at least 40/);
  });

  it.each([["below", 0.3], ["above", 0.7]])(
    "says so when the densities lie %s the trained range alone",
    async (_, mean) => {
      const few = { ...options, members: 4 };
      const of = (amplitude: number) =>
        predict(model, (x) => mean + amplitude * Math.cos(2 * Math.PI * x), [0.01], few);
      // The fixture is trained on 0.15 to 0.85.
      const [outside, inside] = [await of(0.25), await of(0.1)];
      expect(outside.coverage.firstTimeOutside).toBe(0);
      expect(outside.warnings.join()).toMatch(/extrapolates/);
      expect(inside.coverage.firstTimeOutside).toBeNull();
      expect(inside.warnings.join()).not.toMatch(/extrapolates/);
    },
  );

  it("refuses what is not allowed", async () => {
    const refused = async (work: Promise<unknown>, message: RegExp) => {
      await expect(work).rejects.toThrow(message);
      await expect(work).rejects.toBeInstanceOf(RangeError);
    };
    await refused(predict(model, (x) => 0.6 + 0.5 * x, [0.1], options), /between 0 and 1/);
    await refused(predict(model, () => NaN, [0.1], options), /NaN at x = 0/);
    await refused(predict(model, new Array(24).fill(0.5), [0.1], options), /24 values; 25/);
    await refused(predict(model, wave, [], options), /times/);
    await refused(predict(model, wave, [-1], options), /times\[0\]/);
    await refused(predict(model, wave, [0.1], { ...options, members: 0 }), /members/);
    await refused(predict(model, wave, [0.1], { ...options, level: 1 }), /level/);
    await refused(
      predict(model, wave, [0.1], { ...options, sampler: { kind: "ddim", steps: 51 } }),
      /1 to 50/,
    );
    await refused(predict(model, wave, [0.1], { ...options, tableTolerance: 0 }), /tableTolerance/);
    let steps = 0;
    const counted = { ...options, fixedStep: 1e-12, onProgress: () => steps++ };
    await refused(predict(model, wave, [0, 0.05], counted), /fixedStep = 1e-12 makes 50000000000/);
    await refused(predict(model, wave, [0.1], { ...options, fixedStep: 0 }), /fixedStep must be/);
    expect(steps).toBe(0);
    await expect(
      predict(model, wave, [0.1], { ...options, signal: AbortSignal.abort(new Error("enough")) }),
    ).rejects.toThrow("enough");
  });
});

describe("a hostile mobility network", () => {
  it("with huge outputs of both signs still gives only positive semi-definite operators", async () => {
    const hostile = await fixture("hostile", { mobilityGain: 40, epinetScale: 5 });
    let followed = 0;
    await fc.assert(
      fc.asyncProperty(rough(25), fc.nat(1e6), async (profile, seed) => {
        for (const tabulate of ["always", "never"] as const) {
          // A fixed step: how the law of such a network could be followed is not the question, and
          // being told that it cannot is the other right answer.
          const run = predict(hostile, profile, [4e-7], {
            seed,
            members: 3,
            tabulate,
            fixedStep: 2e-7,
          });
          const p = await run.catch((error) => {
            expect(error).toMatchObject({ name: "SolverError", reason: "out-of-bounds" });
          });
          if (!p) continue;
          followed++;
          expect(p.invariants.operatorsChecked).toBe(27);
          expect(p.invariants.operatorsNotPSD).toBe(0);
          expect(p.invariants.projections).toBe(0);
          expect(p.invariants.maxMassDrift).toBeLessThan(1e-12);
        }
      }),
      { numRuns: 8 },
    );
    expect(followed).toBeGreaterThan(3);
  });
});
